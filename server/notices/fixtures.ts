import { verbatim } from "../say";
import type { Transfer } from "../transfers/types";
import type { SeenReceive, World } from "./rules";

// For tests: one host with one receive that stopped half-way.

export const minute = 60_000;
export const day = 24 * 60 * minute;
/** Noon, UTC. */
export const noon = Date.UTC(2026, 10, 23, 12);
/** What a resume token looks like. */
export const token = `1-c0ffee123-e8-789c${"ab".repeat(40)}`;

type Host = World["hosts"][number];

export function host(more: Partial<Host> = {}): Host {
  return {
    ...{ name: "nas", address: "root@10.0.0.5", status: "online", since: noon, problem: null },
    ...{ zfsVersion: "2.3.9", answeredAt: noon, troubledPools: [] },
    ...more,
  };
}

export function verdict(
  kind: "resumable" | "unresumable" | "unknown" | "zombie",
  sentence = `It is ${kind}.`,
): NonNullable<SeenReceive["verdict"]> {
  return { kind, sentence: verbatim(sentence) };
}

export function receive(more: Partial<SeenReceive> = {}): SeenReceive {
  const { host = "nas", dataset = "backup/mail" } = more;
  return {
    ...{ id: `${host}:${dataset}`, host, dataset, fingerprint: "0123456789abcdef", spaceHeld: 1n << 30n },
    ...{ began: noon, activity: { kind: "idle", since: noon }, verdict: verdict("resumable") },
    ...more,
  };
}

export function transfer(more: Partial<Transfer> = {}): Transfer {
  return {
    ...{ id: "3f1f8f0e-6f7a-4a55-9d53-0f6a1e6b2c11", intent: "resume", host: "nas", dataset: "backup/mail" },
    ...{ source: { host: "tower", snapshot: "tank/mail@now", base: null }, by: "alice", state: "running" },
    ...{ startedAt: noon, endedAt: null, attempt: 1, retryAt: null, place: null, limit: null, notHeld: null },
    flags: { largeBlocks: true, embedded: true, compressed: true, raw: false },
    ...{ steps: [], before: 0n, sent: 0n, total: 100n, rate: null, message: null, stderr: null, cause: null },
    left: null,
    ...more,
  };
}

export function world(more: Partial<World> = {}): World {
  return { hosts: [host()], receives: [], transfers: [], ...more };
}
