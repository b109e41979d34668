import { describe, expect, test } from "vitest";
import type { Host } from "@/server/hosts/config";
import { planTransfer } from "@/server/receives/plan";
import { Planner } from "@/server/receives/planner";
import type { TransferIntent } from "@/server/receives/types";
import { decodeResumeToken, tokenFingerprint } from "@/server/zfs/token";
import { exists, makePartial, run, sh, token } from "../lab";
import { ask, hosts, nas, surroundings } from "./ask";

async function plan(intent: TransferIntent, dataset: string, among: readonly Host[] = hosts) {
  const { facts, verdict } = await ask(dataset, among);
  return planTransfer(intent, facts, verdict, among).plan;
}

describe("where the rest can be sent from, as zfs itself says", () => {
  test.each(["backup/projects", "backup/photos", "backup/vault", "backup/vm-disk", "backup/media"])(
    "%s: from tower, and nothing is lost",
    async (dataset) => {
      const { remaining, losses, source, confirmName } = await plan("resume", dataset);
      expect(source?.host).toBe("tower");
      expect(remaining).toBeGreaterThan(20n * 1024n * 1024n);
      expect(losses).toEqual([]);
      expect(confirmName).toBeNull();
    },
  );

  test("a base that is only a bookmark is found, and named in full", async () => {
    expect((await plan("resume", "backup/ledger")).source).toEqual({
      host: "tower",
      snapshot: "tank/ledger@next",
      base: "tank/ledger#base",
    });
  });

  test.each(["resume", "start-over"] as const)(
    "%s is refused where no host has the snapshot",
    async (intent) => {
      await expect(plan(intent, "backup/mail")).rejects.toMatchObject({
        code: "REFUSED",
        message: expect.stringContaining("was destroyed"),
        stderr: expect.stringContaining("no longer exists"),
      });
    },
  );
});

test("a target that was changed: resume is refused beforehand, a rollback says how much it undoes", async () => {
  await expect(plan("resume", "backup/home")).rejects.toThrow("only with -F");
  const { losses, stays } = await plan("resume-with-rollback", "backup/home");
  const written = BigInt(await sh("nas", "zfs get -Hpo value written backup/home"));
  expect(losses).toEqual([
    { what: "changes", name: "backup/home", bytes: written, look: "zfs diff backup/home@mon backup/home" },
  ]);
  expect(stays).toEqual({ snapshots: 1, newest: "backup/home@mon" });
  expect(await sh("nas", "zfs diff backup/home@mon backup/home")).toContain("drift.txt");
});

test("a snapshot taken on the target meanwhile is named as what a rollback would take", async () => {
  const { target } = await makePartial({
    ...{ name: "grown", kind: "incremental", sizeMb: 12, receivedMb: 6, baseMb: 1 },
  });
  await sh("nas", `zfs snapshot ${target}@by-hand`);
  await expect(plan("resume", target)).rejects.toThrow("was taken on the target after this receive began");
  expect((await plan("resume-with-rollback", target)).losses.map(({ name }) => name)).toContain(
    `${target}@by-hand`,
  );
  // The other tests count what was seeded.
  await sh("nas", `zfs receive -A ${target} && zfs destroy -r ${target}`);
});

describe("a receive that has come further since somebody looked at it", () => {
  const name = "further";
  const fingerprintOf = async (dataset: string) => tokenFingerprint((await token("nas", dataset)) ?? "");

  test("is resumed from there, and nothing else is done to it before somebody looks again", async () => {
    const { target, source } = await makePartial({ name, kind: "full", sizeMb: 16, receivedMb: 4 });
    const seen = (await token("nas", target)) ?? "";
    const planner = new Planner({
      surroundings: await surroundings(),
      tokenOf: () => seen,
      shown: (_host, _dataset, fingerprint) =>
        fingerprint === tokenFingerprint(seen) ? decodeResumeToken(seen) : undefined,
      askPools: async () => {},
      seenOn: () => undefined,
      judged: () => {},
      refresh: async () => {},
    });
    const planned = (intent: TransferIntent) => planner.transfer(nas, target, tokenFingerprint(seen), intent);
    await sh(
      "tower",
      `zfs send -t ${seen} 2>/dev/null | head -c 6M | ssh nas zfs receive -s ${target}; true`,
    );
    expect(await fingerprintOf(target)).not.toBe(tokenFingerprint(seen));
    expect((await planned("resume")).plan).toMatchObject({
      fingerprint: await fingerprintOf(target),
      losses: [],
    });
    await expect(planned("start-over")).rejects.toMatchObject({ code: "CONFLICT" });

    // Begun anew with another snapshot it is not what was seen.
    const another = source.replace(/@.*/, "@another");
    await sh("nas", `zfs receive -A ${target}`);
    await sh(
      "tower",
      `zfs snapshot ${another}; zfs send ${another} 2>/dev/null | head -c 4M | ssh nas zfs receive -s ${target}; true`,
    );
    await expect(planned("resume")).rejects.toMatchObject({ code: "CONFLICT" });
    // The other tests count what was seeded.
    await sh("nas", `zfs receive -A ${target}`);
  });
});

describe("what zfs does with a partial receive, that the page relies on", () => {
  test("aborting one that is running is refused, and nothing is lost", async () => {
    const abort = await run("nas", "zfs receive -A backup/logs");
    expect(abort.code).not.toBe(0);
    expect(abort.stderr).toContain("dataset is busy");
    expect(await token("nas", "backup/logs")).toBeDefined();
  });

  test("-F never overrides what was received", async () => {
    const before = await token("nas", "backup/photos");
    const fresh = await run(
      "tower",
      "zfs send tank/photos@2026-11-01 | ssh nas 'zfs receive -s -F backup/photos'",
    );
    expect(fresh.code).not.toBe(0);
    expect(await token("nas", "backup/photos")).toBe(before);
    expect(await exists("nas", "backup/photos/%recv")).toBe(true);
  });
});
