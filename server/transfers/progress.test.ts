import fc from "fast-check";
import { expect, test } from "vitest";
import { curveOf, progressOf } from "./progress";

const tick = (second: number, sent: number) => {
  const clock = new Date((second % 86_400) * 1000).toISOString().slice(11, 19);
  return `${clock}\t${sent}\ttank/a@s\n`;
};

test("the rate is that of the last ten seconds", () => {
  const slowThenFast = [...Array(60).keys()].map((s) => tick(s, s < 40 ? s : 40 + (s - 40) * 1000)).join("");
  expect(progressOf(slowThenFast, 0)).toEqual({ sent: 19_040n, rate: 1000 });
});

test("midnight does not make it negative", () => {
  expect(progressOf(tick(86_399, 1_000) + tick(86_401, 3_000), 0)).toEqual({ sent: 3_000n, rate: 1000 });
});

test("a sender that has gone quiet has no rate", () => {
  expect(progressOf(tick(1, 10) + tick(2, 20), 6_000)).toEqual({ sent: 20n, rate: null });
});

test("before the first tick nothing is claimed", () => {
  expect(progressOf("full\ttank/a@s\t200\nsize\t200\n", 0)).toEqual({ sent: 0n, rate: null });
});

test("a tail that begins in the middle of a line is read from the next line on", () => {
  const whole = [...Array(200).keys()].map((s) => tick(s, s * 100)).join("");
  fc.assert(
    fc.property(fc.nat(whole.length - 400), (cut) => {
      expect(progressOf(whole.slice(cut), 0)).toEqual({ sent: 19_900n, rate: 100 });
    }),
  );
});

test("the curve of a long transfer has few points, its last one, and days that follow each other", () => {
  const at = (second: number) =>
    [Math.floor(second / 3600) % 24, Math.floor(second / 60) % 60, second % 60]
      .map((part) => String(part).padStart(2, "0"))
      .join(":");
  const seconds = Array.from({ length: 3 * 24 * 60 }, (_, minute) => 86_000 + minute * 60);
  const stderr = seconds.map((second, index) => `${at(second)}\t${index * 1_000}\ttank/a@b`).join("\n");
  const lines = stderr.split("\n");
  const curve = curveOf([lines.slice(0, 100).join("\n"), lines.slice(100).join("\n")], "");
  expect(curve.length).toBeLessThanOrEqual(241);
  expect(curve[0]).toEqual([0, 0n]);
  expect(curve.at(-1)).toEqual([(seconds.length - 1) * 60, BigInt((seconds.length - 1) * 1_000)]);
  expect(curve.every(([second], index) => index === 0 || second > (curve[index - 1]?.[0] ?? 0))).toBe(true);
});
