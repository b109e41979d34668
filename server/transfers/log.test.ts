import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pipelineFiles } from "../hosts/pipeline";
import { verbatim } from "../say";
import type { PastAttempt } from "./history";
import { GrowingCurve, type LogPlace, readKept, readRunning as readOn, Silences } from "./log";
import { RunDir } from "./run-dir";

const opened = vi.hoisted(() => vi.fn());
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const open: typeof real.open = (...of) => {
    opened();
    return real.open(...of);
  };
  return { ...real, open };
});

let path = "";
let dir: RunDir;
let silences: Silences;
const readRunning = (of: RunDir, attempt: number, last: LogPlace | null) =>
  readOn(of, attempt, last, silences);
beforeEach(() => {
  silences = new Silences();
  path = mkdtempSync(join(tmpdir(), "halfway log "));
  dir = new RunDir(path);
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const write = (file: string, text: string) => appendFileSync(join(path, file), text);
const token = `1-c7da18d34-d8-789c${"63".repeat(40)}`;
const tick = (second: number) =>
  `${new Date(second * 1_000).toISOString().slice(11, 19)}\t${second * 1_000}\ttank/films@monday\n`;

/** Reads on until there is no more. */
async function readAll(attempt = 1): Promise<string> {
  let [place, text]: [LogPlace | null, string] = [null, ""];
  for (;;) {
    const part = await readRunning(dir, attempt, place);
    text += part.said.map((one) => one.text).join("");
    place = part.place;
    if (!part.more) return text;
  }
}

test("what both sides say is read on from where it was left, each line once and whole", async () => {
  write(pipelineFiles.sendStderr, "one\nhalf a");
  write(pipelineFiles.receiveStderr, "cannot\n");
  const first = await readRunning(dir, 1, null);
  expect(first).toMatchObject({ begins: true, more: false, running: true });
  expect(first.said).toEqual([
    { side: "send", text: "one\n" },
    { side: "receive", text: "cannot\n" },
  ]);
  write(pipelineFiles.sendStderr, " line\n");
  const second = await readRunning(dir, 1, first.place);
  expect(second).toMatchObject({ begins: false, said: [{ side: "send", text: "half a line\n" }] });
  expect((await readRunning(dir, 1, second.place)).said).toEqual([]);
});

test("progress and tokens are none of it", async () => {
  write(
    pipelineFiles.sendStderr,
    `resume token contents:\nnvlist version: 0\n\tobject = 0x1\n${tick(1)}warning: ${token}\n${tick(2)}`,
  );
  expect(await readAll()).toBe("warning: <resume token>\n");
});

test("from the middle of a token nothing of it is read", async () => {
  write(pipelineFiles.sendStderr, `cannot resume ${token}\nsaid\n`);
  const { place } = await readRunning(dir, 1, null);
  for (const send of [16, 40, 60, 90]) {
    silences = new Silences();
    const { said } = await readRunning(dir, 1, { ...place, read: { ...place.read, send } });
    expect(said).toEqual([{ side: "send", text: "said\n" }]);
  }
});

test("a hundred thousand lines come in parts that are bounded, and none of them is lost", async () => {
  const lines = Array.from({ length: 100_000 }, (_, line) => `line ${line}\n`).join("");
  writeFileSync(join(path, pipelineFiles.receiveStderr), lines);
  const { said, more } = await readRunning(dir, 1, null);
  expect(more).toBe(true);
  expect(said[0]?.text.length).toBeLessThan(256 * 1024);
  expect(await readAll()).toBe(lines);
});

test("among the progress of weeks the words are found", async () => {
  const ticks = Array.from({ length: 200_000 }, (_, second) => tick(second)).join("");
  writeFileSync(join(path, pipelineFiles.sendStderr), `${ticks}at last\n`);
  expect(await readAll()).toBe("at last\n");
});

test("of weeks of progress the second reader goes through next to nothing, and misses no word", async () => {
  const ticks = (from: number) =>
    Array.from({ length: 100_000 }, (_, second) => tick(from + second)).join("");
  writeFileSync(
    join(path, pipelineFiles.sendStderr),
    `first\n${ticks(0)}in between\n${ticks(100_000)}at last\n`,
  );
  const lines = vi.spyOn(dir, "lines");
  const passed = async () => {
    let bytes = 0;
    lines.mockImplementation(async function* (side, from) {
      let at = from;
      for await (const piece of new RunDir(path).lines(side, from)) {
        bytes += piece.next - at;
        at = piece.next;
        yield piece;
      }
    });
    expect(await readAll()).toBe("first\nin between\nat last\n");
    return bytes;
  };
  const first = await passed();
  const second = await passed();
  expect(second).toBeLessThan(first / 20);
  write(pipelineFiles.sendStderr, `${tick(1)}more\n`);
  expect(await readAll()).toBe("first\nin between\nat last\nmore\n");
});

test("who reads on from within a line makes nobody else miss it", async () => {
  write(pipelineFiles.sendStderr, `${tick(1)}said\n${tick(2)}`);
  const { place } = await readRunning(dir, 1, null);
  silences = new Silences();
  for (let send = 0; send < place.read.send; send += 1) {
    await readRunning(dir, 1, { ...place, read: { ...place.read, send } });
  }
  expect(await readAll()).toBe("said\n");
});

test("who has read everything has nothing opened", async () => {
  write(pipelineFiles.sendStderr, "one\n");
  const { place } = await readRunning(dir, 1, null);
  opened.mockClear();
  expect((await readRunning(dir, 1, place)).said).toEqual([]);
  expect(opened).not.toHaveBeenCalled();
});

test("another attempt begins anew", async () => {
  write(pipelineFiles.sendStderr, "one\n");
  const { place } = await readRunning(dir, 1, null);
  const other = join(path, "2");
  mkdirSync(other);
  writeFileSync(join(other, pipelineFiles.sendStderr), "two\n");
  expect(await readRunning(new RunDir(other), 2, place)).toMatchObject({
    ...{ begins: true, attempt: 2, said: [{ text: "two\n" }] },
  });
});

const kept: PastAttempt = {
  ...{
    number: 1,
    steps: [],
    before: 0n,
    sent: 0n,
    total: null,
    startedAt: 0,
    endedAt: 1,
    message: verbatim(""),
  },
  ...{ exitCodes: { before: null, send: 0, receive: 1 }, cause: null, curve: [] },
  stderr: { before: "", send: "one", receive: "cannot receive", pipeline: "" },
};

test("when it has ended all that is kept of it is given once, in place of what was read before", async () => {
  write(pipelineFiles.sendStderr, "one\n");
  const { place } = await readRunning(dir, 1, null);
  const ended = readKept(kept, 1, place);
  expect(ended).toMatchObject({ begins: true, running: false, more: false });
  expect(ended.said).toEqual([
    { side: "send", text: "one\n" },
    { side: "receive", text: "cannot receive\n" },
  ]);
  expect(readKept(kept, 1, ended.place)).toMatchObject({ begins: false, said: [] });
  // Of an attempt that nothing was kept of, nothing is told of another one.
  expect(readKept(kept, 2, null).said).toEqual([]);
});

test("the curve of what runs grows by what was said since, as if it had been read at once", async () => {
  const curve = new GrowingCurve(dir);
  expect(await curve.now()).toEqual([]);
  write(pipelineFiles.sendStderr, tick(1) + tick(2));
  await curve.now();
  write(pipelineFiles.sendStderr, tick(3));
  expect(await Promise.all([curve.now(), curve.now()])).toEqual([
    [
      [0, 1_000n],
      [1, 2_000n],
      [2, 3_000n],
    ],
    expect.objectContaining({ length: 3 }),
  ]);
});
