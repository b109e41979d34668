import { expect, test } from "vitest";
import type { ListedReceive } from "@/server/api/hub";
import type { Transfer } from "@/server/transfers/types";
import { type Departed, departedAfter, endedBy } from "./use-departed";

const receive = (id: string, activity: object = { kind: "receiving", by: "halfway" }) =>
  ({ id: `nas:${id}`, host: "nas", activity, began: 100 }) as ListedReceive;
const idle = { kind: "idle", since: 200 };
const none: Departed = new Map();
const byUs = () => "transfer" as const;
const ids = (departed: Departed) => [...departed.keys()];

test("what we ended keeps its row until it is interrupted again", () => {
  const [a, b] = [receive("a"), receive("b", idle)];
  const departed = departedAfter(none, new Map([["nas", [a, b]]]), new Map([["nas", [b]]]), byUs);
  expect(ids(departed)).toEqual(["nas:a"]);
  const later = new Map([["nas", [b, receive("c")]]]);
  expect(departedAfter(departed, new Map([["nas", [b]]]), later, byUs)).toBe(departed);
  const again = new Map([["nas", [receive("a", idle), b]]]);
  expect(ids(departedAfter(departed, later, again, byUs))).toEqual(["nas:c"]);
});

test("of what is gone without us nothing is said", () => {
  const before = new Map([["nas", [receive("a", idle), receive("b", idle)]]]);
  const departed = departedAfter(none, before, new Map([["nas", []]]), ({ id }) =>
    id === "nas:b" ? "abort" : null,
  );
  expect([...departed.values()].map(({ receive: { id }, by }) => [id, by])).toEqual([["nas:b", "abort"]]);
});

test("with a host that is taken away its rows go", () => {
  const before = new Map([["nas", [receive("a")]]]);
  const departed = departedAfter(none, before, new Map([["nas", []]]), byUs);
  expect(ids(departed)).toEqual(["nas:a"]);
  expect(ids(departedAfter(departed, before, new Map(), byUs))).toEqual([]);
});

test("in a page that nobody looks at they do not pile up", () => {
  const all = Array.from({ length: 30 }, (_, at) => receive(String(at)));
  const departed = departedAfter(none, new Map([["nas", all]]), new Map([["nas", []]]), byUs);
  expect(ids(departed)).toEqual(all.slice(10).map(({ id }) => id));
});

test("a transfer ended what it was receiving, also where that was listed as standing still before it was gone", () => {
  const transfer = (state: Transfer["state"], endedAt: number | null) => ({ state, endedAt }) as Transfer;
  expect(endedBy(receive("a"), transfer("failed", 300))).toBe(true);
  expect(endedBy(receive("a", idle), transfer("verifying", null))).toBe(true);
  expect(endedBy(receive("a", idle), transfer("finished", 190))).toBe(true);
  // What it stopped or failed to finish was still there afterwards; what it finished long ago was another one.
  expect(endedBy(receive("a", idle), transfer("stopped", 190))).toBe(false);
  expect(endedBy(receive("a", idle), transfer("finished", 90))).toBe(false);
  expect(endedBy(receive("a", { kind: "receiving", by: "other" }), transfer("finished", 190))).toBe(false);
  expect(endedBy(receive("a"), undefined)).toBe(false);
});
