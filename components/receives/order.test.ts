import { describe, expect, it } from "vitest";
import type { HostSummary, ListedReceive, ListedVerdict } from "@/server/api/hub";
import type { Finding } from "@/server/receives/types";
import { verbatim } from "@/server/say";
import { arrange, type Filters, filtersOf, fits, type Group, isNarrowed, ranksOf } from "./order";

const all: Filters = { q: "", host: "", kind: "", sort: "" };
const idle = { kind: "idle", since: null } as const;
const ours = { kind: "receiving", by: "halfway", transferId: "1" } as const;
const theirs = { kind: "receiving", by: "other", evidence: verbatim("") } as const;

const resumable: Finding = { kind: "resumable" };
const rollback: Finding = { kind: "resumable-with-rollback", reasons: ["changed"] };
const dead: Finding = { kind: "unresumable", reason: "base-gone" };
const blocked: Finding = { kind: "blocked", obstacles: [] };
const unknown: Finding = { kind: "unknown", reason: "source-silent" };

function receive(
  dataset: string,
  finding: Finding | null,
  more: Partial<ListedReceive> & { remaining?: bigint } = {},
): ListedReceive {
  const { remaining = null, ...rest } = more;
  return {
    ...{ id: `nas:${dataset}`, host: "nas", dataset, type: "filesystem", fingerprint: "0", began: 0 },
    ...{ token: { ok: false, problem: verbatim("") }, stateIn: "dataset", spaceHeld: 0n, activity: idle },
    verdict: finding && {
      ...(finding as ListedVerdict),
      ...{ sentence: verbatim(""), cautions: [], source: null, remaining, judgedAt: 0 },
      refusals: { resume: null, "resume-with-rollback": null, "start-over": null, abort: null },
    },
    ...rest,
  };
}

function host(name: string): HostSummary {
  return {
    ...{ name, address: name, status: "online", since: 0, problem: null, zfsVersion: null },
    ...{ answeredAt: 1, troubledPools: [] },
  };
}

function shown(
  receives: readonly ListedReceive[],
  filters: Partial<Filters> = {},
  held: Group[] | null = null,
): string[] {
  const hosts = [...new Set(receives.map((one) => one.host))].map(host);
  const byHost = new Map(hosts.map(({ name }) => [name, receives.filter((one) => one.host === name)]));
  return arrange(hosts, byHost, { ...all, ...filters }, ranksOf(receives, new Map()), held).flatMap((group) =>
    group.receives.map(({ dataset }) => dataset),
  );
}

describe("the order of a list", () => {
  it("begins with what needs a person, and ends with what others receive", () => {
    const receives = [
      receive("by others", null, { activity: theirs }),
      receive("resumable 10", resumable),
      receive("resumable 9", null),
      ...[receive("dead", dead), receive("rollback", rollback), receive("blocked", blocked)],
    ];
    expect(shown(receives)).toEqual([
      ...["blocked", "rollback", "dead", "resumable 9", "resumable 10", "by others"],
    ]);
  });

  it("puts first the host with what needs a person most", () => {
    const receives = [receive("a", resumable), receive("b", blocked, { id: "b", host: "tower" })];
    expect(shown(receives)).toEqual(["b", "a"]);
    expect(shown(receives, { sort: "name" })).toEqual(["a", "b"]);
  });

  it("leaves what Halfway receives in its place", () => {
    const before = ranksOf([receive("x", rollback)], new Map());
    const after = ranksOf([receive("x", null, { activity: ours })], before);
    expect(after.get("nas:x")).toBe(before.get("nas:x"));
  });

  it("goes by size, age, or what is left, and puts what is not known last", () => {
    const receives = [
      receive("unknown", unknown, { spaceHeld: 1n, began: 3 }),
      receive("much", resumable, { spaceHeld: 2n, began: 2, remaining: 9n }),
      receive("little", resumable, { spaceHeld: 3n, began: 1, remaining: 1n }),
    ];
    for (const sort of ["held", "age", "left"] as const) {
      expect(shown(receives, { sort })).toEqual(["little", "much", "unknown"]);
    }
  });

  it("moves nothing that is shown while that is held, and adds what comes at its end", () => {
    const [a, b] = [receive("a", resumable), receive("b", resumable)];
    const held = [{ host: host("nas"), receives: [b, a] }];
    expect(shown([a, { ...b, ...receive("b", blocked) }, receive("0", blocked)], {}, held)).toEqual([
      ...["b", "a", "0"],
    ]);
  });
});

describe("filters", () => {
  it("find a name anywhere in it, that of the source and of today's source too", () => {
    const token = { toName: "tank/Films@tue", fromGuid: null, bytes: 0n };
    const flags = { raw: false, compressed: false, embedded: false, largeBlocks: false };
    const one = receive("backup/movies", resumable, { token: { ok: true, value: { ...token, ...flags } } });
    const renamed: ListedReceive = {
      ...one,
      verdict: one.verdict && {
        ...one.verdict,
        source: { host: "tower", snapshot: "tank/cinema@tue", base: null },
      },
    };
    for (const q of ["MOVIES", " films@", "cinema"]) expect(fits(renamed, { ...all, q }), q).toBe(true);
    expect(fits(renamed, { ...all, q: "music" })).toBe(false);
  });

  it("tell what needs a person from what one click resumes, and both from what is being received", () => {
    const person = { ...all, kind: "person" } as const;
    for (const finding of [rollback, dead, blocked, unknown])
      expect(fits(receive("x", finding), person)).toBe(true);
    expect(fits(receive("x", resumable), person)).toBe(false);
    expect(fits(receive("x", rollback, { activity: ours }), person)).toBe(false);
    expect(fits(receive("x", rollback, { activity: ours }), { ...all, kind: "receiving" })).toBe(true);
    expect(fits(receive("x", null), { ...all, kind: "unknown" })).toBe(true);
  });

  it("come from an address, which may hold anything", () => {
    const from = (address: string) => filtersOf(new URLSearchParams(address));
    expect(from("q=a%20b&host=nas&kind=blocked&sort=held")).toEqual({
      ...{ q: "a b", host: "nas", kind: "blocked", sort: "held" },
    });
    expect(from("kind=constructor&sort=toString")).toEqual(all);
    expect([isNarrowed(from("sort=age")), isNarrowed(from("q=a"))]).toEqual([false, true]);
  });
});
