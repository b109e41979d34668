import { expect, it } from "vitest";
import { addressOf } from "@/components/ui/use-filters";
import type { Curve } from "@/server/transfers/progress";
import {
  askAgainIn,
  asText,
  condensed,
  curveWords,
  exitsOf,
  fileName,
  filtersOf,
  fits,
  grown,
  ratesOf,
} from "./words";

it("keeps its filters in the address, and leaves out what it does not know", () => {
  const filters = { host: "nas", dataset: "a b/ü", state: "failed" } as const;
  expect(filtersOf(new URLSearchParams(addressOf(filters)))).toEqual(filters);
  expect(addressOf({ host: "", dataset: "", state: "" })).toEqual("");
  expect(filtersOf(new URLSearchParams("state=constructor&host=x")).state).toEqual("");
});

it("fits what is looked for, whatever its case", () => {
  const one = { host: "nas", dataset: "backup/Films", state: "waiting" } as const;
  expect(fits(one, { host: "nas", dataset: " films", state: "open" })).toEqual(true);
  expect(fits(one, { host: "", dataset: "", state: "" })).toEqual(true);
  expect(fits(one, { host: "tower", dataset: "", state: "" })).toEqual(false);
  expect(fits(one, { host: "", dataset: "", state: "failed" })).toEqual(false);
});

const curve: Curve = [
  [0, 0n],
  [1, 10n],
  [1, 15n],
  [3, 50n],
  [4, 50n],
];

it("asks for the curve of an attempt until it has it, also where the page was opened between two attempts", () => {
  expect(askAgainIn(null, { state: "waiting", attempt: 1 })).toBe(false);
  expect(askAgainIn(null, { state: "starting", attempt: 2 })).toBe(1_000);
  expect(askAgainIn({ attempt: 1 }, { state: "running", attempt: 2 })).toBe(1_000);
  expect(askAgainIn({ attempt: 2 }, { state: "running", attempt: 2 })).toBe(false);
  expect(askAgainIn(null, { state: "failed", attempt: 2 })).toBe(false);
});

it("draws rates from what was counted, also where the clock stood still", () => {
  expect(ratesOf(curve)).toEqual([
    { from: 0, until: 1, rate: 10 },
    { from: 1, until: 3, rate: 20 },
    { from: 3, until: 4, rate: 0 },
  ]);
  expect(ratesOf([])).toEqual([]);
  expect(ratesOf([[0, 5n]])).toEqual([]);
});

it("says a curve in few rows, and in a sentence, without changing how much was sent", () => {
  const rates = ratesOf(curve);
  expect(condensed(rates, 2)).toEqual([
    { from: 0, until: 3, rate: 50 / 3 },
    { from: 3, until: 4, rate: 0 },
  ]);
  expect(curveWords(rates)).toEqual("While bytes moved: 13 B/s on average over 4 s, at most 20 B/s.");
  expect(curveWords([])).toBeNull();
});

it("says how both sides ended, and nothing of what did not run", () => {
  expect(exitsOf({ before: null, send: 255, receive: null })).toEqual([
    "zfs send: exit code 255",
    "zfs receive: did not say how it ended",
  ]);
});

it("grows by what is news, and stays small however long it is looked at", () => {
  expect(grown(curve, 5, 60n)).toBe(curve);
  expect(grown(curve, 6, 60n).at(-1)).toEqual([6, 60n]);
  // Another attempt counts from nothing: it has a curve of its own.
  expect(grown(curve, 6, 0n)).toBe(curve);
  let long: Curve = [];
  for (let second = 0; second < 100_000; second += 2) long = grown(long, second, BigInt(second));
  expect(long.length).toBeLessThanOrEqual(480);
  expect(long.at(-1)).toEqual([99_998, 99_998n]);
});

it("gives away no resume token, and every number to its last digit", () => {
  const text = asText({
    sent: 2n ** 63n,
    command: "zfs send -t 1-c7da18d34-d8-789c63 | zfs receive -s a-1-b",
  });
  expect(JSON.parse(text)).toEqual({
    sent: "9223372036854775808",
    command: "zfs send -t TOKEN | zfs receive -s a-1-b",
  });
});

it("names a file so that every system takes it", () => {
  expect(fileName({ host: "nas", dataset: "backup/Family Films", startedAt: 0 }, "json")).toEqual(
    "halfway-nas-backup-Family-Films-1970-01-01.json",
  );
});
