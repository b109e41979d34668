import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Argv } from "../zfs/commands";
import {
  exitCodes,
  isAlive,
  type Pipeline,
  type ProcessIdentity,
  pipelineFiles,
  pipelineIdentity,
  signalPipeline,
  startPipeline,
} from "./pipeline";

const sh = (script: string, ...words: string[]): Argv => ["sh", "-c", script, "sh", ...words];

async function started(pipeline: Pipeline): Promise<{ dir: string; identity: ProcessIdentity }> {
  const dir = mkdtempSync(join(tmpdir(), "halfway pipeline "));
  await startPipeline(dir, pipeline);
  for (;;) {
    const identity = pipelineIdentity(dir);
    if (identity) return { dir, identity };
    await sleep(10);
  }
}

async function ended(identity: ProcessIdentity): Promise<void> {
  while (isAlive(identity)) await sleep(20);
}

test("every byte gets through, and both ends' exit codes and stderr are kept", async () => {
  const send = sh("head -c 3000000 /dev/zero; echo sender >&2; exit 3");
  const { dir, identity } = await started({ before: null, send, receive: sh("wc -c >&2; exit 4") });
  await ended(identity);
  expect(exitCodes(dir)).toEqual({ before: null, send: 3, receive: 4 });
  expect(readFileSync(join(dir, "send.stderr"), "utf8")).toBe("sender\n");
  expect(readFileSync(join(dir, "receive.stderr"), "utf8").trim()).toBe("3000000");
});

test("where the target fetches the stream itself, the sender's words come as its output", async () => {
  const receive = sh(
    "{ head -c 3000000 /dev/zero; echo sender >&3; } 3>&1 >&4 | :; echo receiver >&2; exit 4",
  );
  const { dir, identity } = await started({ before: null, send: null, receive });
  await ended(identity);
  expect(exitCodes(dir)).toEqual({ before: null, send: null, receive: 4 });
  expect(readFileSync(join(dir, "receive.stderr"), "utf8")).toContain("receiver\n");
});

test("words with quotes, spaces and line breaks arrive as they are", async () => {
  const words = ["a b", "it's", '"$HOME"', "two\nlines", "", "*"];
  const { dir, identity } = await started({
    before: null,
    send: sh('for word; do printf "%s\\0" "$word"; done', ...words),
    receive: sh("cat >&2"),
  });
  await ended(identity);
  expect(readFileSync(join(dir, "receive.stderr"), "utf8").split("\0").slice(0, -1)).toEqual(words);
});

test("nothing is sent when the command before it fails", async () => {
  const { dir, identity } = await started({
    before: sh("echo busy >&2; exit 7"),
    send: sh("echo sent"),
    receive: sh("cat >&2"),
  });
  await ended(identity);
  expect(exitCodes(dir)).toEqual({ before: 7, send: null, receive: null });
  expect(readFileSync(join(dir, "before.stderr"), "utf8")).toBe("busy\n");
  expect(existsSync(join(dir, "receive.stderr"))).toBe(false);
});

test("SIGTERM ends both commands, and how they ended is still written down", async () => {
  const { dir, identity } = await started({
    before: null,
    send: sh("exec sleep 60"),
    receive: sh("exec cat"),
  });
  // Each command's stderr is opened right before it is started.
  while (!existsSync(join(dir, "send.stderr")) || !existsSync(join(dir, "receive.stderr"))) await sleep(10);
  await sleep(100);
  signalPipeline(identity, "SIGTERM");
  await ended(identity);
  expect(exitCodes(dir)).toEqual({ before: null, send: 143, receive: 143 });
});

test("SIGTERM while the command before them runs lets that one end, and nothing is begun after it", async () => {
  const before = sh("trap '' TERM; echo began >&2; sleep 0.5");
  const { dir, identity } = await started({ before, send: sh("echo sent"), receive: sh("cat >&2") });
  while (!existsSync(join(dir, "before.stderr"))) await sleep(10);
  await sleep(100);
  signalPipeline(identity, "SIGTERM");
  await ended(identity);
  expect(exitCodes(dir)).toEqual({ before: 0, send: null, receive: null });
});

test("a pipeline that was given up does not begin after all", async () => {
  const dir = mkdtempSync(join(tmpdir(), "halfway pipeline "));
  writeFileSync(join(dir, pipelineFiles.givenUp), "");
  await startPipeline(dir, { before: sh("exit 0"), send: sh("echo sent"), receive: sh("cat >&2") });
  while (!pipelineIdentity(dir)) await sleep(10);
  await ended(pipelineIdentity(dir) as ProcessIdentity);
  expect(exitCodes(dir)).toEqual({ before: null, send: null, receive: null });
});

test("where only the leading shell was killed, the pipeline still counts as alive and can be ended", async () => {
  const { identity } = await started({ before: null, send: sh("exec sleep 60"), receive: sh("exec cat") });
  await sleep(200);
  process.kill(identity.pid, "SIGKILL");
  await sleep(200);
  expect(isAlive(identity)).toBe(true);
  signalPipeline(identity, "SIGKILL");
  await ended(identity);
});

test("a receiver that dies ends the sender instead of letting it hang", async () => {
  const { dir, identity } = await started({
    before: null,
    send: sh("exec cat /dev/zero"),
    receive: sh("exit 1"),
  });
  await ended(identity);
  expect(exitCodes(dir)).toEqual({ before: null, send: 141, receive: 1 });
});

test("a process is not mistaken for an earlier one with the same number, nor for one before a reboot", async () => {
  const { identity } = await started({ before: null, send: sh("exec sleep 60"), receive: sh("exec cat") });
  expect(isAlive(identity)).toBe(true);
  expect(isAlive({ ...identity, startTime: "1" })).toBe(false);
  expect(isAlive({ ...identity, bootId: "00000000-0000-0000-0000-000000000000" })).toBe(false);
  signalPipeline({ ...identity, startTime: "1" }, "SIGKILL");
  expect(isAlive(identity)).toBe(true);
  signalPipeline(identity, "SIGKILL");
  await ended(identity);
});
