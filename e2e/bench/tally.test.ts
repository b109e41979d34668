import { expect, test } from "vitest";
import { quietQuarters } from "./tally";

const time = { began: 1_000, ended: 5_000 };

test("a soak that stopped interrupting anything says in which quarters", () => {
  expect(quietQuarters([], time)).toHaveLength(4);
  const early = [
    { began: 1_100, ended: 1_200 },
    { began: 2_100, ended: 2_900 },
  ];
  expect(quietQuarters(early, time)).toEqual([
    "in quarter 3 of the time nothing was interrupted",
    "in quarter 4 of the time nothing was interrupted",
  ]);
});

test("one that lasts counts for every quarter that it touches, also past the end", () => {
  const long = [
    { began: 1_100, ended: 3_100 },
    { began: 4_900, ended: 6_000 },
  ];
  expect(quietQuarters(long, time)).toEqual([]);
});
