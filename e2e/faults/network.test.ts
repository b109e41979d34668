import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { forgetConnection, netCut, netRestore, rememberConnections, restartSshd } from "../lab";
import { Trial } from "./trial";
import { receiversOf } from "./victims";

test("the link to the source is cut for half a minute: nothing is lost, and it goes on by itself", async () => {
  const trial = await Trial.prepare("cut-tower");
  await trial.resumeAndReceive();
  await netCut("tower");
  // How long it lasts is what this is about.
  await sleep(30_000);
  await netRestore("tower");
  await trial.expectUnfinished();
  await trial.finishes();
});

test("the connection to the target dies without a word: the receive that hangs there is ended, and a new one goes on", async () => {
  const trial = await Trial.prepare("half-open");
  await trial.resumeAndReceive();
  const attempt = await trial.attempt();
  const [hanging = ""] = await receiversOf(trial.target);
  onTestFinished(() => rememberConnections("nas"));
  await forgetConnection("nas", hanging);
  await trial.triesAgain(attempt);
  expect(await receiversOf(trial.target)).not.toContain(hanging);
  await trial.finishes();
});

test.each(["nas", "tower"] as const)("sshd on %s is restarted, and every session with it", async (host) => {
  const trial = await Trial.prepare(`sshd-${host}`);
  await trial.resumeAndReceive();
  const attempt = await trial.attempt();
  await restartSshd(host);
  await trial.triesAgain(attempt);
  await trial.finishes();
});
