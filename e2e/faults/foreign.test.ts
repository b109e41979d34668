import { expect, onTestFinished, test } from "vitest";
import { run, sh, token } from "../lab";
import { Trial } from "./trial";
import { receiversOf } from "./victims";

test("Resume while somebody else already resumes it by hand: refused in words, and theirs finishes undisturbed", async () => {
  const trial = await Trial.prepare("foreign");
  const { id, fingerprint } = await trial.resumable();
  await trial.watch();
  onTestFinished(async () => void (await run("tower", "systemctl stop fault-by-hand")));
  await sh(
    "tower",
    `systemd-run --quiet --collect --unit=fault-by-hand bash -c "zfs send -t ${await token("nas", trial.target)} | pv -q -L 3m | ssh nas zfs recv -s ${trial.target}"`,
  );
  await expect.poll(() => receiversOf(trial.target), { timeout: 30_000 }).toHaveLength(1);
  const theirs = await receiversOf(trial.target);
  // The page that this is pressed on was opened before the other one began.
  await expect(
    trial.api.transfers.start.mutate({ id, fingerprint, intent: "resume", confirm: null }),
  ).rejects.toThrow(/being received|changed/);
  expect(await receiversOf(trial.target)).toEqual(theirs);
  expect((await trial.api.transfers.list.query()).map(({ dataset }) => dataset)).not.toContain(trial.target);
  await trial.receivesMore();
  await trial.complete();
  await trial.arrived();
});
