import { HalfwayError, sentence } from "../errors";
import type { Host } from "../hosts/config";
import { type Output, runOk, runOn } from "../hosts/run";
import { estimateResume, listSnapshots, readToken, readWritten, sendAgain } from "../zfs/commands";
import { parseEstimate, parseSnapshots, type SendEstimate, type Snapshot, stderrWords } from "../zfs/output";
import { type ResumeToken, redactTokens, tokenFingerprint } from "../zfs/token";
import { type Seen, scanHost } from "./scan";
import type { PartialReceive } from "./types";

/** What a host said when asked whether it can send the rest (facts A10). Silence is not a no. */
export type SourceAnswer =
  | { host: string; answer: "can-send"; estimate: SendEstimate }
  | { host: string; answer: "cannot-send"; words: string }
  | { host: string; answer: "silent"; problem: string };

/** The target dataset as a receive would find it. Empty for a receive into a new dataset: there is nothing else. */
export type TargetFacts = { written: bigint; snapshots: Snapshot[] };

/** Everything a plan rests on, read at one moment. */
export type Facts = {
  receive: PartialReceive;
  /** The token itself; it never leaves the server but inside a plan's commands. */
  token: string;
  decoded: ResumeToken;
  target: TargetFacts;
  sources: SourceAnswer[];
};

// An estimate from a bookmark walks the data (facts C.7): give it longer than a mere look.
const estimateLimit = 60_000;

/**
 * Reads a partial receive afresh, with what plans need to know of its target and of every host that may be its
 * source.
 * @param fingerprint what the person saw; null to take the state as it is now.
 * @param seen what earlier readings of this host saw, so that a token that keeps moving is noticed.
 * @throws HalfwayError `NOT_FOUND` when it is gone, `CONFLICT` when it is not what the person saw, `UNREACHABLE`.
 */
export async function gather(
  hosts: readonly Host[],
  target: Host,
  dataset: string,
  fingerprint: string | null,
  seen: ReadonlyMap<string, Seen> = new Map(),
): Promise<Facts> {
  const receive = await readReceive(target, dataset, fingerprint, seen);
  if (!receive.token.ok) throw new HalfwayError("REFUSED", receive.token.problem);
  const decoded = receive.token.value;
  const token = (await runOk(target, readToken(dataset))).trim();
  if (tokenFingerprint(token) !== receive.fingerprint && receive.activity.kind === "idle")
    throw changed(dataset);
  const [targetFacts, sources] = await Promise.all([
    receive.stateIn === "%recv" ? readTarget(target, dataset) : { written: 0n, snapshots: [] },
    receive.activity.kind === "idle" ? Promise.all(hosts.map((host) => askSource(host, token))) : [],
  ]);
  return { receive, token, decoded, target: targetFacts, sources };
}

/** One partial receive as it is at this moment, or an error that says what became of it. */
export async function readReceive(
  target: Host,
  dataset: string,
  fingerprint: string | null,
  seen: ReadonlyMap<string, Seen> = new Map(),
): Promise<PartialReceive> {
  const receives = await scanHost(target, new Map(seen), Date.now());
  const receive = receives.find((candidate) => candidate.dataset === dataset);
  if (!receive) {
    throw new HalfwayError(
      fingerprint === null ? "NOT_FOUND" : "CONFLICT",
      `${dataset} on ${target.name} has no interrupted receive any more: it was finished, aborted or destroyed.`,
    );
  }
  if (fingerprint !== null && receive.fingerprint !== fingerprint) throw changed(dataset);
  return receive;
}

function changed(dataset: string): HalfwayError {
  return new HalfwayError(
    "CONFLICT",
    `${dataset} has changed since you looked: more was received, or it was begun anew. Look again, then decide.`,
  );
}

async function readTarget(host: Host, dataset: string): Promise<TargetFacts> {
  const [written, snapshots] = await Promise.all([
    runOk(host, readWritten(dataset)),
    runOk(host, listSnapshots(dataset)),
  ]);
  return { written: BigInt(written.trim()), snapshots: parseSnapshots(snapshots) };
}

async function askSource(host: Host, token: string): Promise<SourceAnswer> {
  try {
    return sourceAnswer(host.name, await runOn(host, estimateResume(token), { limitMs: estimateLimit }));
  } catch (error) {
    return { host: host.name, answer: "silent", problem: sentence(error) };
  }
}

/** ZFS's own no (facts C.3). Whatever else goes wrong says nothing about the snapshot. */
const cannotSend = /no longer exists|is no longer the same snapshot/;

/** Reads the answer to `estimateResume`: only ZFS's own words count as a no. */
export function sourceAnswer(host: string, { code, stdout, stderr }: Output): SourceAnswer {
  const estimate = code === 0 ? parseEstimate(stdout + stderr) : null;
  if (estimate) return { host, answer: "can-send", estimate };
  const words = redactTokens(stderrWords(stderr));
  if (cannotSend.test(words)) return { host, answer: "cannot-send", words };
  return {
    host,
    answer: "silent",
    problem: words || `zfs send ended with exit code ${code} and said nothing`,
  };
}

/**
 * Bytes that sending the whole snapshot again would move; null where ZFS's estimate underflowed.
 * @throws HalfwayError `REFUSED` when that send would fail: then nothing may be discarded for it.
 */
export async function estimateAgain(
  host: Host,
  token: ResumeToken,
  { snapshot, base }: SendEstimate,
): Promise<bigint | null> {
  const output = await runOn(host, sendAgain(token, snapshot, base, true), { limitMs: estimateLimit });
  const estimate = output.code === 0 ? parseEstimate(output.stdout + output.stderr) : null;
  if (estimate) return estimate.size;
  throw new HalfwayError(
    "REFUSED",
    `${host.name} cannot send ${snapshot} again, so nothing was discarded for it.`,
    stderrWords(output.stderr),
  );
}
