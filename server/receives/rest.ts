import { runOk } from "../hosts/run";
import { joined, type Said, say } from "../say";
import { listTree, type SendFlags, type SeriesEnd } from "../zfs/commands";
import { datasetOf } from "../zfs/names";
import { parseTree, type TreeDataset } from "../zfs/output";
import type { SurroundingsWithRoutes } from "./gather";
import { hostNamed, type TransferPlan } from "./plan";
import { driftObstacles, estimateSend, planSend } from "./send";

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
  refusal: Said | null;
};

const patience = { limitMs: 60_000 };

/**
 * Compares source and target, dataset by dataset, and plans the next step: one dataset up to its newest snapshot. Each
 * dataset gets a transfer of its own, for `-R` stops at the first one that the target does not have yet (facts L3).
 * @throws HalfwayError `UNREACHABLE` or `ZFS_FAILED` where either side cannot be asked.
 */
export async function gatherRest(
  { hosts, findRoute }: Pick<SurroundingsWithRoutes, "hosts" | "findRoute">,
  finished: Finished,
): Promise<Rest & { transfer: ReturnType<typeof planSend> | null }> {
  const { target, source } = finished;
  const sourceHost = hostNamed(hosts, source.host);
  const targetHost = hostNamed(hosts, target.host);
  const sourceTop = datasetOf(source.snapshot);
  const [theirs, ours] = await Promise.all([
    runOk(sourceHost, listTree(sourceTop), patience).then(parseTree),
    runOk(targetHost, listTree(target.dataset), patience).then(parseTree),
  ]);
  const steps = missingSteps(theirs, sourceTop, ours, target.dataset, target.host);
  const missing = steps.map(({ dataset, isNew, snapshots }) => ({ dataset, isNew, snapshots }));
  const [step] = steps;
  if (!step) return { missing, next: null, refusal: null, transfer: null };
  if (step.refusal !== null) return { missing, next: null, refusal: step.refusal, transfer: null };

  const { end, dataset, toGuid } = step;
  const { flags } = finished;
  const size = await estimateSend(sourceHost, flags, end);
  const stream = { source: sourceHost, target: targetHost, dataset, end, flags, size };
  const route = await findRoute({ ...stream, limited: false });
  const transfer = planSend("continue", { ...stream, route });
  return { missing, next: { plan: transfer.plan, toGuid }, refusal: null, transfer };
}

type MissingStep = Missing & { end: SeriesEnd; toGuid: bigint; refusal: Said | null };

/**
 * What the target lacks, in the order in which to receive it: first what it has already, for what is new may have been
 * left out on purpose; parents before what lies below them.
 */
export function missingSteps(
  theirs: readonly TreeDataset[],
  sourceTop: string,
  ours: readonly TreeDataset[],
  targetTop: string,
  targetHost: string,
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
        {
          ...common,
          toGuid: oldest.guid,
          snapshots,
          end: { from: null, to: oldest.name, steps: false },
          refusal: null,
        },
      ];
    }
    const shared = source.snapshots.findLastIndex(({ guid }) =>
      target.snapshots.some((one) => one.guid === guid),
    );
    const newer = source.snapshots.slice(shared + 1);
    if (newer.length === 0) return [];
    const base = source.snapshots[shared];
    const end = { from: base?.name ?? null, to: newest.name, steps: true };
    return [{ ...common, snapshots: newer.map(shortName), end, refusal: whyNot(targetHost, target, base) }];
  });
  return [...steps.filter(({ isNew }) => !isNew), ...steps.filter(({ isNew }) => isNew)];
}

/** What stands in the way of an increment, in words with what removes it. */
function whyNot(
  host: string,
  target: TreeDataset,
  base: TreeDataset["snapshots"][number] | undefined,
): Said | null {
  if (!base)
    return say`${target.name} shares no snapshot with its source any more, so nothing can be added to it.`;
  const [first] = driftObstacles({ host, dataset: target.name, ...target }, base.guid);
  if (!first) return null;
  const [remedy] = first.remedies;
  return remedy ? joined([first.sentence, say`${remedy.says}: ${remedy.command}`]) : first.sentence;
}

function shortName({ name }: { name: string }): string {
  return name.replace(/^[^@]*/s, "");
}
