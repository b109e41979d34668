import { describe, expect, test } from "vitest";
import { levelling, type Point, secondHalf, trendOf } from "./trend";

/** Two hours, a point each minute; noise of ±`noise` that has no direction, and is the same each time. */
function measured(valueAt: (minute: number) => number, noise = 3): Point[] {
  return Array.from({ length: 120 }, (_, minute) => {
    const chance = (Math.abs(Math.sin(minute * 12.9898) * 43758.5453) % 1) * 2 - 1;
    return { at: minute / 60, value: valueAt(minute) + noise * chance };
  });
}

const levelsOut = (points: readonly Point[], mayRise: number) =>
  levelling(trendOf(secondHalf(points)), mayRise) !== "grows";

describe("what levels out", () => {
  test("a flat line with noise does", () => {
    expect(
      levelsOut(
        measured(() => 200),
        5,
      ),
    ).toBe(true);
  });

  test("what grew in the first hour and then stayed does: a warm cache is no leak", () => {
    expect(
      levelsOut(
        measured((minute) => Math.min(200, 120 + 2 * minute)),
        5,
      ),
    ).toBe(true);
  });

  test("a leak of ten in an hour does not, however noisy it is", () => {
    expect(
      levelsOut(
        measured((minute) => 200 + minute / 6),
        5,
      ),
    ).toBe(false);
    expect(
      levelsOut(
        measured((minute) => 200 + minute / 6, 8),
        5,
      ),
    ).toBe(false);
  });

  test("a leak that only begins in the second half does not", () => {
    expect(
      levelsOut(
        measured((minute) => 200 + Math.max(0, minute - 60) / 3),
        5,
      ),
    ).toBe(false);
  });

  test("one handle more every ten minutes does not: without noise a small rise is sure, too", () => {
    expect(
      levelsOut(
        measured((minute) => Math.floor(minute / 10), 0),
        3,
      ),
    ).toBe(false);
  });

  test("one peak at the end is no growth", () => {
    expect(
      levelsOut(
        measured((minute) => (minute > 117 ? 400 : 200)),
        5,
      ),
    ).toBe(true);
  });

  test("what falls, and what never changes, does", () => {
    expect(
      levelsOut(
        measured((minute) => 200 - minute),
        5,
      ),
    ).toBe(true);
    expect(
      levelsOut(
        measured(() => 7, 0),
        0,
      ),
    ).toBe(true);
  });
});

test("what rises for sure, by no more than is allowed, is not said to be level", () => {
  const slowly = trendOf(secondHalf(measured((minute) => 200 + minute / 6, 0)));
  expect(levelling(slowly, 12)).toBe("rises");
  expect(levelling(slowly, 5)).toBe("grows");
  expect(levelling(trendOf(measured(() => 200)), 5)).toBe("level");
});

test("a trend says how much an hour adds, and how far the points lie from it", () => {
  const { perHour, rise, noise, sure } = trendOf(secondHalf(measured((minute) => minute, 3)));
  expect(perHour).toBeGreaterThan(58);
  expect(perHour).toBeLessThan(62);
  expect(rise).toBeCloseTo((perHour * 59) / 60, 6);
  expect(noise).toBeGreaterThan(1);
  expect(noise).toBeLessThan(3);
  expect(sure).toBe(true);
});
