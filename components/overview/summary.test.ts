import { describe, expect, it } from "vitest";
import { type HostSummary, type ListedReceive, tallyOf } from "@/server/api/hub";
import type { Finding } from "@/server/receives/types";
import { plain, verbatim } from "@/server/say";
import { byHost } from "../receives/words";
import { type Summary, summarise as summariseTallies } from "./summary";

function summarise(hosts: readonly HostSummary[], receives: readonly ListedReceive[]): Summary {
  return summariseTallies(hosts, new Map([...byHost(receives)].map(([name, all]) => [name, tallyOf(all)])));
}

function host(name: string, status: HostSummary["status"], answeredAt: number | null = 1): HostSummary {
  return {
    ...{ name, address: name, status, since: 0, problem: null, zfsVersion: null },
    ...{ answeredAt, troubledPools: [] },
  };
}

function receive(on: string, dataset: string, activity: ListedReceive["activity"]): ListedReceive {
  return {
    ...{ id: `${on}:${dataset}`, host: on, dataset, type: "filesystem", fingerprint: "0", began: 0 },
    ...{ token: { ok: false, problem: verbatim("") }, stateIn: "dataset", spaceHeld: 1n << 30n, activity },
    verdict: null,
  };
}

/** Receives that have stopped, judged like that. */
function judged(...findings: (Finding | null)[]): ListedReceive[] {
  return findings.map((finding, at) => ({
    ...receive("a", `x${at}`, idle),
    verdict: finding && {
      ...finding,
      ...{ sentence: verbatim(""), cautions: [], source: null, remaining: null, judgedAt: 0 },
      refusals: { resume: null, "resume-with-rollback": null, "start-over": null, abort: null },
    },
  }));
}

function blocked(certain: boolean): Finding {
  return { kind: "blocked", obstacles: [{ what: "quota", sentence: verbatim(""), remedies: [], certain }] };
}

const idle = { kind: "idle", since: null } as const;
const arriving = { kind: "receiving", by: "other", evidence: verbatim("") } as const;

describe("the sentence that says whether all is well", () => {
  it("counts what stopped and what arrives", () => {
    const receives = [receive("a", "x", idle), receive("a", "y", idle), receive("b", "z", arriving)];
    const { mood, sentence } = summarise([host("a", "online"), host("b", "online")], receives);
    expect(mood).toBe("attention");
    expect(sentence).toEqual(
      "2 receives stopped half-way on 1 host, holding 2 GiB. 1 is being received now.",
    );
  });

  it("says how many can be finished, and how", () => {
    const resumable: Finding = { kind: "resumable" };
    const rollback: Finding = { kind: "resumable-with-rollback", reasons: ["changed"] };
    const receives = judged(
      ...[resumable, resumable, rollback],
      ...[{ kind: "unresumable", reason: "base-gone" } as const, blocked(true)],
      ...[{ kind: "zombie" } as const, { kind: "unknown", reason: "source-silent" } as const],
    );
    expect(summarise([host("a", "online")], receives).outlook).toEqual(
      "2 can be resumed now, 1 with a rollback, 1 is blocked, 1 cannot be finished, 1 is a leftover token, 1 not known yet.",
    );
  });

  it("counts only what was judged, and does not take an estimate for a fact", () => {
    const outlook = (...findings: (Finding | null)[]) =>
      summarise([host("a", "online")], judged(...findings)).outlook;
    expect(outlook(null, null)).toEqual("2 are being looked into.");
    expect(outlook(null, { kind: "receiving" }, blocked(false))).toEqual(
      "1 is probably blocked, 2 are being looked into.",
    );
    expect(outlook(blocked(true), ...Array<Finding>(4).fill(blocked(false)))).toEqual(
      "1 is blocked, 4 are probably blocked.",
    );
    expect(outlook({ kind: "resumable-with-rollback", reasons: ["changed"] })).toEqual(
      "1 can be finished with a rollback.",
    );
    expect(outlook({ kind: "unknown", reason: "source-silent" })).toEqual("1 not known yet.");
  });

  it("reassures, as of the oldest reading", () => {
    const summary = summarise([host("a", "online", 70), host("b", "online", 50)], []);
    expect(summary).toMatchObject({
      mood: "fine",
      sentence: "Nothing is interrupted on 2 hosts.",
      looked: "Every dataset on a, b was looked at, and all pools there answer.",
      checkedAt: 50,
    });
  });

  it("says so where there is no host at all", () => {
    expect(summarise([], [])).toMatchObject({ mood: "unset", sentence: "No host is known yet." });
  });

  it("never takes silence for nothing", () => {
    expect(summarise([host("a", "offline"), host("b", "online")], [])).toMatchObject({
      mood: "unknown",
      sentence: "Nothing is interrupted on the 1 host that answers.",
      caveat: "a does not answer, so what is there now is not known.",
    });
    expect(plain(summarise([host("a", "offline")], []).sentence)).toMatch(/is not known/);
    expect(summarise([host("a", "reading", null)], []).mood).toBe("reading");
    expect(summarise([host("a", "reading", null), host("b", "online")], []).mood).toBe("reading");
  });

  it("does not vouch for pools that cannot be read", () => {
    const nas = host("nas", "online");
    const pool = (health: string, readonly = false) => ({ name: "flaky", health, readonly });
    expect(summarise([{ ...nas, troubledPools: [pool("SUSPENDED")] }], [])).toMatchObject({
      mood: "unknown",
      sentence: "Nothing is interrupted on 1 host, as far as it can be read.",
      caveat: "The pool flaky on nas is suspended; what is on it cannot be read.",
    });
    expect(summarise([{ ...nas, troubledPools: [pool("ONLINE", true)] }], [])).toMatchObject({
      mood: "fine",
      caveat: "The pool flaky on nas is read-only; nothing on it can be finished or aborted.",
    });
  });
});
