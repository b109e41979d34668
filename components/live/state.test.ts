import { expect, it } from "vitest";
import type { HalfwayEvent } from "@/server/api/hub";
import type { PartialReceive } from "@/server/receives/types";
import { nothingYet, takeIn } from "./state";

function receives(...datasets: string[]): HalfwayEvent {
  return {
    type: "receives",
    host: "a",
    receives: datasets.map(
      (dataset): PartialReceive => ({
        ...{ id: `a:${dataset}`, host: "a", dataset, type: "volume", fingerprint: "0", began: 0 },
        ...{
          token: { ok: false, problem: "" },
          stateIn: "%recv",
          spaceHeld: 7n,
          activity: { kind: "idle", since: null },
        },
        verdict: null,
      }),
    ),
  };
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
  const after = takeIn(before, { events: [receives("y")], whole: false });
  expect(after.receivesByHost.get("a")).toHaveLength(1);
  expect(after.receivesByHost.get("a")?.[0]).toBe(before.receivesByHost.get("a")?.[1]);
  const again = takeIn(after, { events: [receives("y")], whole: false });
  expect(again.receivesByHost.get("a")).toBe(after.receivesByHost.get("a"));
});

it("keeps the last known list of a host that has not answered since the server was started", () => {
  const before = takeIn(nothingYet, { events: [host, receives("x")], whole: true });
  expect(takeIn(before, { events: [host], whole: true }).receivesByHost.get("a")).toHaveLength(1);
});

it("says whether there is a memory as it was told last", () => {
  const none = { state: "none", file: "/f", problem: "full" } as const;
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
