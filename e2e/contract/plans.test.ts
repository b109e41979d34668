import { describe, expect, test } from "vitest";
import { type Host, loadHosts } from "@/server/hosts/config";
import { type Facts, gather } from "@/server/receives/gather";
import { planTransfer } from "@/server/receives/plan";
import { configFile, exists, makePartial, run, sh, token } from "../lab";

const hosts = loadHosts({ HALFWAY_CONFIG: configFile });
const nas = hosts.find(({ name }) => name === "nas") as Host;

const factsOf = (dataset: string, among = hosts): Promise<Facts> => gather(among, nas, dataset, null);

/** What each host said, in a word. */
function answers({ sources }: Facts): Record<string, string> {
  return Object.fromEntries(sources.map(({ host, answer }) => [host, answer]));
}

describe("where the rest can be sent from, as zfs itself says", () => {
  test.each(["backup/projects", "backup/photos", "backup/vault", "backup/vm-disk", "backup/media"])(
    "%s: from tower, and nowhere else",
    async (dataset) => {
      const facts = await factsOf(dataset);
      expect(answers(facts)).toEqual({ nas: "cannot-send", tower: "can-send" });
      const { plan } = planTransfer("resume", facts, hosts);
      expect(plan.remaining).toBeGreaterThan(20n * 1024n * 1024n);
      expect(plan.losses).toEqual([]);
    },
  );

  test("a base that is only a bookmark is found, and named in full", async () => {
    const facts = await factsOf("backup/ledger");
    expect(planTransfer("resume", facts, hosts).plan.source).toEqual({
      host: "tower",
      snapshot: "tank/ledger@next",
      base: "tank/ledger#base",
    });
  });

  test.each([
    ["backup/mail", "no longer exists"],
    ["backup/wiki", "no longer the same snapshot"],
  ])("%s: from nowhere, with zfs's own words", async (dataset, words) => {
    const facts = await factsOf(dataset);
    expect(answers(facts)).toEqual({ nas: "cannot-send", tower: "cannot-send" });
    expect(JSON.stringify(facts.sources)).toContain(words);
    expect(() => planTransfer("resume", facts, hosts)).toThrow("No configured host can send");
    expect(() => planTransfer("start-over", facts, hosts)).toThrow("No configured host can send");
  });

  test("a host that does not answer is not taken for one that said no", async () => {
    const gone: Host = { name: "gone", ssh: { destination: "127.0.0.1", port: 9 } };
    const facts = await factsOf("backup/mail", [...hosts, gone]);
    expect(() => planTransfer("resume", facts, [...hosts, gone])).toThrow("not known: gone could not tell");
  });
});

test("a target that was changed is noticed beforehand, with how much was changed", async () => {
  const facts = await factsOf("backup/home");
  expect(() => planTransfer("resume", facts, hosts)).toThrow("at the very end");
  const { plan } = planTransfer("resume-with-rollback", facts, hosts);
  expect(plan.losses).toEqual([{ what: "changes", name: "backup/home", bytes: facts.target.written }]);
  expect(facts.target.written).toBeGreaterThan(0n);
});

test("a snapshot taken on the target meanwhile is noticed, and named as what a rollback would take", async () => {
  const { target } = await makePartial({
    name: "grown",
    kind: "incremental",
    sizeMb: 12,
    receivedMb: 6,
    baseMb: 1,
  });
  await sh("nas", `zfs snapshot ${target}@by-hand && zfs hold keep ${target}@by-hand`);
  const held = await factsOf(target);
  expect(() => planTransfer("resume", held, hosts)).toThrow("by-hand was taken after this receive began");
  expect(() => planTransfer("resume-with-rollback", held, hosts)).toThrow("is held");
  await sh("nas", `zfs release keep ${target}@by-hand`);
  const { plan } = planTransfer("resume-with-rollback", await factsOf(target), hosts);
  expect(plan.losses.map(({ name }) => name)).toContain(`${target}@by-hand`);
  // The other tests count what was seeded.
  await sh("nas", `zfs receive -A ${target} && zfs destroy -r ${target}`);
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
