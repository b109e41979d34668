import { expect, it } from "vitest";
import { type HalfwayEvent, type ListedReceive, tallyOf } from "@/server/api/hub";
import { say, verbatim } from "@/server/say";
import { endedInView } from "@/server/transfers/transfers";
import type { Transfer, TransferState } from "@/server/transfers/types";
import { endedKept, nothingYet, takeIn } from "./state";

const complete: HalfwayEvent = { type: "complete" };

function receives(...datasets: string[]): Extract<HalfwayEvent, { type: "receives" }> {
  const receives = datasets.map(
    (dataset): ListedReceive => ({
      ...{ id: `a:${dataset}`, host: "a", dataset, type: "volume", fingerprint: "0", began: 0 },
      ...{ token: { ok: false, problem: verbatim("") }, stateIn: "%recv", spaceHeld: 7n, verdict: null },
      activity: { kind: "idle", since: null },
    }),
  );
  return { type: "receives", host: "a", tally: tallyOf(receives), receives, gone: [] };
}

const host: HalfwayEvent = {
  type: "host",
  host: {
    ...{
      name: "a",
      address: "a",
      status: "reading",
      since: 0,
      problem: null,
      zfsVersion: null,
      answeredAt: null,
    },
    troubledPools: [],
  },
};

it("keeps what did not change as the same object, even when its neighbours go", () => {
  const before = takeIn(nothingYet, { events: [host, receives("x", "y")], whole: true });
  const gone = { ...receives("y"), gone: ["a:x"] };
  const after = takeIn(before, { events: [gone], whole: false });
  expect(after.receivesByHost.get("a")).toHaveLength(1);
  expect(after.receivesByHost.get("a")?.[0]).toBe(before.receivesByHost.get("a")?.[1]);
  const again = takeIn(after, { events: [receives("y")], whole: false });
  expect(again.receivesByHost.get("a")).toBe(after.receivesByHost.get("a"));
});

it("adds what comes in further batches, and keeps the rest", () => {
  const before = takeIn(nothingYet, { events: [host, receives("x")], whole: true });
  const after = takeIn(before, { events: [{ ...receives("y"), tally: tallyOf([]) }], whole: false });
  expect(after.receivesByHost.get("a")?.map(({ dataset }) => dataset)).toEqual(["x", "y"]);
  expect(after.tallies.get("a")).toEqual(tallyOf([]));
});

it("drops what a stream that began anew does not tell of, but not before all of it has come", () => {
  const before = takeIn(nothingYet, { events: [host, receives("x", "y", "z"), complete], whole: true });
  expect(before.complete).toBe(true);
  const first = takeIn(before, { events: [host, receives("z")], whole: true });
  const then = takeIn(first, { events: [receives("y")], whole: false });
  expect([then.receivesByHost.get("a")?.length, then.complete]).toEqual([3, true]);
  const end = takeIn(then, { events: [complete], whole: false });
  expect(end.receivesByHost.get("a")?.map(({ dataset }) => dataset)).toEqual(["y", "z"]);
});

it("keeps the last known list of a host that has not answered since the server was started", () => {
  const before = takeIn(nothingYet, { events: [host, receives("x")], whole: true });
  const after = takeIn(before, { events: [host, complete], whole: true });
  expect(after.receivesByHost.get("a")).toHaveLength(1);
});

it("keeps what runs and, as the server, the newest of what has ended, however long the tab is open", () => {
  const transfer = (startedAt: number, state: TransferState): HalfwayEvent => ({
    type: "transfer",
    transfer: { id: `${startedAt}`, startedAt, state } as Transfer,
  });
  let state = takeIn(nothingYet, { events: [transfer(0, "running"), transfer(1, "queued")], whole: true });
  for (let at = 2; at < 500; at += 1) {
    state = takeIn(state, { events: [transfer(at, "running")], whole: false });
    state = takeIn(state, { events: [transfer(at, at % 2 ? "finished" : "failed")], whole: false });
  }
  const kept = [...state.transfers.values()].map(({ startedAt }) => startedAt);
  expect(kept.slice(0, 2)).toEqual([0, 1]);
  expect(kept.slice(2)).toEqual(Array.from({ length: endedKept }, (_, at) => 500 - endedKept + at));
  expect(endedKept).toBe(endedInView);
});

it("says whether there is a memory as it was told last", () => {
  const none = { state: "none", file: "/f", problem: say`full` } as const;
  const before = takeIn(nothingYet, { events: [{ type: "memory", memory: none }], whole: true });
  expect(takeIn(before, { events: [host], whole: false }).memory).toEqual(none);
  const after = takeIn(before, { events: [{ type: "memory", memory: { state: "kept" } }], whole: true });
  expect(after.memory).toEqual({ state: "kept" });
});

it("forgets the host that a whole batch lacks", () => {
  const before = takeIn(nothingYet, { events: [host, receives("x")], whole: true });
  expect(takeIn(before, { events: [], whole: false }).receivesByHost.size).toBe(1);
  expect(takeIn(before, { events: [], whole: true }).receivesByHost.size).toBe(0);
});

it("lets go of a host that is gone, and of its receives", () => {
  const before = takeIn(nothingYet, { events: [host, receives("x")], whole: true });
  const after = takeIn(before, { events: [{ type: "host-gone", host: "a" }], whole: false });
  expect([after.hosts.size, after.receivesByHost.size]).toEqual([0, 0]);
});
