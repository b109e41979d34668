import { expect, onTestFinished, test } from "vitest";
import { run, sh } from "../lab";
import { Trial } from "./trial";

test("the target runs into its quota: it waits and says why, and goes on once the quota is raised", async () => {
  onTestFinished(async () => {
    await run("nas", "zfs destroy backup/fault-tight");
    await run("tower", "zfs destroy tank/fault-tight");
  });
  await sh("nas", "zfs create backup/fault-tight");
  await sh("tower", "zfs create tank/fault-tight");
  const trial = await Trial.prepare("tight/archive", { env: { HALFWAY_SPACE_PAUSE_SECONDS: "5" } });
  await trial.resumeAndReceive();
  const attempt = await trial.attempt();
  // More than it holds by now, less than it needs.
  const used = "$(zfs get -Hpo value used backup/fault-tight)";
  await sh("nas", `zfs set quota=$((${used} + 12 * 1048576)) backup/fault-tight`);
  const { message, retryAt } = await trial.until("waiting", ({ state }) => state === "waiting");
  expect(message).toMatch(/quota/i);
  expect(retryAt).toBeGreaterThan(Date.now() - 60_000);
  await sh("nas", "zfs set quota=none backup/fault-tight");
  await trial.triesAgain(attempt);
  await trial.finishes();
});
