import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Audit } from "@/server/audit/audit";
import { verbatim } from "@/server/say";
import { Store } from "@/server/store/store";
import { footprint, inSession, keptIn, leftBehind } from "./footprint";

let directory = "";
const started: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "halfway-footprint-"));
});
afterEach(() => {
  for (const child of started.splice(0)) if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

/** Starts something in a session of its own. */
function start(command: string, args: readonly string[], env = {}, argv0 = command): number {
  const child = spawn(command, args, {
    detached: true,
    stdio: "ignore",
    env: { ...process.env, ...env },
    argv0,
  });
  started.push(child);
  return child.pid ?? 0;
}

test("what a server has is counted: children, runs, sockets, and the size of what it keeps", () => {
  const before = footprint(process.pid, directory, directory);
  expect(before).toMatchObject({ runs: 0, sockets: 0, masters: 0, transfers: 0, state: 0 });
  expect(before.resident).toBeGreaterThan(10_000_000);
  expect(before.handles).toBeGreaterThan(3);
  start("sleep", ["30"]);
  mkdirSync(join(directory, "transfers", "one", "1"), { recursive: true });
  writeFileSync(join(directory, "transfers", "one", "1", "send.stderr"), "x".repeat(1_000));
  mkdirSync(join(directory, "halfway-ssh-0"));
  writeFileSync(join(directory, "halfway-ssh-0", "socket"), "");
  writeFileSync(join(directory, "halfway.db"), "x".repeat(300));
  writeFileSync(join(directory, "halfway.db-wal"), "x".repeat(200));
  writeFileSync(join(directory, "unforeseen"), "x".repeat(50));
  const after = footprint(process.pid, directory, directory);
  expect(after).toMatchObject({
    ...{ runs: 1, sockets: 1, transfers: 1_000 },
    ...{ wal: 200, beside: 50, state: 1_550 },
  });
  expect(after.children).toBe(before.children + 1);
});

test("the processes of a pipeline are found by their session and name, and no others", async () => {
  const leader = start("bash", ["-c", "sleep 30 & sleep 30 & wait"]);
  await vi.waitFor(() => expect(inSession(leader, "sleep")).toHaveLength(2), 10_000);
  expect(inSession(leader, "bash")).toEqual([leader]);
  expect(inSession(leader, "ssh")).toEqual([]);
});

test("what a server has left behind is named: processes, shared connections and their sockets", async () => {
  expect(leftBehind(directory)).toEqual([]);
  const stray = start("sleep", ["30"], { TMPDIR: directory });
  const master = start("sleep", ["30"], {}, `ssh: ${directory}/halfway-ssh-0/abc [mux]`);
  mkdirSync(join(directory, "halfway-ssh-0"));
  writeFileSync(join(directory, "halfway-ssh-0", "abc"), "");
  await vi.waitFor(() => {
    const left = leftBehind(directory).join("\n");
    expect(left).toContain(`process ${stray}: sleep 30`);
    expect(left).toContain(`process ${master}: ssh: `);
    expect(left).toContain("socket abc");
  }, 10_000);
});

test("of a memory the audit trail and the history are told from the rest, also while it is open", async () => {
  const store = await Store.open(directory);
  const before = keptIn(directory);
  const audit = new Audit(store);
  for (let at = 0; at < 100; at += 1)
    audit.deed({ act: "policy", actor: "soak" }).end("done", verbatim("x".repeat(500)));
  await store.settled();
  const after = keptIn(directory);
  expect(after.audit - before.audit).toBeGreaterThan(50_000);
  expect(after).toMatchObject({
    history: before.history,
    others: before.others,
    attempts: 0,
    holds: 0,
    outbox: 0,
  });
  await store.close();
});
