import fc from "fast-check";
import { expect, test } from "vitest";
import { guardMove, hasEnded, isAtWork } from "./states";
import { type TransferState, transferStates } from "./types";

function mayMove(from: TransferState, to: TransferState): boolean {
  try {
    guardMove(from, to);
    return true;
  } catch {
    return false;
  }
}

test("what has ended has ended: nothing follows", () => {
  for (const from of transferStates.filter(hasEnded)) {
    expect(transferStates.filter((to) => mayMove(from, to))).toEqual([]);
  }
  expect(transferStates.filter(hasEnded)).toEqual(["finished", "failed", "stopped"]);
});

test("nothing is called finished that ZFS was not asked about", () => {
  expect(transferStates.filter((from) => mayMove(from, "finished"))).toEqual(["starting", "verifying"]);
});

test("from wherever a transfer is, a person can have it stopped", () => {
  for (const from of transferStates.filter((state) => !hasEnded(state))) {
    const seen = new Set<TransferState>([from]);
    for (const state of seen) for (const to of transferStates) if (mayMove(state, to)) seen.add(to);
    expect([...seen], from).toContain("stopped");
  }
});

test("whatever the moves, a transfer at work has begun, and one that waits gives its room to others", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...transferStates), { maxLength: 40 }), (wishes) => {
      let state: TransferState = "queued";
      let begun = false;
      for (const wish of wishes) {
        if (!mayMove(state, wish)) continue;
        state = wish;
        begun ||= state === "starting";
        if (isAtWork(state)) expect(begun).toBe(true);
        if (state === "waiting" || state === "queued" || hasEnded(state)) expect(isAtWork(state)).toBe(false);
      }
    }),
  );
});
