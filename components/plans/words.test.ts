import { expect, it } from "vitest";
import type { Loss, Plan } from "@/server/receives/plan";
import type { PartialReceive, Verdict } from "@/server/receives/types";
import { alsoLost, canStillBeFinished, lossWords, rollsBackTo, whatHappens, whatIsKept } from "./words";

const dataset = "backup/mail";
const receive: PartialReceive = {
  ...{ id: `nas:${dataset}`, host: "nas", dataset, type: "filesystem", fingerprint: "0", began: 0 },
  ...{
    token: { ok: false, problem: "" },
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

const changes: Loss = { what: "changes", name: dataset, bytes: 1n, look: null };
const contents: Loss = { what: "contents", name: dataset, bytes: 1n };
const three = { snapshots: 3, newest: `${dataset}@old` };

it("tells that a dataset outlives the abort of what was being received into it", () => {
  const source = "The source: nothing is changed there";
  expect(whatIsKept(plan({ stays: three }), receive)).toEqual([
    "backup/mail itself with its 3 snapshots, the newest backup/mail@old",
    source,
  ]);
  expect(whatIsKept(plan({ stays: { ...three, snapshots: 1 } }), receive)[0]).toBe(
    "backup/mail itself with its snapshot backup/mail@old",
  );
  expect(whatIsKept(plan({ stays: { snapshots: 0, newest: null } }), receive)[0]).toBe(
    "backup/mail itself; it has no snapshots",
  );
  expect(whatIsKept(plan({ stays: null }), receive)).toEqual([source]);
});

it("does not say that a dataset stays which is replaced", () => {
  const replacing = plan({
    ...{ intent: "resume-with-rollback", losses: [contents], stays: { snapshots: 0, newest: null } },
  });
  expect(whatIsKept(replacing, receive)).toEqual(["The 3 B received so far"]);
  expect(lossWords(contents)).toBe("Everything in backup/mail: this receive replaces it");
});

it("says that a full send into an existing dataset replaces it, and speaks of rolling back elsewhere only", () => {
  const value = { fromGuid: null } as Extract<PartialReceive["token"], { ok: true }>["value"];
  const full: PartialReceive = { ...receive, token: { ok: true, value } };
  expect(whatHappens("resume-with-rollback", full)).toMatch(/backup\/mail is .*replaced entirely/);
  const increment: PartialReceive = { ...receive, token: { ok: true, value: { ...value, fromGuid: 1n } } };
  expect(whatHappens("resume-with-rollback", increment)).toMatch(/backup\/mail is rolled back/);
});

it("says wherever -F runs that it takes what happens on the target meanwhile", () => {
  const received: Loss = { what: "received-state", name: `${dataset}/%recv`, bytes: 1n };
  expect(alsoLost(plan({ intent: "resume-with-rollback", losses: [changes] }))).toMatch(/goes as well\.$/);
  expect(alsoLost(plan({ intent: "resume-with-rollback" }))).toMatch(/until it has finished goes\.$/);
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
  const verdict = (finding: Partial<Verdict>) => canStillBeFinished(finding as Verdict);
  expect(verdict({ kind: "resumable" })).toBe("This can still be finished.");
  expect(verdict({ kind: "unresumable" })).toBe(
    "This cannot be finished, as far as all configured hosts know.",
  );
  expect(verdict({ kind: "unknown" })).toMatch(/^It is not known/);
  expect(canStillBeFinished(null)).toMatch(/is being found out/);
});
