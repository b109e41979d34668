import { expect, test } from "vitest";
import { plain } from "../../../server/say";
import { sh } from "../../lab";
import { Trial } from "../trial";
import { kill, sendersOf } from "../victims";

test("the source snapshot is destroyed in the middle: the transfer ends and says so, the bytes are kept", async () => {
  const trial = await Trial.prepare("lost-source", { kind: "incremental" });
  await trial.resumeAndReceive();
  // A snapshot that is being sent cannot be destroyed; between two attempts Halfway's hold keeps it, unless somebody
  // who insists takes that away.
  const release = `zfs release halfway:nas:${trial.target} ${trial.source}`;
  const destroyed = sh(
    "tower",
    `until { ${release}; zfs destroy ${trial.source}; } 2>/dev/null; do sleep 0.02; done`,
  );
  const gone = destroyed.then(() => true);
  const endSend = async () => void (await kill("tower", await sendersOf(trial.source)));
  while (!(await Promise.race([gone, endSend().then(() => false)])));

  const { message } = await trial.until("failed", ({ state }) => state === "failed");
  expect(plain(message ?? "")).toContain("no longer on tower");
  const { verdict } = await trial.listed("unresumable", (one) => one.verdict?.kind === "unresumable");
  expect(verdict).toMatchObject({ kind: "unresumable", reason: "source-destroyed" });
  expect(verdict?.refusals.resume).not.toBeNull();
  await trial.kept();
});
