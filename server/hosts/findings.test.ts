import { describe, expect, test } from "vitest";
import { plain, say } from "../say";
import { parseDelegations } from "../zfs/delegation";
import type { Host } from "./config";
import { type CheckFacts, findingsOf, placesOf, type ZfsFacts } from "./findings";
import { fingerprintOf } from "./fingerprint";
import type { Tool } from "./tools";

const hostKey = "ssh-ed25519 AAAA";
const tower: Host = { name: "tower", ssh: { destination: "halfway@tower.lan", hostKey } };
const line = "restrict ssh-ed25519 BBBB halfway@nas";

type Reached = Extract<CheckFacts, { reached: true }>;
const zfs: ZfsFacts = {
  ...{ pools: [{ name: "tank", health: "ONLINE" }], datasets: 2, places: ["tank", "tank/My Data"] },
  ...{ complete: true, delegations: new Map(), undelegated: [] },
};
const reached = (more: Partial<Reached> = {}): Reached => ({
  ...{ reached: true, system: "Linux", hasPs: true, skewMs: 300, version: { ok: true, value: "2.3.2" } },
  ...{ account: { uid: 1000, name: "halfway", groups: ["halfway"] }, zfs: { ok: true, value: zfs } },
  tools: new Set<Tool>(["bash", "mbuffer", "zstd"]),
  ...more,
});
const delegated = (said: string, more: Partial<ZfsFacts> = {}) =>
  reached({ zfs: { ok: true, value: { ...zfs, delegations: parseDelegations(said), ...more } } });

const check = (facts: CheckFacts, host = tower) => findingsOf(host, line, facts, 0);
const found = (facts: CheckFacts, what: string, host = tower) =>
  check(facts, host).findings.find((one) => one.what === what);
const commands = (facts: CheckFacts) =>
  check(facts).rights.flatMap(({ fixes }) => fixes.map(({ command }) => command));

const everything = "create,destroy,hold,mount,receive,release,send";
const all = `---- Permissions on tank ----\nLocal+Descendent permissions:\n\tuser halfway ${everything}\n`;

test("where all works, nothing is to be done", () => {
  const { findings, rights } = check(delegated(all));
  expect(findings.filter(({ state }) => state !== "ok").map(({ what }) => what)).toEqual(["events"]);
  expect(findings.flatMap(({ fixes }) => fixes)).toEqual([]);
  expect(rights).toMatchObject([{ dataset: "tank", fixes: [] }]);
});

test("root may do everything, and hears of events", () => {
  const root = reached({ account: { uid: 0, name: "root", groups: ["root"] } });
  expect(check(root).findings.every(({ state }) => state === "ok")).toBe(true);
  expect(check(root).rights).toEqual([]);
});

describe("what is not delegated comes as the lines that delegate it", () => {
  test("all of them, where nothing is", () => {
    expect(found(reached(), "rights")?.state).toBe("problem");
    expect(commands(reached())).toEqual([
      "zfs allow -u halfway hold,release,send tank",
      "zfs allow -u halfway create,mount,receive tank",
      "zfs allow -u halfway destroy,mount tank",
    ]);
  });

  test("only what is missing, where some is", () => {
    const some = delegated(all.replace("destroy,hold,", ""));
    expect(found(some, "rights")?.state).toBe("note");
    expect(commands(some)).toEqual(["zfs allow -u halfway hold tank", "zfs allow -u halfway destroy tank"]);
  });

  test("for a dataset by itself where it differs from its pool, with its name quoted", () => {
    const one = delegated(all.replaceAll("on tank", "on tank/My Data"));
    expect(check(one).rights.map(({ dataset }) => dataset)).toEqual(["tank", "tank/My Data"]);
    const other = delegated(
      `${all}---- Permissions on tank/My Data ----\nLocal permissions:\n\tuser halfway quota\n`,
    );
    expect(check(other).rights.map(({ dataset }) => dataset)).toEqual(["tank"]);
    const narrow = delegated(all.replaceAll("on tank", "on tank/My Data").replace("send", "quota"));
    expect(commands(narrow)).toContain("zfs allow -u halfway send 'tank/My Data'");
  });

  test("and, where delegations do not count on a pool, with what makes them count", () => {
    const off = delegated(all, { undelegated: ["tank"] });
    expect(found(off, "rights")).toMatchObject({
      state: "problem",
      fixes: [{ command: "zpool set delegation=on tank" }],
    });
  });
});

test("where ZFS is not there, the rest is still told", () => {
  const none = { ok: false, problem: say`zfs version failed`, stderr: "zfs: not found" } as const;
  const without = reached({ version: none, zfs: none });
  expect(check(without).findings.map(({ what, state }) => `${what} ${state}`)).toEqual([
    ...["reach ok", "host-key ok", "login ok", "zfs problem", "ps ok", "tools ok", "clock ok"],
  ]);
});

test("a suspended pool is said, and not that all was looked at", () => {
  const pools = [
    { name: "tank", health: "ONLINE" },
    { name: "usb", health: "SUSPENDED" },
  ];
  expect(found(delegated(all, { pools }), "list")).toMatchObject({
    state: "problem",
    says: expect.stringContaining("usb"),
  });
});

test("what was looked at is counted in words", () => {
  const listed = (datasets: number, pools: string[]) =>
    found(delegated(all, { datasets, pools: pools.map((name) => ({ name, health: "ONLINE" })) }), "list")
      ?.says;
  expect(listed(1, ["tank"])).toEqual("Lists one dataset in one pool.");
  expect(listed(7, ["tank"])).toEqual("Lists 7 datasets in one pool.");
  expect(listed(7, ["tank", "usb"])).toEqual("Lists 7 datasets in 2 pools.");
});

test("a login that is refused comes with the line that lets Halfway in", () => {
  const refused = {
    reached: false,
    step: "login",
    problem: say`x`,
    stderr: "Permission denied (publickey).",
    shown: null,
  } as const;
  expect(found(refused, "login")).toMatchObject({
    state: "problem",
    fixes: [{ command: `umask 077; mkdir -p ~/.ssh && echo '${line}' >> ~/.ssh/authorized_keys` }],
  });
  expect(found(refused, "host-key")?.state).toBe("ok");
  expect(found(refused, "zfs")).toBeUndefined();
});

test("a changed key comes with both fingerprints, to be accepted or not", () => {
  const shown = "ssh-ed25519 CCCC";
  const changed = { reached: false, step: "host-key", problem: say`x`, stderr: "", shown } as const;
  expect(check(changed).otherKey).toEqual({
    hostKey: shown,
    fingerprint: fingerprintOf(shown),
    accepted: fingerprintOf(hostKey),
  });
  expect(check({ ...changed, shown: null }).otherKey).toBeNull();
});

test.each([
  [4_000, "ok", "agrees"],
  [90_000, "note", "90 s ahead of"],
  [-600_000, "note", "10 min behind"],
])("a clock that is %d ms ahead", (skewMs, state, words) => {
  const clock = found(reached({ skewMs }), "clock");
  expect(clock?.state).toBe(state);
  expect(plain(clock?.says ?? "")).toContain(words);
});

test("rights are asked for near the top, where receives are interrupted, and not ten thousand times", () => {
  const many = Array.from({ length: 300 }, (_, at) => `tank/d${at}`);
  const datasets = ["tank", ...many, "tank/a/b/c/d", "usb"];
  const { places, complete } = placesOf(datasets, ["tank/a/b/c/d", "tank/gone"]);
  expect(places).toHaveLength(200);
  expect(places).toEqual(expect.arrayContaining(["tank", "usb", "tank/a/b/c/d"]));
  expect(places).not.toContain("tank/gone");
  expect(complete).toBe(false);
  expect(placesOf(["tank", "tank/a"], []).complete).toBe(true);
});
