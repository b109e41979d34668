import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { factsOf, newDataset } from "../receives/fixtures";
import { judge } from "../receives/judge";
import type { PartialReceive, Verdict } from "../receives/types";
import { Hub } from "./hub";
import { Lists } from "./lists";

const { receive: found, ...facts } = factsOf(newDataset);
const verdict = judge({ receive: found, ...facts });
const receive = (dataset: string): PartialReceive => ({
  ...found,
  id: `nas:${dataset}`,
  host: "nas",
  dataset,
});

let receives: PartialReceive[] | null;
let verdicts: Map<string, Verdict>;
let active: Map<string, { id: string }>;
let judged: number;
let hub: Hub;
let lists: Lists;

beforeEach(() => {
  vi.useFakeTimers();
  [receives, verdicts, active, judged] = [[receive("a"), receive("b")], new Map(), new Map(), 0];
  hub = new Hub();
  lists = new Lists(hub, {
    receivesOf: () => receives,
    verdictOf: ({ id }) => {
      judged += 1;
      return verdicts.get(id) ?? null;
    },
    active: () => active,
  });
  lists.hostRead("nas");
});
afterEach(() => {
  lists.close();
  vi.useRealTimers();
});

const told = (dataset: string) => hub.receive("nas", `nas:${dataset}`);
const decide = (dataset: string, judgedAt: number) => {
  verdicts.set(`nas:${dataset}`, { ...verdict, judgedAt });
  lists.changed("nas", `nas:${dataset}`);
};

describe("a host's list", () => {
  test("is told with its first reading at once: a host that seems to hold nothing has ended everything", () => {
    expect(told("a")).toMatchObject({ verdict: null });
    receives = null;
    lists.hostRead("nas");
    expect(told("a")).toBeDefined();
  });

  test("has a new verdict within a tenth of a second, and counts it", () => {
    decide("a", 1);
    vi.advanceTimersByTime(100);
    expect(told("a")?.verdict).toMatchObject({ kind: "resumable", judgedAt: 1 });
    expect(hub.snapshot()).toMatchObject([{ tally: { stopped: 2, verdicts: { resumable: 1 } } }]);
  });

  test("of ten thousand is looked through for what has changed only, however many verdicts come in a row", () => {
    receives = Array.from({ length: 10_000 }, (_, at) => receive(`d${at}`));
    lists.hostRead("nas");
    const changes = vi.spyOn(hub, "changeReceives");
    judged = 0;
    for (let at = 0; at < 1_000; at += 1) decide(`d${at}`, at);
    vi.advanceTimersByTime(100);
    expect(changes).toHaveBeenCalledTimes(1);
    expect(judged).toBe(1_000);
    expect(told("d999")?.verdict).toMatchObject({ judgedAt: 999 });
    decide("d7", 5_000);
    vi.advanceTimersByTime(100);
    expect(judged).toBe(1_001);
    expect(hub.snapshot()).toMatchObject([{ tally: { stopped: 10_000, verdicts: { resumable: 1_000 } } }]);
  });

  test("is the same line for what was read and judged before, and a new one for what was not", () => {
    const before = told("a");
    receives = [...(receives ?? []), receive("c")];
    lists.hostRead("nas");
    expect(told("a")).toBe(before);
    receives = [{ ...receive("a"), spaceHeld: 9n }, receive("c")];
    lists.hostRead("nas");
    expect(told("a")).toMatchObject({ spaceHeld: 9n });
    expect(told("b")).toBeUndefined();
  });

  test("says that a transfer of ours is at work there, once and not each second", () => {
    active = new Map([["nas:a", { id: "t" }]]);
    const moves = () => lists.transferMoves({ host: "nas", dataset: "a", id: "t" });
    moves();
    vi.advanceTimersByTime(100);
    expect(told("a")?.activity).toEqual({ kind: "receiving", by: "halfway", transferId: "t" });
    judged = 0;
    for (let second = 0; second < 10; second += 1) moves();
    vi.advanceTimersByTime(100);
    expect(judged).toBe(0);
    // Another one has taken its place.
    active = new Map([["nas:a", { id: "u" }]]);
    lists.transferMoves({ host: "nas", dataset: "a", id: "u" });
    vi.advanceTimersByTime(100);
    expect(told("a")?.activity).toMatchObject({ transferId: "u" });
  });

  test("tells nothing any more of a host that is gone", () => {
    decide("a", 1);
    lists.forget("nas");
    hub.put({ type: "host-gone", host: "nas" });
    vi.advanceTimersByTime(100);
    expect(hub.snapshot()).toEqual([{ type: "host-gone", host: "nas" }]);
  });

  test("remembers the tokens that it has shown: a page may be a moment behind", () => {
    receives = [{ ...receive("a"), fingerprint: "next" }];
    lists.hostRead("nas");
    expect(lists.shown("nas:a", found.fingerprint)).toBeDefined();
    expect(lists.shown("nas:a", "next")).toBeDefined();
    expect(lists.shown("nas:a", "never")).toBeUndefined();
  });
});
