import { test } from "vitest";
import { sh } from "../lab";
import { Trial } from "./trial";
import { killReceive, killSend, sendersOf } from "./victims";

test("zfs send is killed: the next attempt goes on from what was received", async () => {
  const trial = await Trial.prepare("killed-send");
  await trial.resumeAndReceive();
  const attempt = await trial.attempt();
  await killSend(trial.source);
  await trial.triesAgain(attempt);
  await trial.finishes();
});

test("zfs receive is killed again and again, of an increment: each attempt begins where the last one ended", async () => {
  const trial = await Trial.prepare("killed-often", { kind: "incremental" });
  await trial.resumeAndReceive();
  for (let round = 0; round < 2; round++) {
    const attempt = await trial.attempt();
    await killReceive(trial.target);
    await trial.triesAgain(attempt);
    await trial.receivesMore();
  }
  await trial.finishes();
});

test("zfs send hangs: that nothing moves any more is noticed, and another attempt goes on", async () => {
  const trial = await Trial.prepare("hung-send", { env: { HALFWAY_STALL_MINUTES: "0.4" } });
  await trial.resumeAndReceive();
  const attempt = await trial.attempt();
  const [sender] = await sendersOf(trial.source);
  await sh("tower", `kill -STOP ${sender}`);
  await trial.triesAgain(attempt);
  await trial.finishes();
});
