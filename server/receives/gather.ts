import { HalfwayError, sentence } from "../errors";
import type { Host } from "../hosts/config";
import { runOk, runOn } from "../hosts/run";
import { estimateResume, listSnapshots, readToken, readWritten, sendAgain } from "../zfs/commands";
import { parseEstimate, parseSnapshots, type SendEstimate, type Snapshot, stderrWords } from "../zfs/output";
import { type ResumeToken, redactTokens, tokenFingerprint } from "../zfs/token";
import { scanHost } from "./scan";
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
 * @throws HalfwayError `NOT_FOUND` when it is gone, `CONFLICT` when it is not what the person saw, `UNREACHABLE`.
 */
export async function gather(
  hosts: readonly Host[],
  target: Host,
  dataset: string,
  fingerprint: string | null,
): Promise<Facts> {
  const receive = await readReceive(target, dataset, fingerprint);
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
): Promise<PartialReceive> {
  const receives = await scanHost(target, new Map(), Date.now());
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
    const { code, stdout, stderr } = await runOn(host, estimateResume(token), { limitMs: estimateLimit });
    const estimate = code === 0 ? parseEstimate(stdout + stderr) : null;
    if (estimate) return { host: host.name, answer: "can-send", estimate };
    return { host: host.name, answer: "cannot-send", words: redactTokens(stderrWords(stderr)) };
  } catch (error) {
    return { host: host.name, answer: "silent", problem: sentence(error) };
  }
}

/** Bytes that sending the whole snapshot again would move; null where ZFS cannot say. */
export async function estimateAgain(
  host: Host,
  token: ResumeToken,
  { snapshot, base }: SendEstimate,
): Promise<bigint | null> {
  const { stdout, stderr } = await runOn(host, sendAgain(token, snapshot, base, true), {
    limitMs: estimateLimit,
  });
  return parseEstimate(stdout + stderr)?.size ?? null;
}
