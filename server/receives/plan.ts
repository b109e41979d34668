import { createHash } from "node:crypto";
import { HalfwayError } from "../errors";
import { onHost } from "../hosts/command";
import type { Host } from "../hosts/config";
import type { Pipeline } from "../hosts/pipeline";
import { shellQuote } from "../hosts/quote";
import { type Argv, abort, receive, sendAgain, sendResume } from "../zfs/commands";
import { receiveChild } from "../zfs/names";
import type { SendEstimate, Snapshot } from "../zfs/output";
import type { Facts } from "./gather";
import type { Intent, PartialReceive, TransferIntent } from "./types";

/** What would be gone, with the bytes that ZFS says it holds. */
export type Loss =
  | { what: "dataset"; name: string; bytes: bigint }
  | { what: "received-state"; name: string; bytes: bigint }
  | { what: "snapshot"; name: string; bytes: bigint }
  | { what: "changes"; name: string; bytes: bigint };

/** One thing that runs, as a person can paste it. */
export type Step = { says: string; command: string };

/** What carrying out an intent means: exactly what runs, what is lost, what is left to move. */
export type Plan = {
  intent: Intent;
  receiveId: string;
  fingerprint: string;
  /** Where the bytes come from; null for an abort. */
  source: { host: string; snapshot: string; base: string | null } | null;
  /** Bytes already received that this plan keeps. */
  keeps: bigint;
  /** Bytes still to send; null where ZFS cannot say. */
  remaining: bigint | null;
  losses: Loss[];
  /** The name to type before this may run; null where one click is enough. */
  confirmName: string | null;
  steps: Step[];
  /**
   * Names everything above but the sizes. Who confirms sends it back: a plan that came out differently meanwhile,
   * for example because a snapshot was taken that `-F` would destroy, is not the one that was confirmed.
   */
  digest: string;
};

/** A plan that moves bytes, and the pipeline that does it. */
export type TransferPlan = { plan: Plan; pipeline: Pipeline };

/**
 * What discarding a partial receive runs and destroys. Needs no source, and no token that can be read.
 * @throws HalfwayError `REFUSED` while it is being received.
 */
export function planAbort(
  partial: PartialReceive,
  hosts: readonly Host[],
): { plan: Plan; command: { argv: Argv; on: Host } } {
  refuseWhileReceiving(partial, "abort");
  const { id, fingerprint, dataset } = partial;
  const target = hostNamed(hosts, partial.host);
  const plan = sealed({
    ...{ intent: "abort", receiveId: id, fingerprint, source: null, keeps: 0n, remaining: null },
    losses: [discarded(partial)],
    confirmName: partial.stateIn === "dataset" ? dataset : null,
    steps: [discardStep(target, dataset)],
  });
  return { plan, command: { argv: abort(dataset), on: target } };
}

/**
 * From facts and intent to what runs. Pure: what is shown and what runs come from the same words.
 * @param againSize bytes that a fresh send would move, for start-over only.
 * @throws HalfwayError `REFUSED` with the reason why this cannot work now; nothing has been touched then.
 */
export function planTransfer(
  intent: TransferIntent,
  facts: Facts,
  hosts: readonly Host[],
  againSize: bigint | null = null,
): TransferPlan {
  const { receive: partial, decoded, token } = facts;
  const { id, fingerprint, dataset } = partial;
  refuseWhileReceiving(partial, intent);
  const { host: sourceHost, estimate } = findSource(facts, hosts);
  const target = hostNamed(hosts, partial.host);
  const drift = driftOf(facts);
  if (intent === "resume") refuseWhatNeedsRollback(facts, drift);
  else refuseWhatRollbackCannotDo(facts, intent);

  const again = intent === "start-over";
  if (again && decoded.redacted) {
    throw refused(
      `${estimate.snapshot} was being sent redacted, and its token does not say by what: starting over would send what was to be left out. Resume it, or abort it and send it anew by hand.`,
    );
  }
  // A new dataset is gone after the discarding: -F could only harm what somebody made in its place meanwhile.
  const rollback = intent === "resume-with-rollback" || (again && partial.stateIn === "%recv");
  const pipeline: Pipeline = {
    before: again ? onHost(target, abort(dataset), "own") : null,
    send: onHost(
      sourceHost,
      again ? sendAgain(decoded, estimate.snapshot, estimate.base) : sendResume(token),
      "own",
    ),
    receive: onHost(target, receive(dataset, { rollback }), "own"),
  };
  const transferStep: Step = {
    says: `Send from ${sourceHost.name}, receive on ${target.name}`,
    command: `${shellQuote(pipeline.send)} | ${shellQuote(pipeline.receive)}`,
  };
  const plan = sealed({
    ...{ intent, receiveId: id, fingerprint },
    source: { host: sourceHost.name, snapshot: estimate.snapshot, base: estimate.base },
    keeps: again ? 0n : decoded.bytes,
    remaining: again ? againSize : estimate.size,
    losses: [...(again ? [discarded(partial)] : []), ...(rollback ? drift : [])],
    confirmName: intent === "resume" ? null : dataset,
    steps: again ? [discardStep(target, dataset), transferStep] : [transferStep],
  });
  return { plan, pipeline };
}

function sealed(plan: Omit<Plan, "digest">): Plan {
  const { intent, receiveId, fingerprint, source, confirmName, steps } = plan;
  const losses = plan.losses.map(({ what, name }) => [what, name]);
  const content = JSON.stringify([intent, receiveId, fingerprint, source, confirmName, steps, losses]);
  return { ...plan, digest: createHash("sha256").update(content).digest("hex").slice(0, 16) };
}

/** What `zfs receive -A` takes: the dataset that the receive created, or only its hidden state (facts B8). */
function discarded({ dataset, stateIn, spaceHeld }: PartialReceive): Loss {
  return stateIn === "dataset"
    ? { what: "dataset", name: dataset, bytes: spaceHeld }
    : { what: "received-state", name: receiveChild(dataset), bytes: spaceHeld };
}

function discardStep(target: Host, dataset: string): Step {
  const command = shellQuote(onHost(target, abort(dataset), "own"));
  return { says: `Discard what was received, on ${target.name}`, command };
}

function refuseWhileReceiving({ activity, dataset }: PartialReceive, intent: Intent): void {
  if (activity.kind !== "receiving") return;
  throw refused(
    `${dataset} is being received right now: ${intentWords[intent]} is possible once that has ended.`,
  );
}

const intentWords: Record<Intent, string> = {
  resume: "resuming",
  "resume-with-rollback": "resuming",
  "start-over": "starting over",
  abort: "aborting",
};

function refuseWhatNeedsRollback(facts: Facts, drift: readonly Loss[]): void {
  const { dataset } = facts.receive;
  if (overwritesExisting(facts)) {
    throw refused(
      `This full receive replaces ${dataset}, which already exists: ZFS finishes it only with -F. Use Resume with rollback.`,
    );
  }
  const [first] = drift;
  if (first) {
    const what =
      first.what === "snapshot"
        ? `${first.name} was taken after this receive began.`
        : `${dataset} was changed since its last snapshot.`;
    throw refused(
      `${what} ZFS would take everything and then refuse it at the very end. Use Resume with rollback.`,
    );
  }
}

/** The host that can send the rest. The first in the configuration wins: same GUID, same bytes. */
export function findSource(facts: Facts, hosts: readonly Host[]): { host: Host; estimate: SendEstimate } {
  for (const answer of facts.sources) {
    if (answer.answer === "can-send")
      return { host: hostNamed(hosts, answer.host), estimate: answer.estimate };
  }
  const { toName } = facts.decoded;
  const silent = facts.sources.filter((answer) => answer.answer === "silent");
  if (silent.length > 0) {
    const problems = silent.map((answer) =>
      answer.answer === "silent" ? `${answer.host}: ${answer.problem}` : "",
    );
    throw new HalfwayError(
      "REFUSED",
      `Whether ${toName} can still be sent is not known: ${silent.map(({ host }) => host).join(", ")} could not tell.`,
      problems.join("\n"),
    );
  }
  const words = facts.sources.map((answer) =>
    answer.answer === "cannot-send" ? `${answer.host}: ${answer.words}` : "",
  );
  throw new HalfwayError(
    "REFUSED",
    `No configured host can send ${toName}: it was destroyed or replaced, or it lives on a host that Halfway does not know.`,
    words.join("\n"),
  );
}

/** A full receive into a dataset that exists already: ZFS takes it only with -F, and it replaces everything. */
function overwritesExisting({ receive: partial, decoded }: Facts): boolean {
  return partial.stateIn === "%recv" && decoded.fromGuid === null;
}

/** What `-F` would take from the target: snapshots newer than the base, and changes since the newest (facts C.6). */
function driftOf(facts: Facts): Loss[] {
  const { receive: partial, target } = facts;
  if (partial.stateIn === "dataset") return [];
  const newer = newerSnapshots(facts).map(
    (snapshot): Loss => ({ what: "snapshot", name: snapshot.name, bytes: snapshot.used }),
  );
  if (target.written === 0n) return newer;
  return [...newer, { what: "changes", name: partial.dataset, bytes: target.written }];
}

/** Snapshots of the target taken after the base of the interrupted send. */
function newerSnapshots({ decoded, target }: Facts): Snapshot[] {
  const at = target.snapshots.findIndex((snapshot) => snapshot.guid === decoded.fromGuid);
  return target.snapshots.slice(at + 1);
}

function refuseWhatRollbackCannotDo(facts: Facts, intent: TransferIntent): void {
  const { receive: partial, decoded, target } = facts;
  const { dataset, stateIn } = partial;
  if (stateIn === "dataset") {
    if (intent === "resume-with-rollback") {
      throw refused(`${dataset} is new: there is nothing in it to roll back. Use Resume.`);
    }
    return;
  }
  if (decoded.fromGuid !== null && !target.snapshots.some(({ guid }) => guid === decoded.fromGuid)) {
    throw refused(
      `${dataset} no longer has the snapshot that this incremental send builds on. It can only be aborted.`,
    );
  }
  const newer = newerSnapshots(facts);
  if (decoded.fromGuid === null && newer.length > 0 && intent === "start-over") {
    throw refused(
      `${dataset} has snapshots (${newer[0]?.name} and others), and ZFS does not let a full send replace a dataset that has any. Abort, then send to a new name.`,
    );
  }
  const held = newer.find(({ holds }) => holds > 0);
  if (held)
    throw refused(`A rollback would have to destroy ${held.name}, but it is held (zfs holds ${held.name}).`);
  const cloned = newer.find(({ clones }) => clones.some((clone) => !clone.endsWith("/%recv")));
  if (cloned) {
    throw refused(
      `A rollback would have to destroy ${cloned.name}, but ${cloned.clones.join(", ")} is cloned from it.`,
    );
  }
}

function hostNamed(hosts: readonly Host[], name: string): Host {
  const host = hosts.find((candidate) => candidate.name === name);
  if (!host) throw new HalfwayError("NOT_FOUND", `There is no host named ${name}.`);
  return host;
}

function refused(message: string): HalfwayError {
  return new HalfwayError("REFUSED", message);
}
