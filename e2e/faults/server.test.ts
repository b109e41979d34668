import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { type HostName, netCut, netRestore, setClock } from "../lab";
import type { RunningServer } from "../server";
import { disk } from "./disk";
import { Trial } from "./trial";
import { killReceive } from "./victims";

test("the server is told to end while a page is open: it does within two seconds, and the transfer goes on", async () => {
  const trial = await Trial.prepare("ended-server", { sizeMb: 90 });
  await trial.resumeAndReceive();
  const page = await openPage(trial.server);
  expect(await trial.server.stop("SIGTERM")).toBeLessThan(2_000);
  await page.ended;
  await trial.receivesMore();
  await trial.server.start();
  await trial.until("taken up", ({ state }) => state === "running");
  await trial.finishes();
});

// Making a small disk takes root.
describe.skipIf(process.getuid?.() !== 0)("the disk of Halfway's own state is full", () => {
  test("while bytes are moving: they all arrive, and that it has finished is told once there is room", async () => {
    const state = disk();
    const trial = await Trial.prepare("full-state", { stateDir: state.path });
    await trial.resumeAndReceive();
    state.fill();
    await trial.complete();
    state.empty();
    await trial.finishes();
  });

  test("when an attempt breaks: nothing is lost, and it goes on once there is room", async () => {
    const state = disk();
    const trial = await Trial.prepare("full-retry", { stateDir: state.path });
    await trial.resumeAndReceive();
    const attempt = await trial.attempt();
    state.fill();
    await killReceive(trial.target);
    await trial.heldUp();
    state.empty();
    await trial.triesAgain(attempt);
    await trial.finishes();
  });
});

test("the clock of every machine jumps by a day, ahead and back: nothing is called dead or put off for that", async () => {
  const folder = mkdtempSync(join(tmpdir(), "halfway-clock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "ahead");
  const jump = async (seconds: number, guests: readonly HostName[] = ["nas", "tower"]) => {
    writeFileSync(file, String(seconds));
    await Promise.all(guests.map((host) => setClock(host, seconds)));
  };
  onTestFinished(() => jump(0));
  await jump(0);
  const preload = pathToFileURL(join(import.meta.dirname, "clock.mjs")).href;
  const trial = await Trial.prepare("clock", {
    sizeMb: 90,
    env: { NODE_OPTIONS: `--import ${preload}`, HALFWAY_TEST_CLOCK: file },
  });
  await trial.resumeAndReceive();
  const attempt = await trial.attempt();

  await jump(86_400);
  await trial.receivesMore();
  await trial.receivesMore();
  expect(await trial.attempt(), "the transfer is left alone").toBe(attempt);

  // It waits for a host that is silent; the next attempt must not move away by a day.
  await netCut("tower");
  await killReceive(trial.target);
  await trial.until(
    "waiting for tower",
    ({ state, message }) => state === "waiting" && /tower/.test(message ?? ""),
  );
  await jump(0, ["nas"]);
  await netRestore("tower");
  await trial.triesAgain(attempt, 90_000);
  await trial.finishes();
});

/** Listens to the events as an open page does, until the server ends that. */
async function openPage({ url, headers }: RunningServer): Promise<{ ended: Promise<void> }> {
  const { body } = await fetch(`${url}/api/trpc/events.stream`, {
    headers: { ...headers, accept: "text/event-stream" },
  });
  if (!body) throw new Error("the events are no stream");
  const reader = body.getReader();
  const first = await reader.read();
  expect(first.done).toBe(false);
  const rest = async () => {
    while (!(await reader.read()).done);
  };
  // That it breaks off is an end, too.
  return { ended: rest().catch(() => {}) };
}
