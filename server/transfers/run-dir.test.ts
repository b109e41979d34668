import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pipelineFiles } from "../hosts/pipeline";
import { curveOf } from "./progress";
import { type Run, RunDir } from "./run-dir";

const run: Run = {
  ...{ transferId: "8a0c2d8e-6f1c-4a0e-9d4e-0b7a4c1f5a10", number: 1, askedAt: 1, startedAt: 2 },
  order: {
    ...{ intent: "resume", host: "nas", dataset: "backup/Family Films", toGuid: 2n ** 63n, by: "the page" },
    source: { host: "tower", snapshot: "tank/films@monday", base: null },
    flags: { raw: false, largeBlocks: true, compressed: true, embedded: false },
    confirmed: {
      ...{ essence: "0123456789abcdef", rollback: true, cautions: [] },
      losses: [{ name: "changes backup/Family Films", bytes: 5n }],
    },
    again: null,
    series: null,
  },
  toGuid: 2n ** 63n,
  source: { host: "attic", snapshot: "store/films@monday", base: null },
  ...{ discarded: false, fetches: false, steps: [], before: 2n ** 40n, total: null },
};

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "halfway runs "));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("what runs is found again by whoever starts next, to the last bit", () => {
  const dir = RunDir.create(root, run);
  expect(RunDir.all(root)).toEqual({
    found: [{ dir: expect.objectContaining({ path: dir.path }), run }],
    unreadable: [],
  });
});

test("half a record is named and left alone, and everything else is still found", () => {
  RunDir.create(root, run);
  const broken = join(root, "9b0c2d8e-6f1c-4a0e-9d4e-0b7a4c1f5a10", "1");
  mkdirSync(broken, { recursive: true });
  writeFileSync(join(broken, "run.json"), '{"transferId":');
  const { found, unreadable } = RunDir.all(root);
  expect(found).toHaveLength(1);
  expect(unreadable).toEqual([broken]);
});

test("what cannot be written is refused, and leaves nothing behind", () => {
  writeFileSync(join(root, "file"), "");
  expect(() => RunDir.create(join(root, "file"), run)).toThrow("Nothing was started");
});

describe("what a sender says for weeks", () => {
  const lines = (count: number) =>
    Array.from({ length: count }, (_, second) => {
      const clock = new Date(second * 1_000).toISOString().slice(11, 19);
      return `${clock}\t${second * 1_000}\ttank/films@monday\n`;
    }).join("");

  test("is read by its two ends, where the words are", () => {
    const dir = RunDir.create(root, run);
    const said = `first words\n${lines(100_000)}last words\n`;
    writeFileSync(join(dir.path, pipelineFiles.sendStderr), said);
    const { send } = dir.stderr();
    expect(send.length).toBeLessThan(200_000);
    expect(send.startsWith("first words\n")).toBe(true);
    expect(send.endsWith("last words\n")).toBe(true);
    // No line is cut in two.
    expect(send.split("\n").every((line) => line === "" || /words$|^\d\d:\d\d:\d\d\t\d+\t/.test(line))).toBe(
      true,
    );
  });

  test("becomes a curve of few points that knows every line, wherever it was read in pieces", () => {
    const dir = RunDir.create(root, run);
    writeFileSync(join(dir.path, pipelineFiles.sendStderr), lines(100_000));
    const curve = curveOf(dir.senderPieces(), dir.senderHead());
    expect(curve.length).toBeLessThan(250);
    expect(curve.at(-1)).toEqual([99_999, 99_999_000n]);
    expect(curve.every(([second, sent]) => sent === BigInt(second) * 1_000n)).toBe(true);
  });
});
