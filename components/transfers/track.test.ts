import fc from "fast-check";
import { expect, it } from "vitest";
import { trackOf } from "./track";

it("draws each part as wide as its share", () => {
  expect(trackOf({ before: 20n, now: 30n, left: 50n })).toEqual({ before: 20, now: 30, unknown: false });
  expect(trackOf({ before: 100n, now: 0n, left: 0n })).toEqual({ before: 100, now: 0, unknown: false });
});

it("shows a little that was received, and a little that is left", () => {
  const TiB = 1n << 40n;
  expect(trackOf({ before: 1n, now: 0n, left: TiB }).before).toBeGreaterThan(1);
  expect(trackOf({ before: TiB, now: 0n, left: 1n }).before).toBeLessThan(99);
  expect(trackOf({ before: 0n, now: 0n, left: 1n })).toEqual({ before: 0, now: 0, unknown: false });
});

it("claims no share where the end is not known", () => {
  const half = trackOf({ before: 1n, now: 0n, left: null });
  expect(half).toEqual(trackOf({ before: 1n << 50n, now: 0n, left: null }));
  expect(half.unknown).toBe(true);
  expect(trackOf({ before: null, now: 0n, left: null })).toEqual({ before: 0, now: 0, unknown: true });
});

it("never goes beyond its end", () => {
  const bytes = fc.bigInt(0n, 1n << 63n);
  fc.assert(
    fc.property(bytes, bytes, fc.option(bytes), (before, now, left) => {
      const widths = trackOf({ before, now, left });
      expect(widths.before).toBeGreaterThanOrEqual(0);
      expect(widths.now).toBeGreaterThanOrEqual(0);
      expect(widths.before + widths.now).toBeLessThanOrEqual(100);
    }),
  );
});
