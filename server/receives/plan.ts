import { HalfwayError } from "../errors";
import { onHost } from "../hosts/command";
import type { Host } from "../hosts/config";
import type { Pipeline } from "../hosts/pipeline";
import { shellQuote } from "../hosts/quote";
import { type Argv, abort, receive, sendAgain, sendResume } from "../zfs/commands";
import type { SendEstimate, Snapshot } from "../zfs/output";
import type { Facts } from "./gather";
import type { Intent } from "./types";

/** What would be gone, with the numbers that ZFS gave. `bytes` is null where ZFS cannot tell beforehand. */
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
};

/** A plan with what it starts: a pipeline that moves bytes, or a single command on a connection of its own. */
export type ExecutablePlan = { plan: Plan } & (
  | { pipeline: Pipeline }
  | { command: { argv: Argv; on: Host } }
);

/**
 * From facts and intent to what runs. Pure: shows and runs come from the same words.
 * @param againSize bytes that a fresh send would move, for start-over only.
 * @throws HalfwayError `REFUSED` with the reason why this cannot work now; nothing has been touched then.
 */
export function makePlan(
  intent: Intent,
  facts: Facts,
  hosts: readonly Host[],
  againSize: bigint | null = null,
): ExecutablePlan {
  const { receive: partial, decoded } = facts;
  const { dataset } = partial;
  if (partial.activity.kind === "receiving") {
    throw refused(`${dataset} is being received right now, so there is nothing to ${intent.split("-")[0]}.`);
  }
  const targetHost = hostNamed(hosts, partial.host);
  const base = {
    intent,
    receiveId: partial.id,
    fingerprint: partial.fingerprint,
    source: null,
    keeps: 0n,
    remaining: null,
    losses: [] as Loss[],
    confirmName: null,
  };
  const state: Loss =
    partial.stateIn === "dataset"
      ? { what: "dataset", name: dataset, bytes: partial.spaceHeld }
      : { what: "received-state", name: `${dataset}/%recv`, bytes: partial.spaceHeld };
  const discard = onHost(targetHost, abort(dataset), "own");

  if (intent === "abort") {
    const confirmName = partial.stateIn === "dataset" ? dataset : null;
    const steps = [
      { says: `Discard what was received, on ${targetHost.name}`, command: shellQuote(discard) },
    ];
    return {
      plan: { ...base, losses: [state], confirmName, steps },
      command: { argv: abort(dataset), on: targetHost },
    };
  }

  const { host: sourceHost, estimate } = findSource(facts, hosts);
  const source = { host: sourceHost.name, snapshot: estimate.snapshot, base: estimate.base };
  const drift = driftOf(facts);
  const rollback = intent !== "resume";
  if (rollback) refuseWhatRollbackCannotDo(facts, intent);
  else if (drift.length > 0 || overwritesExisting(facts)) {
    throw refused(
      overwritesExisting(facts)
        ? `This full receive replaces ${dataset}, which already exists: ZFS finishes it only with -F. Use Resume with rollback.`
        : `${dataset} was changed since its last snapshot. ZFS would take everything and then refuse it at the very end. Use Resume with rollback.`,
    );
  }

  const send =
    intent === "start-over" ? sendAgain(decoded, estimate.snapshot, estimate.base) : sendResume(facts.token);
  const pipeline: Pipeline = {
    before: intent === "start-over" ? discard : null,
    send: onHost(sourceHost, send, "own"),
    receive: onHost(targetHost, receive(dataset, { rollback }), "own"),
  };
  const losses = [...(intent === "start-over" ? [state] : []), ...(rollback ? drift : [])];
  const transferStep = {
    says: `Send from ${sourceHost.name}, receive on ${targetHost.name}`,
    command: `${shellQuote(pipeline.send)} | ${shellQuote(pipeline.receive)}`,
  };
  const steps = pipeline.before
    ? [
        { says: `Discard what was received, on ${targetHost.name}`, command: shellQuote(discard) },
        transferStep,
      ]
    : [transferStep];
  const plan: Plan = {
    ...base,
    source,
    keeps: intent === "start-over" ? 0n : decoded.bytes,
    remaining: intent === "start-over" ? againSize : estimate.size,
    losses,
    confirmName: rollback ? dataset : null,
    steps,
  };
  return { plan, pipeline };
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
    const names = silent.map((answer) => answer.host).join(", ");
    throw refused(`Whether ${toName} still exists is not known: ${names} did not answer.`);
  }
  const words = facts.sources.map((answer) =>
    answer.answer === "cannot-send" ? `${answer.host}: ${answer.words}` : "",
  );
  throw new HalfwayError(
    "REFUSED",
    `No configured host can send the rest of ${toName}: it was destroyed or replaced, or it lives on a host that Halfway does not know.`,
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

function refuseWhatRollbackCannotDo(facts: Facts, intent: Intent): void {
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
