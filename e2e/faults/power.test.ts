import { test } from "vitest";
import { type HostName, powerOn } from "../lab";
import { Trial } from "./trial";

test.each<{ hosts: HostName[] }>([{ hosts: ["tower"] }, { hosts: ["nas"] }, { hosts: ["nas", "tower"] }])(
  "the power of $hosts fails: when it is back, the transfer goes on by itself",
  async ({ hosts }) => {
    const trial = await Trial.prepare(`power-${hosts.join("-")}`);
    await trial.resumeAndReceive();
    const attempt = await trial.attempt();
    await trial.powerCut(...hosts);
    await trial.heldUp();
    await powerOn(...hosts);
    await trial.triesAgain(attempt);
    await trial.finishes();
  },
);
