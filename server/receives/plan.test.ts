import { describe, expect, test } from "vitest";
import type { Host } from "../hosts/config";
import type { Snapshot } from "../zfs/output";
import { encodeResumeToken } from "../zfs/token-encoder";
import type { Facts, SourceAnswer } from "./gather";
import { planAbort, planTransfer } from "./plan";
import type { Intent, TransferIntent } from "./types";

const hosts: Host[] = [
  { name: "nas", ssh: { destination: "root@nas.lan" } },
  { name: "tower", local: true },
];
const dataset = "backup/Family Films";
const base = 11n;

const full: SourceAnswer = {
  host: "tower",
  answer: "can-send",
  estimate: { snapshot: "tank/films@tue", base: null, size: 60n },
};
const incremental: SourceAnswer = {
  host: "tower",
  answer: "can-send",
  estimate: { snapshot: "tank/films@tue", base: "tank/films#mon", size: 60n },
};

function snapshot(name: string, guid: bigint, more: Partial<Snapshot> = {}): Snapshot {
  return { name: `${dataset}@${name}`, guid, used: 5n, holds: 0, clones: [], ...more };
}

type Situation = {
  fromGuid?: bigint | null;
  stateIn?: "dataset" | "%recv";
  written?: bigint;
  snapshots?: Snapshot[];
  sources?: SourceAnswer[];
  receiving?: boolean;
  redacted?: boolean;
};

function factsOf(situation: Situation): Facts {
  const { fromGuid = null, stateIn = "dataset", written = 0n, snapshots = [], receiving = false } = situation;
  const decoded = {
    ...{ toGuid: 22n, toName: "tank/films@tue", fromGuid, object: 1n, offset: 0n, bytes: 40n },
    ...{ largeBlocks: true, embedded: false, compressed: true, raw: false },
    redacted: situation.redacted ?? false,
  };
  return {
    receive: {
      id: `nas:${dataset}`,
      host: "nas",
      dataset,
      type: "filesystem",
      fingerprint: "0123456789abcdef",
      token: { ok: true, value: decoded },
      stateIn,
      spaceHeld: 44n,
      began: 0,
      activity: receiving ? { kind: "receiving", by: "other", evidence: "a process" } : { kind: "idle" },
    },
    token: encodeResumeToken(decoded),
    decoded,
    target: { written, snapshots },
    sources: situation.sources ?? [fromGuid === null ? full : incremental],
  };
}

const newDataset: Situation = {};
const clean: Situation = { fromGuid: base, stateIn: "%recv", snapshots: [snapshot("mon", base)] };
const drifted: Situation = { ...clean, written: 7n };
const grown: Situation = { ...clean, snapshots: [snapshot("mon", base), snapshot("auto", 12n)] };
const overwriting: Situation = { stateIn: "%recv" };

const transfer = (intent: TransferIntent, situation: Situation) =>
  planTransfer(intent, factsOf(situation), hosts, 100n);
const plan = (intent: Intent, situation: Situation) =>
  intent === "abort" ? planAbort(factsOf(situation).receive, hosts) : transfer(intent, situation);
const commands = (intent: Intent, situation: Situation) =>
  plan(intent, situation).plan.steps.map((s) => s.command);

describe("resume", () => {
  test("sends the rest by its token into recv -s, without -F, and takes nothing away", () => {
    const { plan: shown } = plan("resume", clean);
    expect(shown).toMatchObject({ losses: [], confirmName: null, keeps: 40n, remaining: 60n });
    expect(shown.steps).toHaveLength(1);
    expect(shown.steps[0]?.command).toMatch(/^zfs send -vP -t 1-\S+ \| ssh /);
    expect(shown.steps[0]?.command).toContain("zfs receive -s -u '\\''backup/Family Films'\\''");
  });

  test("is refused beforehand where ZFS would refuse it after the last byte", () => {
    expect(() => plan("resume", drifted)).toThrow("at the very end");
    expect(() => plan("resume", grown)).toThrow("@auto was taken after this receive began");
    expect(() => plan("resume", overwriting)).toThrow("only with -F");
  });
});

describe("resume with rollback", () => {
  test("uses -F, names what that takes, and wants the dataset's name typed", () => {
    const { plan: shown } = plan("resume-with-rollback", { ...grown, written: 7n });
    expect(shown.steps[0]?.command).toContain("zfs receive -s -u -F");
    expect(shown.confirmName).toBe(dataset);
    expect(shown.losses).toEqual([
      { what: "snapshot", name: `${dataset}@auto`, bytes: 5n },
      { what: "changes", name: dataset, bytes: 7n },
    ]);
  });

  test("is refused where there is nothing to roll back, or -F could not do it", () => {
    const held = { ...clean, snapshots: [snapshot("mon", base), snapshot("auto", 12n, { holds: 1 })] };
    const cloned = {
      ...clean,
      snapshots: [snapshot("mon", base), snapshot("auto", 12n, { clones: ["tank/x"] })],
    };
    const lost = { ...clean, snapshots: [snapshot("other", 99n)] };
    expect(() => plan("resume-with-rollback", newDataset)).toThrow("nothing in it to roll back");
    expect(() => plan("resume-with-rollback", held)).toThrow("is held");
    expect(() => plan("resume-with-rollback", cloned)).toThrow("cloned");
    expect(() => plan("resume-with-rollback", lost)).toThrow("no longer has the snapshot");
  });
});

describe("start over", () => {
  test("discards first, then sends the same snapshot in the same form from the same base", () => {
    const [discard, sending] = commands("start-over", clean);
    expect(discard).toContain("zfs receive -A");
    expect(sending).toMatch(/^zfs send -vP -L -c -i 'tank\/films#mon' tank\/films@tue \| ssh /);
    expect(sending).toContain("zfs receive -s -u -F");
  });

  test("of a new dataset needs no -F, which could only hit what somebody made in its place", () => {
    const [, sending] = commands("start-over", newDataset);
    expect(sending).toContain("zfs receive -s -u '");
  });

  test("says what is thrown away and what is sent again", () => {
    expect(plan("start-over", drifted).plan).toMatchObject({
      keeps: 0n,
      remaining: 100n,
      confirmName: dataset,
      losses: [
        { what: "received-state", name: `${dataset}/%recv`, bytes: 44n },
        { what: "changes", name: dataset, bytes: 7n },
      ],
    });
    expect(plan("start-over", newDataset).plan.losses).toEqual([
      { what: "dataset", name: dataset, bytes: 44n },
    ]);
  });

  test("is refused where the discarded state could not be received again", () => {
    expect(() => plan("start-over", { ...overwriting, snapshots: [snapshot("x", 1n)] })).toThrow(
      "has snapshots",
    );
    expect(() => plan("start-over", { ...clean, sources: [] })).toThrow("No configured host");
    expect(() => plan("start-over", { ...clean, redacted: true })).toThrow("redacted");
  });
});

describe("abort", () => {
  test("of a new dataset takes the dataset, so its name has to be typed", () => {
    const { plan: shown } = plan("abort", newDataset);
    expect(shown).toMatchObject({
      confirmName: dataset,
      losses: [{ what: "dataset", name: dataset, bytes: 44n }],
    });
  });

  test("of an incremental takes only what was received", () => {
    const { plan: shown } = plan("abort", clean);
    expect(shown).toMatchObject({ confirmName: null, losses: [{ what: "received-state", bytes: 44n }] });
  });

  test("needs no source", () => {
    expect(commands("abort", { ...clean, sources: [] })).toHaveLength(1);
  });
});

describe("whatever is asked", () => {
  const intents: Intent[] = ["resume", "resume-with-rollback", "start-over", "abort"];
  test.each(intents)("%s is refused while something is being received", (intent) => {
    expect(() => plan(intent, { ...clean, receiving: true })).toThrow("being received right now");
  });

  test("a source that did not answer is not called lost", () => {
    const sources: SourceAnswer[] = [
      { host: "nas", answer: "cannot-send", words: "no such dataset" },
      { host: "tower", answer: "silent", problem: "timed out" },
    ];
    expect(() => plan("resume", { ...clean, sources })).toThrow("not known: tower could not tell");
  });

  test("a plan that would take something else has another digest, one of other sizes has not", () => {
    const digest = (situation: Situation) => plan("resume-with-rollback", situation).plan.digest;
    expect(digest({ ...clean, written: 8n })).toBe(digest(drifted));
    expect(digest({ ...grown, written: 7n })).not.toBe(digest(drifted));
  });

  test("no step shows a command that differs from what runs", () => {
    const { plan: planned, pipeline } = transfer("start-over", clean);
    const { before, send, receive } = pipeline;
    const shown = planned.steps.map(({ command }) => command).join(" ");
    for (const word of [...(before ?? []), ...send, ...receive]) {
      expect(shown).toContain(word.replaceAll("'", "'\\''"));
    }
  });
});
