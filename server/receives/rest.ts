import { HalfwayError } from "../errors";
import { onHost } from "../hosts/command";
import type { Host } from "../hosts/config";
import { shellQuote } from "../hosts/quote";
import { runOk, runOn } from "../hosts/run";
import { listTree, receive, type SendFlags, type SeriesEnd, sendSeries } from "../zfs/commands";
import { datasetOf } from "../zfs/names";
import { parseTotal, parseTree, stderrWords, type TreeDataset } from "../zfs/output";
import { sealed, type TransferPlan } from "./plan";

/** A finished transfer, as far as its continuation depends on it. */
export type Finished = {
  target: { host: string; dataset: string };
  source: { host: string; snapshot: string };
  /** How it was sent; what follows has to be sent the same way. */
  flags: SendFlags;
};

/** What the target lacks of one dataset: its snapshots from the newest common one on, or all of it. */
export type Missing = { dataset: string; isNew: boolean; snapshots: string[] };

/**
 * What is still to come after a finished receive, because a token finishes one snapshot of one dataset, and the rest of
 * a `-I` or `-R` series was never sent (facts A13, B10).
 */
export type Rest = {
  missing: Missing[];
  /** The transfer that comes next; null where nothing is missing, or where `refusal` says why there is none. */
  next: { plan: TransferPlan["plan"]; toGuid: bigint } | null;
  refusal: string | null;
};

const patience = { limitMs: 60_000 };

/**
 * Compares source and target, dataset by dataset, and plans the next step: one dataset up to its newest snapshot. Each
 * dataset gets a transfer of its own, for `-R` stops at the first one that the target does not have yet (facts L3).
 * @throws HalfwayError `UNREACHABLE` or `ZFS_FAILED` where either side cannot be asked.
 */
export async function gatherRest(
  hosts: readonly Host[],
  finished: Finished,
): Promise<Rest & { pipeline: TransferPlan["pipeline"] | null }> {
  const { target, source } = finished;
  const sourceHost = hostNamed(hosts, source.host);
  const targetHost = hostNamed(hosts, target.host);
  const sourceTop = datasetOf(source.snapshot);
  const [theirs, ours] = await Promise.all([
    runOk(sourceHost, listTree(sourceTop), patience).then(parseTree),
    runOk(targetHost, listTree(target.dataset), patience).then(parseTree),
  ]);
  const steps = missingSteps(theirs, sourceTop, ours, target.dataset);
  const missing = steps.map(({ dataset, isNew, snapshots }) => ({ dataset, isNew, snapshots }));
  const [step] = steps;
  if (!step) return { missing, next: null, refusal: null, pipeline: null };
  if (step.refusal !== null) return { missing, next: null, refusal: step.refusal, pipeline: null };

  const size = await totalOf(sourceHost, finished.flags, step.end);
  const sending = sendSeries(finished.flags, step.end);
  const receiving = receive(step.dataset, { rollback: false });
  const pipeline = {
    before: null,
    send: onHost(sourceHost, sending, "own"),
    receive: onHost(targetHost, receiving, "own"),
  };
  const plan = sealed({
    ...{ intent: "continue", receiveId: `${target.host}:${step.dataset}`, fingerprint: "" },
    source: { host: source.host, snapshot: step.end.to, base: step.end.from },
    ...{ keeps: 0n, remaining: size, losses: [], frees: 0n, stays: null, cautions: [], confirmName: null },
    steps: [
      {
        says: `Send from ${source.host}, receive on ${target.host}`,
        command: `${shellQuote(pipeline.send)} | ${shellQuote(pipeline.receive)}`,
        parts: [
          { host: source.host, command: shellQuote(sending) },
          { host: target.host, command: shellQuote(receiving) },
        ],
      },
    ],
  });
  return { missing, next: { plan, toGuid: step.toGuid }, refusal: null, pipeline };
}

type MissingStep = Missing & { end: SeriesEnd; toGuid: bigint; refusal: string | null };

/**
 * What the target lacks, in the order in which to receive it: first what it has already, for what is new may have been
 * left out on purpose; parents before what lies below them.
 */
export function missingSteps(
  theirs: readonly TreeDataset[],
  sourceTop: string,
  ours: readonly TreeDataset[],
  targetTop: string,
): MissingStep[] {
  const steps = theirs.flatMap((source): MissingStep[] => {
    const dataset = targetTop + source.name.slice(sourceTop.length);
    const target = ours.find(({ name }) => name === dataset);
    const newest = source.snapshots.at(-1);
    if (!newest) return [];
    const common = { isNew: target === undefined, toGuid: newest.guid, dataset };
    if (!target) {
      // In full first, the others follow: one dataset at a time, and none of the source's properties.
      const oldest = source.snapshots[0] ?? newest;
      const snapshots = source.snapshots.map(shortName);
      return [
        { ...common, toGuid: oldest.guid, snapshots, end: { from: null, to: oldest.name }, refusal: null },
      ];
    }
    const shared = source.snapshots.findLastIndex(({ guid }) =>
      target.snapshots.some((one) => one.guid === guid),
    );
    const newer = source.snapshots.slice(shared + 1);
    if (newer.length === 0) return [];
    const base = source.snapshots[shared];
    const end = { from: base?.name ?? null, to: newest.name };
    return [{ ...common, snapshots: newer.map(shortName), end, refusal: whyNot(target, base) }];
  });
  return [...steps.filter(({ isNew }) => !isNew), ...steps.filter(({ isNew }) => isNew)];
}

/** Why ZFS would refuse the increment at its end (facts A7, B4): better said before anything is sent. */
function whyNot(target: TreeDataset, base: TreeDataset["snapshots"][number] | undefined): string | null {
  if (!base)
    return `${target.name} shares no snapshot with its source any more, so nothing can be added to it.`;
  const newest = target.snapshots.at(-1);
  if (newest?.guid !== base.guid) {
    return `${newest?.name} on the target is newer than the last snapshot both sides have. Roll back to that one first (zfs rollback), or send with -F by hand.`;
  }
  if (target.written > 0n) {
    return `${target.name} was changed since its newest snapshot. Roll it back first: ${shellQuote(["zfs", "rollback", newest.name])}.`;
  }
  return null;
}

function shortName({ name }: { name: string }): string {
  return name.replace(/^[^@]*/s, "");
}

async function totalOf(host: Host, flags: SendFlags, end: SeriesEnd): Promise<bigint | null> {
  const output = await runOn(host, sendSeries(flags, end, true), patience);
  if (output.code === 0) return parseTotal(output.stdout + output.stderr);
  throw new HalfwayError("REFUSED", `${host.name} cannot send ${end.to}.`, stderrWords(output.stderr));
}

function hostNamed(hosts: readonly Host[], name: string): Host {
  const host = hosts.find((candidate) => candidate.name === name);
  if (!host) throw new HalfwayError("NOT_FOUND", `There is no host named ${name}.`);
  return host;
}
