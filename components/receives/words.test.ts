import { describe, expect, it } from "vitest";
import type { Finding, Obstacle, PartialReceive, Verdict } from "@/server/receives/types";
import { type Said, say, verbatim } from "@/server/say";
import {
  needsDialog,
  primaryAction,
  refusalOf,
  remediesByHost,
  verdictOf,
  verdictWords,
  wayToFinish,
  worthAnotherLook,
} from "./words";

const none = { resume: null, "resume-with-rollback": null, "start-over": null, abort: null };
const no = say`no`;
const onlyAbort = { resume: no, "resume-with-rollback": no, "start-over": no, abort: null };
const nothing = { ...onlyAbort, abort: no };

function receive(
  finding: Finding | null,
  refusals: Verdict["refusals"] = none,
  cautions: Said[] = [],
): PartialReceive {
  return {
    ...{ id: "a:b/c", host: "a", dataset: "b/c", type: "filesystem", fingerprint: "0", began: 0 },
    ...{
      token: { ok: false, problem: verbatim("") },
      stateIn: "%recv",
      spaceHeld: 0n,
      activity: { kind: "idle", since: null },
    },
    verdict: finding && {
      ...finding,
      ...{
        sentence: verbatim(""),
        evidence: [],
        cautions,
        source: null,
        remaining: null,
        refusals,
        judgedAt: 0,
      },
    },
  };
}

function obstacle(what: Obstacle["what"], certain = true, remedies: Obstacle["remedies"] = []): Obstacle {
  return { what, sentence: verbatim(""), remedies, certain };
}

const rollback: Finding = { kind: "resumable-with-rollback", reasons: ["changed"] };
const dead: Finding = { kind: "unresumable", reason: "source-destroyed" };
const unknown: Finding = { kind: "unknown", reason: "source-silent" };
const quota: Finding = { kind: "blocked", obstacles: [obstacle("quota", false)] };
const key: Finding = { kind: "blocked", obstacles: [obstacle("target-key")] };

describe("what a person would do next", () => {
  it.each([
    ["resume what can be resumed", receive({ kind: "resumable" }), "resume"],
    ["resume before anything is known: the server looks itself", receive(null), "resume"],
    ["roll back where that is needed", receive(rollback, { ...none, resume: no }), "resume-with-rollback"],
    ["resume in spite of an estimate", receive(quota), "resume"],
    ["repair what is in the way, then look again", receive(key, onlyAbort), "look-again"],
    ["give up what can never be finished", receive(dead, onlyAbort), "abort"],
    ["look again where it is not known", receive(unknown, onlyAbort), "look-again"],
    ["nothing with a leftover token", receive({ kind: "zombie" }, nothing), null],
  ] as const)("%s", (_, one, action) => expect(primaryAction(one)).toBe(action));

  it("is never to abort what may still be finished", () => {
    for (const one of [receive(null), receive(quota), receive(key, onlyAbort), receive(unknown, onlyAbort)]) {
      expect(primaryAction(one)).not.toBe("abort");
    }
  });
});

it("names the button by what it does", () => {
  expect(wayToFinish(receive({ kind: "resumable" }))?.label).toEqual("Resume");
  expect(wayToFinish(receive(quota))?.label).toEqual("Resume anyway");
  expect(wayToFinish(receive(rollback, { ...none, resume: no }))?.label).toEqual("Resume with rollback");
  expect(wayToFinish(receive(dead, onlyAbort))).toBeNull();
});

it("starts by one click only what is gentle and looks right", () => {
  expect(needsDialog(receive({ kind: "resumable" }), "resume")).toBe(false);
  expect(needsDialog(receive(null), "resume")).toBe(false);
  expect(needsDialog(receive({ kind: "resumable" }, none, [say`Odd.`]), "resume")).toBe(true);
  expect(needsDialog(receive(rollback), "resume-with-rollback")).toBe(true);
});

it("does not go by what was judged while it was still being received", () => {
  const stopped = receive({ kind: "receiving" }, nothing);
  expect(verdictOf(stopped)).toBeNull();
  expect(refusalOf(stopped, "abort")).toBeNull();
  expect(primaryAction(stopped)).toBe("resume");
});

it("says by what a receive is blocked, and whether that is sure", () => {
  const words = (finding: Finding) => verdictWords(receive(finding).verdict);
  expect(words(quota)).toEqual("probably blocked by a quota");
  expect(words(key)).toEqual("blocked by a key that is not loaded");
  const obstacles = [obstacle("pool-readonly"), obstacle("source-key"), obstacle("target-key")];
  expect(words({ kind: "blocked", obstacles })).toEqual(
    "blocked by a read-only pool and a key that is not loaded",
  );
});

it("offers another look where one may help", () => {
  expect([null, receive({ kind: "resumable" }).verdict].map(worthAnotherLook)).toEqual([false, false]);
  expect([quota, dead, unknown].map((finding) => worthAnotherLook(receive(finding).verdict))).toEqual([
    true,
    true,
    true,
  ]);
});

it("lists each remedy once, with those of the same host together", () => {
  const load = (host: string) => ({ says: say`Load the key`, host, command: "zfs load-key tank" });
  const raise = { says: say`Raise it`, host: "nas", command: "zfs set quota=1G tank" };
  const obstacles = [
    obstacle("target-key", true, [load("nas")]),
    obstacle("source-key", true, [load("tower"), load("nas")]),
    obstacle("quota", false, [raise]),
  ];
  expect(remediesByHost(receive({ kind: "blocked", obstacles }).verdict)).toEqual([
    { host: "nas", remedies: [load("nas"), raise] },
    { host: "tower", remedies: [load("tower")] },
  ]);
  expect(remediesByHost(receive(dead).verdict)).toEqual([]);
});
