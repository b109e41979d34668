import { createHash } from "node:crypto";
import { HalfwayError } from "../errors";
import { onHost } from "../hosts/command";
import { type Host, uniqueName } from "../hosts/config";
import type { Pipeline } from "../hosts/pipeline";
import { shellQuote } from "../hosts/quote";
import { joined as paragraphs, plain, type Said, say, verbatim } from "../say";
import { type Argv, abort, hold, holdTag, receive, sendAgain, sendResume } from "../zfs/commands";
import { receiveChild } from "../zfs/names";
import type { Snapshot } from "../zfs/output";
import { type Facts, senderOf } from "./gather";
import { newerSnapshots } from "./judge";
import { type Ends, joined, plainRoute, type Route } from "./route";
import type { Intent, PartialReceive, Source, TransferIntent, Verdict } from "./types";

/** What would be gone, with the bytes that ZFS says it holds. */
export type Loss =
  | { what: "dataset" | "received-state" | "contents"; name: string; bytes: bigint }
  /** `creation`: when it was taken, milliseconds. */
  | { what: "snapshot"; name: string; bytes: bigint; creation: number }
  /** `look`: a command that shows what exactly was changed; null where there is no snapshot to compare with. */
  | { what: "changes"; name: string; bytes: bigint; look: string | null };

/** One thing that runs: from Halfway's machine, as a person can paste it, and what that is on each machine. */
export type Step = { says: Said; command: string; parts: { host: string; command: string }[] };

/** What carrying out an intent means: exactly what runs, what is lost, what is left to move. */
export type Plan = {
  intent: Intent | "continue" | "send";
  receiveId: string;
  fingerprint: string;
  /** Where the bytes come from; null for an abort. */
  source: Source | null;
  /** Bytes already received that this plan keeps. */
  keeps: bigint;
  /** Bytes still to send; null where ZFS cannot say. */
  remaining: bigint | null;
  losses: Loss[];
  /** Space that comes back on the target at once, bytes. */
  frees: bigint;
  /** What an existing target keeps beside the received bytes; null for a dataset that the receive creates. */
  stays: { snapshots: number; newest: string | null } | null;
  /** What looks wrong; it has to be confirmed. */
  cautions: Said[];
  /** The name to type before this may run; null where one click is enough. */
  confirmName: string | null;
  steps: Step[];
  /** What runs beside them: holds that keep the source alive until it has arrived. Where one fails the rest goes on. */
  holds: Step[];
  /**
   * Names everything above that matters, but no sizes. Who confirms sends it back: a plan that came out differently meanwhile,
   * for example because a snapshot was taken that `-F` would destroy, is not the one that was confirmed.
   */
  digest: string;
  /** The same without the way that the stream takes, which may be another one in a later attempt. */
  essence: string;
};

/** A plan that moves bytes, the pipeline that does it, and what ZFS is told in it. */
export type TransferPlan = { plan: Plan; pipeline: Pipeline; ends: Ends };

/**
 * What discarding a partial receive runs and destroys. Needs no source, and no token that can be read.
 * @param refusal see `abortRefusal`.
 * @param snapshots of the target; empty where the receive created it.
 * @throws HalfwayError `REFUSED` with the reason.
 */
export function planAbort(
  partial: PartialReceive,
  refusal: Said | null,
  snapshots: readonly Snapshot[],
  hosts: readonly Host[],
): { plan: Plan; command: { argv: Argv; on: Host } } {
  if (refusal !== null) throw refused(refusal);
  const { id, fingerprint, dataset, spaceHeld, stateIn } = partial;
  const target = hostNamed(hosts, partial.host);
  const command = { argv: abort(dataset), on: target };
  const draft: Draft = {
    ...{ intent: "abort", receiveId: id, fingerprint, source: null, keeps: 0n, remaining: null },
    losses: [discarded(partial)],
    frees: spaceHeld,
    stays: staying(partial, snapshots),
    cautions: [],
    confirmName: stateIn === "dataset" ? dataset : null,
    steps: [discardStep(target, dataset)],
    holds: [],
  };
  return { plan: sealed(draft, [command.argv]), command };
}

/**
 * From facts, verdict and intent to what runs. Pure: what is shown and what runs come from the same words.
 * @param againSize bytes that a fresh send would move, for start-over only.
 * @param route how the stream gets there.
 * @throws HalfwayError `REFUSED` with the verdict's reason why this cannot work now; nothing has been touched then.
 */
export function planTransfer(
  intent: TransferIntent,
  facts: Facts,
  verdict: Verdict,
  hosts: readonly Host[],
  againSize: bigint | null = null,
  route: Route = plainRoute,
): TransferPlan {
  const { receive: partial, decoded } = facts;
  const { id, fingerprint, dataset, spaceHeld } = partial;
  const refusal = verdict.refusals[intent];
  if (refusal !== null) throw refused(refusal, evidenceText(verdict));
  const sender = senderOf(facts.answers);
  if (!sender || !decoded || !verdict.source) throw refused(verdict.sentence);
  const sourceHost = hostNamed(hosts, sender.host);
  const target = hostNamed(hosts, partial.host);
  const { snapshot, base } = sender.estimate;

  const again = intent === "start-over";
  // A new dataset is gone after the discarding: -F could only harm what somebody made in its place meanwhile.
  // And into an existing one it would take what is done there until it has finished, so only where it has to.
  const wanted = intent === "resume-with-rollback" || (again && partial.stateIn === "%recv");
  const drift = wanted ? driftOf(facts) : [];
  const rollback = intent === "resume-with-rollback" || drift.length > 0;
  const discard = abort(dataset);
  const sending = again ? sendAgain(decoded, snapshot, base) : sendResume(sender.token);
  const receiving = receive(dataset, { rollback });
  const ends: Ends = { sending, receiving };
  const { pipeline, step: transferStep } = joined(sourceHost, target, ends, route);
  const draft: Draft = {
    ...{ intent, receiveId: id, fingerprint, source: verdict.source, cautions: verdict.cautions },
    keeps: again ? 0n : decoded.bytes,
    remaining: again ? againSize : sender.estimate.size,
    losses: [...(again ? [discarded(partial)] : []), ...drift],
    frees: again ? spaceHeld : 0n,
    stays: staying(partial, rollback ? olderSnapshots(facts) : facts.snapshots),
    confirmName: intent === "resume" && verdict.cautions.length === 0 ? null : dataset,
    steps: again ? [discardStep(target, dataset), transferStep] : [transferStep],
    holds: holdSteps(sourceHost, target, dataset, { snapshot, base }),
  };
  const plan = sealed(draft, [...(again ? [discard] : []), sending, receiving]);
  return { plan, ends, pipeline: again ? { ...pipeline, before: onHost(target, discard, "own") } : pipeline };
}

/** The snapshots that a transfer needs to live on: what it sends, and its base where that is none of the bookmarks. */
export function snapshotsToHold({ snapshot, base }: Pick<Source, "snapshot" | "base">): string[] {
  return [snapshot, ...(base?.includes("@") ? [base] : [])];
}

/** The holds that keep the source of a transfer alive (facts A12), as they are shown. */
export function holdSteps(
  source: Host,
  target: Host,
  dataset: string,
  sent: Pick<Source, "snapshot" | "base">,
): Step[] {
  return snapshotsToHold(sent).map((snapshot) => {
    const argv = hold(holdTag(uniqueName(target), dataset), snapshot);
    return {
      says: say`Keep ${snapshot} on ${source.name} until this has finished`,
      // A handshake more would take its share of the processors from the stream.
      command: shellQuote(onHost(source, argv, "shared")),
      parts: [{ host: source.name, command: shellQuote(argv) }],
    };
  });
}

type Draft = Omit<Plan, "digest" | "essence">;

/**
 * Gives a plan its digest.
 * @param zfs what ZFS is told, whatever the way of the stream.
 */
export function sealed(plan: Draft, zfs: readonly Argv[]): Plan {
  const { intent, receiveId, fingerprint, source, confirmName, cautions } = plan;
  const losses = plan.losses.map(({ what, name }) => [what, name]);
  const content = [intent, receiveId, fingerprint, source, confirmName, zfs, losses, cautions];
  return { ...plan, essence: digestOf(content), digest: digestOf([...content, plan.steps]) };
}

/** The same whether or not what it names was said with marks: a digest is of what a sentence says. */
function digestOf(content: unknown): string {
  return createHash("sha256")
    .update(plain(JSON.stringify(content)))
    .digest("hex")
    .slice(0, 16);
}

/** What `zfs receive -A` takes: the dataset that the receive created, or only its hidden state (facts B8). */
function discarded({ dataset, stateIn, spaceHeld }: PartialReceive): Loss {
  return stateIn === "dataset"
    ? { what: "dataset", name: dataset, bytes: spaceHeld }
    : { what: "received-state", name: receiveChild(dataset), bytes: spaceHeld };
}

function discardStep(target: Host, dataset: string): Step {
  const argv = abort(dataset);
  return {
    says: say`Discard what was received, on ${target.name}`,
    command: shellQuote(onHost(target, argv, "own")),
    parts: [{ host: target.name, command: shellQuote(argv) }],
  };
}

function staying({ stateIn }: PartialReceive, snapshots: readonly Snapshot[]): Plan["stays"] {
  if (stateIn === "dataset") return null;
  return { snapshots: snapshots.length, newest: snapshots.at(-1)?.name ?? null };
}

/** What `-F` would take from the target: all of it, or snapshots newer than the base and changes since (facts C.6). */
function driftOf(facts: Facts): Loss[] {
  const { receive: partial, decoded, details } = facts;
  const { dataset, stateIn } = partial;
  if (stateIn === "dataset" || !decoded) return [];
  const newer = newerSnapshots(facts, decoded).map(
    ({ name, used, creation }): Loss => ({ what: "snapshot", name, bytes: used, creation }),
  );
  const { written } = details;
  if (decoded.fromGuid === null) return [...newer, { what: "contents", name: dataset, bytes: written }];
  if (written === 0n) return newer;
  const newest = facts.snapshots.at(-1);
  const look =
    newest && partial.type === "filesystem" ? shellQuote(["zfs", "diff", newest.name, dataset]) : null;
  return [...newer, { what: "changes", name: dataset, bytes: written, look }];
}

function olderSnapshots(facts: Facts): Snapshot[] {
  const newer = facts.decoded ? newerSnapshots(facts, facts.decoded).length : 0;
  return facts.snapshots.slice(0, facts.snapshots.length - newer);
}

/** What a refusal rests on, for people who want to read it. */
function evidenceText({ evidence }: Verdict): Said {
  return paragraphs(
    evidence.flatMap(({ says, host, command }) =>
      command ? [says, verbatim(`  ${host}# ${command}`)] : [says],
    ),
    "\n",
  );
}

/** @throws HalfwayError `NOT_FOUND` */
export function hostNamed(hosts: readonly Host[], name: string): Host {
  const host = hosts.find((candidate) => candidate.name === name);
  if (!host) throw new HalfwayError("NOT_FOUND", say`There is no host named ${name}.`);
  return host;
}

function refused(message: Said, stderr = ""): HalfwayError {
  return new HalfwayError("REFUSED", message, stderr);
}
