import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatAgo,
  formatBytes,
  formatDuration,
  formatEstimate,
  formatMoment,
  formatRate,
  plural,
} from "./format";

const MiB = 1n << 20n;
const GiB = 1n << 30n;

describe("formatBytes", () => {
  it.each([
    [0n, "0 B"],
    [1023n, "1023 B"],
    [1024n, "1 KiB"],
    [1536n, "1.50 KiB"],
    [84n * GiB + 210n * MiB, "84.2 GiB"],
    [40n * MiB + 100_000n, "40.1 MiB"],
    [512n * GiB, "512 GiB"],
    [GiB - 1n, "1 GiB"],
    [(1n << 64n) - 1n, "16.0 EiB"],
  ])("writes %s as %s", (bytes, words) => expect(formatBytes(bytes)).toBe(words));

  it("never needs more than four digits before the unit", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (bytes) => {
        expect(formatBytes(bytes)).toMatch(/^(\d{1,4}|\d\.\d\d|\d\d\.\d) ([KMGTPE]i)?B$/);
      }),
    );
  });
});

describe("times", () => {
  it("writes a moment of today without its date, and any other one with it", () => {
    const at = new Date(2024, 4, 6, 18, 0, 7).getTime();
    const later = (hour: number) => new Date(2024, 4, 6, hour).getTime();
    expect(formatMoment(at, later(23), "de")).toBe("18:00:07");
    expect(formatMoment(at, later(24 + 9), "de")).toBe("6.5.2024, 18:00:07");
  });

  it.each([
    [0, "0 s"],
    [59_999, "59 s"],
    [200_000, "3 min 20 s"],
    [4_800_000, "1 h 20 min"],
    [270_000_000, "3 days 3 h"],
    [-5, "0 s"],
  ])("a span of %s ms is %s", (ms, words) => expect(formatDuration(ms)).toEqual(words));

  it.each([
    [9_000, "a few seconds"],
    [41_000, "about 50 s"],
    [754_000, "about 13 min"],
    [5_400_001, "about 1 h 31 min"],
  ])("guesses %s ms as %s", (ms, words) => expect(formatEstimate(ms)).toEqual(words));

  it("says how long ago, and does not speak of the future", () => {
    expect(formatAgo(0, 4_000)).toEqual("4 s ago");
    expect(formatAgo(0, 180_000)).toEqual("3 min ago");
    expect(formatAgo(0, 36_000_000)).toEqual("10 h ago");
    expect(formatAgo(0, 864_000_000)).toEqual("10 days ago");
    expect(formatAgo(5_000, 0)).toEqual("just now");
  });
});

it("writes rates and counts", () => {
  expect(formatRate(117_440_512)).toEqual("112 MiB/s");
  expect(plural(1, "host")).toEqual("1 host");
  expect(plural(0, "host")).toEqual("0 hosts");
});
