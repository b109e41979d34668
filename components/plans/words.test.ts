import { expect, it } from "vitest";
import type { Loss, Plan } from "@/server/receives/plan";
import type { PartialReceive, Verdict } from "@/server/receives/types";
import { plain, verbatim } from "@/server/say";
import {
  alsoLost,
  canStillBeFinished,
  lossesListed,
  lossWords,
  lostSnapshotsSize,
  lostSnapshotsWords,
  nameProblem,
  rollsBackTo,
  whatHappens,
  whatIsKept,
} from "./words";

const dataset = "backup/mail";
const receive: PartialReceive = {
  ...{ id: `nas:${dataset}`, host: "nas", dataset, type: "filesystem", fingerprint: "0", began: 0 },
  ...{
    token: { ok: false, problem: verbatim("") },
    stateIn: "%recv",
    spaceHeld: 5n,
    activity: { kind: "idle", since: null },
  },
  verdict: null,
};

function plan(change: Partial<Plan>): Plan {
  return {
    ...{ intent: "abort", receiveId: receive.id, fingerprint: "0", source: null, keeps: 3n, remaining: null },
    ...{
      losses: [],
      frees: 0n,
      stays: null,
      cautions: [],
      confirmName: null,
      steps: [],
      holds: [],
      digest: "",
      essence: "",
    },
    ...change,
  };
}

const changes: Extract<Loss, { what: "changes" }> = { what: "changes", name: dataset, bytes: 1n, look: null };
const contents = { what: "contents", name: dataset, bytes: 1n } as const;
const three = { snapshots: 3, newest: `${dataset}@old` };

it("tells that a dataset outlives the abort of what was being received into it", () => {
  const source = "The source: nothing is changed there";
  expect(whatIsKept(plan({ stays: three }), receive)).toEqual([
    "backup/mail itself with its 3 snapshots, the newest backup/mail@old",
    source,
  ]);
  expect(whatIsKept(plan({ stays: { ...three, snapshots: 1 } }), receive)[0]).toEqual(
    "backup/mail itself with its snapshot backup/mail@old",
  );
  expect(whatIsKept(plan({ stays: { snapshots: 0, newest: null } }), receive)[0]).toEqual(
    "backup/mail itself; it has no snapshots",
  );
  expect(whatIsKept(plan({ stays: null }), receive)).toEqual([source]);
});

it("does not say that a dataset stays which is replaced", () => {
  const replacing = plan({
    ...{ intent: "resume-with-rollback", losses: [contents], stays: { snapshots: 0, newest: null } },
  });
  expect(whatIsKept(replacing, receive)).toEqual(["The 3 B received so far"]);
  expect(lossWords(contents)).toEqual("Everything in backup/mail: this receive replaces it");
});

it("says that a full send into an existing dataset replaces it, and speaks of rolling back elsewhere only", () => {
  const value = { fromGuid: null } as Extract<PartialReceive["token"], { ok: true }>["value"];
  const full: PartialReceive = { ...receive, token: { ok: true, value } };
  expect(plain(whatHappens("resume-with-rollback", full))).toMatch(/backup\/mail is .*replaced entirely/);
  const increment: PartialReceive = { ...receive, token: { ok: true, value: { ...value, fromGuid: 1n } } };
  expect(plain(whatHappens("resume-with-rollback", increment))).toMatch(/backup\/mail is rolled back/);
});

it("says wherever -F runs that it takes what happens on the target meanwhile", () => {
  const received: Loss = { what: "received-state", name: `${dataset}/%recv`, bytes: 1n };
  const rollback = plan({ intent: "resume-with-rollback" });
  expect(plain(alsoLost({ ...rollback, losses: [changes] }) ?? "")).toMatch(/goes as well\.$/);
  expect(plain(alsoLost(rollback) ?? "")).toMatch(/until it has finished goes\.$/);
  expect(alsoLost(plan({ intent: "start-over", losses: [received, contents] }))).not.toBeNull();
  expect(alsoLost(plan({ intent: "start-over", losses: [received] }))).toBeNull();
  expect(alsoLost(plan({ intent: "resume" }))).toBeNull();
});

it("names the snapshot that is rolled back to, where anything is rolled back", () => {
  const stays = three;
  expect(rollsBackTo(plan({ intent: "resume-with-rollback", losses: [changes], stays }))).toBe(three.newest);
  expect(rollsBackTo(plan({ intent: "start-over", losses: [changes], stays }))).toBe(three.newest);
  expect(rollsBackTo(plan({ intent: "start-over", stays }))).toBeNull();
  expect(rollsBackTo(plan({ intent: "resume", stays }))).toBeNull();
  expect(rollsBackTo(plan({ intent: "abort", stays }))).toBeNull();
});

it("says before an abort whether what goes could still be finished, and never more than is known", () => {
  const verdict = (finding: Partial<Verdict>) => plain(canStillBeFinished(finding as Verdict) ?? "");
  expect(verdict({ kind: "resumable" })).toBe("This can still be finished.");
  expect(verdict({ kind: "unresumable" })).toBe(
    "This cannot be finished, as far as all configured hosts know.",
  );
  expect(verdict({ kind: "unknown" })).toMatch(/^It is not known/);
  expect(plain(canStillBeFinished(null) ?? "")).toMatch(/is being found out/);
});

it("counts the snapshots that are lost, and never says that they hold less than they do", () => {
  const snapshot = (at: number) =>
    ({ what: "snapshot", name: `${dataset}@${at}`, bytes: 1024n, creation: at }) as const;
  const { others, snapshots } = lossesListed([snapshot(1), snapshot(2), changes]);
  expect(others).toEqual([changes]);
  expect(lostSnapshotsWords(snapshots, dataset)).toEqual("2 snapshots of backup/mail");
  // What two snapshots share is counted by neither.
  expect(lostSnapshotsSize(snapshots)).toEqual("at least 2 KiB");
  expect(lostSnapshotsSize([snapshot(1)])).toEqual("1 KiB only there");
});

it("takes the very name for a confirmation, and says what another one lacks", () => {
  expect(nameProblem("backup/Family Films", "backup/Family Films")).toBeNull();
  const problem = (typed: string) => plain(nameProblem("backup/Family Films", typed) ?? "");
  expect(problem(" ")).toMatch(/^Type the dataset's name/);
  expect(problem("backup/Family Films ")).toMatch(/blanks before or after/);
  expect(problem("\tbackup/Family Films")).toMatch(/blanks before or after/);
  expect(problem("backup/family films")).toMatch(/^Capital and small letters/);
  expect(problem("backup/Fam")).toMatch(/not complete/);
  expect(problem("backup/mail")).toMatch(/^This is not/);
});
