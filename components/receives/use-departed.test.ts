import { expect, test } from "vitest";
import type { ListedReceive } from "@/server/api/hub";
import { departedAfter } from "./use-departed";

const receive = (id: string, kind: "idle" | "receiving" = "receiving") =>
  ({ id: `nas:${id}`, host: "nas", activity: { kind } }) as ListedReceive;
const none = new Map<string, ListedReceive>();
const nobody = () => false;
const ids = (departed: ReadonlyMap<string, ListedReceive>) => [...departed.keys()];

test("what was being received and is gone keeps its row until it is interrupted again", () => {
  const [a, b] = [receive("a"), receive("b", "idle")];
  const departed = departedAfter(none, new Map([["nas", [a, b]]]), new Map([["nas", [b]]]), nobody);
  expect(ids(departed)).toEqual(["nas:a"]);
  const later = new Map([["nas", [b, receive("c")]]]);
  expect(departedAfter(departed, new Map([["nas", [b]]]), later, nobody)).toBe(departed);
  const again = new Map([["nas", [receive("a", "idle"), b]]]);
  expect(ids(departedAfter(departed, later, again, nobody))).toEqual(["nas:c"]);
});

test("what was aborted here keeps its row; of what is gone without us nothing is said", () => {
  const before = new Map([["nas", [receive("a", "idle"), receive("b", "idle")]]]);
  const now = new Map([["nas", []]]);
  expect(ids(departedAfter(none, before, now, (id) => id === "nas:b"))).toEqual(["nas:b"]);
});

test("with a host that is taken away its rows go", () => {
  const before = new Map([["nas", [receive("a")]]]);
  const departed = departedAfter(none, before, new Map([["nas", []]]), nobody);
  expect(ids(departed)).toEqual(["nas:a"]);
  expect(ids(departedAfter(departed, before, new Map(), nobody))).toEqual([]);
});
