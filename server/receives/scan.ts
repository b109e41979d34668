import { HalfwayError, sentence } from "../errors";
import type { Host } from "../hosts/config";
import { runOk, runOn } from "../hosts/run";
import { say } from "../say";
import { describePartials, listTokens, listZfsProcesses } from "../zfs/commands";
import {
  type PartialDetails,
  parsePartialDetails,
  parseReceiveProcesses,
  parseTokens,
  type ReceiveProcess,
  receivesInto,
} from "../zfs/output";
import { decodeResumeToken, tokenFingerprint } from "../zfs/token";
import { type PartialReceive, receiveId } from "./types";

/**
 * What an earlier reading saw of a dataset. A token that moves between two readings is being received even where the
 * process table shows nobody, for example from inside a container (facts A4).
 */
export type Seen = {
  at: number;
  fingerprint: string;
  movedAt: number | null;
  byProcess: boolean;
  /** When it was seen to stop, by the clock that people read; null where it was not. */
  stoppedAt: number | null;
};

/** ZFS writes the resume point at every txg, 5 s apart by default: a token that stood still longer than this stands. */
const movingFor = 7_000;
/** Longer than the pause between two readings. */
const comparableFor = 120_000;

/** Ten thousand datasets on a slow machine take their time; that a pool is suspended is found out otherwise. */
const listing = { limitMs: 60_000 };

/** What one reading of a host found. */
export type Reading = {
  receives: PartialReceive[];
  /** What ZFS says of each, by dataset; for the judge, not for the page. */
  details: ReadonlyMap<string, PartialDetails>;
  /** The pools that answered. A suspended one may be missing without a word (facts L2). */
  pools: ReadonlySet<string>;
};

/**
 * Reads every partial receive of a host with three commands, however many datasets there are; with one where nothing
 * has changed since an earlier reading that found everything at rest.
 * @param seen what earlier readings saw, by dataset; brought up to date for the next one.
 * @param only the pools to ask, where another one is suspended; all unless told.
 * @throws HalfwayError `UNREACHABLE` or `ZFS_FAILED`; never an empty list for "could not find out".
 */
export async function scanHost(
  host: Host,
  seen: Map<string, Seen>,
  { only = [], before = null }: { only?: readonly string[]; before?: Reading | null } = {},
): Promise<Reading> {
  const { tokens, pools } = parseTokens(await runOk(host, listTokens(only), listing));
  const there = new Set(tokens.map(({ dataset }) => dataset));
  for (const dataset of seen.keys()) if (!there.has(dataset)) seen.delete(dataset);
  if (tokens.length === 0) return { receives: [], details: new Map(), pools };
  if (before && atRestSince(before, tokens)) {
    // Comparable again from now on: nothing has moved meanwhile.
    for (const [dataset, one] of seen) seen.set(dataset, { ...one, at: performance.now() });
    return { ...before, pools };
  }
  const datasets = tokens.map(({ dataset }) => dataset);
  return { ...(await scanDatasets(host, datasets, seen)), pools };
}

function atRestSince(before: Reading, tokens: readonly { dataset: string; token: string }[]): boolean {
  return (
    tokens.length === before.receives.length &&
    before.receives.every(({ activity }) => activity.kind === "idle") &&
    tokens.every(({ dataset, token }) => before.details.get(dataset)?.token === token)
  );
}

/**
 * Reads some partial receives of a host, with two commands. One that is gone is left out.
 * @param seen as for `scanHost`.
 */
export async function scanDatasets(
  host: Host,
  datasets: readonly string[],
  seen: Map<string, Seen>,
): Promise<Omit<Reading, "pools">> {
  const [details, processes] = await Promise.all([readDetails(host, datasets), receiveProcesses(host)]);
  const now = performance.now();
  const receives = [...details].map(([dataset, detail]): PartialReceive => {
    const process = processes.find((candidate) => receivesInto(candidate, dataset));
    const current = look(tokenFingerprint(detail.token), process !== undefined, seen.get(dataset), now);
    seen.set(dataset, current);
    const { stoppedAt } = current;
    const evidence = process
      ? say`zfs receive runs on ${host.name} as process ${process.pid}`
      : current.movedAt === null
        ? null
        : say`its resume token keeps moving`;
    return {
      id: receiveId(host.name, dataset),
      host: host.name,
      dataset,
      type: detail.type,
      fingerprint: current.fingerprint,
      token: decode(detail.token),
      stateIn: detail.stateIn,
      spaceHeld: detail.spaceHeld,
      began: detail.began,
      activity:
        evidence === null ? { kind: "idle", since: stoppedAt } : { kind: "receiving", by: "other", evidence },
      verdict: null,
    };
  });
  return { receives, details };
}

/** Compares two readings of one token. Where the process was seen, its end is the end: no need to wait and see. */
export function look(fingerprint: string, byProcess: boolean, before: Seen | undefined, now: number): Seen {
  const movedAt = byProcess || !before ? null : lastMove(fingerprint, before, now);
  const seen = { at: now, fingerprint, movedAt, byProcess };
  const receiving = byProcess || movedAt !== null;
  return { ...seen, stoppedAt: receiving || !before ? null : lastStop(fingerprint, before, now) };
}

function lastMove(fingerprint: string, before: Seen, now: number): number | null {
  // After a long silence a different token proves nothing: the receive may have come and gone.
  if (before.byProcess || now - before.at > comparableFor) return null;
  if (before.fingerprint !== fingerprint) return now;
  return before.movedAt !== null && now - before.movedAt < movingFor ? before.movedAt : null;
}

function lastStop(fingerprint: string, before: Seen, now: number): number | null {
  // What ended in a long silence may have ended any time in it.
  if (before.byProcess || before.movedAt !== null) return now - before.at > comparableFor ? null : Date.now();
  return before.fingerprint === fingerprint ? before.stoppedAt : null;
}

/** Bytes of names in one command: over SSH all of it is one word, of which Linux takes 128 KiB at most. */
const namesAtOnce = 80_000;
/** Each dataset is named with its `%recv` and with the datasets above it; spaces cost quotes. */
const wordsOf = (dataset: string) => describePartials([dataset]).slice(6).join("   ").length;

async function readDetails(host: Host, datasets: readonly string[]): Promise<Map<string, PartialDetails>> {
  const details = new Map<string, PartialDetails>();
  for (const some of chunksOf(datasets, namesAtOnce, wordsOf)) {
    const { code, stdout, stderr } = await runOn(host, describePartials(some));
    // Exits 1 wherever a dataset has no %recv; anything beyond that is a failure, not an answer.
    const found = code === 0 || code === 1 ? parsePartialDetails(stdout, stderr, some) : null;
    if (!found)
      throw new HalfwayError("ZFS_FAILED", say`zfs get failed on ${host.name}: ${stderr.trim()}`, stderr);
    for (const [dataset, detail] of found) details.set(dataset, detail);
  }
  return details;
}

/** Splits names so that what they take in a command does not exceed `limit` characters in any group. */
export function chunksOf(
  names: readonly string[],
  limit: number,
  weight: (name: string) => number = (name) => name.length,
): string[][] {
  const chunks: string[][] = [];
  let size = limit;
  for (const name of names) {
    size += weight(name);
    if (size > limit) {
      chunks.push([]);
      size = weight(name);
    }
    chunks.at(-1)?.push(name);
  }
  return chunks;
}

/**
 * Receives at work on a host right now.
 * @throws HalfwayError `ZFS_FAILED` where the process table cannot be read: silence is not "nobody".
 */
export async function receiveProcesses(host: Host): Promise<ReceiveProcess[]> {
  const { code, stdout, stderr } = await runOn(host, listZfsProcesses());
  // `ps` exits 1 and prints nothing when there are none; a `ps` that cannot do this says so. Other lines of stderr may
  // be anybody's: a login script's, ssh's.
  const complains = /^(error:|usage:|ps:|.*\bps: )|not found/im.test(stderr);
  if (code === 0 || (code === 1 && stdout.trim() === "" && !complains)) return parseReceiveProcesses(stdout);
  throw new HalfwayError("ZFS_FAILED", say`ps failed on ${host.name}: ${stderr.trim()}`, stderr);
}

function decode(token: string): PartialReceive["token"] {
  try {
    return { ok: true, value: decodeResumeToken(token) };
  } catch (error) {
    return { ok: false, problem: sentence(error) };
  }
}
