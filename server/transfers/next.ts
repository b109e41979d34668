import { HalfwayError, sentence } from "../errors";
import type { Host } from "../hosts/config";
import { runOk, runOn } from "../hosts/run";
import { readSnapshots } from "../receives/gather";
import type { TransferPlan } from "../receives/plan";
import type { Planner } from "../receives/planner";
import { joined, type Route, type Traffic } from "../receives/route";
import { driftObstacles, estimateSend, planSend } from "../receives/send";
import type { Obstacle, Verdict } from "../receives/types";
import { joined as paragraph, plain, type Said, say, verbatim } from "../say";
import { findPool, identify, readToken, readWritten } from "../zfs/commands";
import { findCauseIn } from "../zfs/messages";
import { datasetOf } from "../zfs/names";
import { parseIdentities } from "../zfs/output";
import { decodeResumeToken } from "../zfs/token";
import { isWithin, type Order } from "./order";
import { type Patience, patienceWith } from "./retry";

/** What an attempt goes on from, and what was found of that. */
export type Judged = { fingerprint: string; verdict: Verdict };

/** What an attempt would run, and what was received before it. */
export type Ready = Pick<TransferPlan, "pipeline"> & {
  source: Order["source"];
  toGuid: bigint;
  steps: TransferPlan["plan"]["steps"];
  before: bigint;
  total: bigint | null;
  /** Null for what begins anew, and where whoever began it knows. */
  judged: Judged | null;
};

/** What comes next for an order: an attempt, its end, or patience. */
export type Next =
  | { kind: "run"; ready: Ready }
  /** The snapshot is there already. */
  | { kind: "arrived"; snapshot: string }
  /** It cannot go on now, and time may heal that. */
  | { kind: "wait"; message: Said; patience: Patience }
  /** It cannot go on without a person. */
  | { kind: "never"; message: Said; evidence: string | null };

/** What has to be known of a transfer beside its order. */
type Before = {
  /** Whether an earlier attempt has discarded what there was before, for a start-over. */
  discarded: boolean;
  /** Whether its stream is held back to a rate. */
  limited: boolean;
};

/** Finds the way of a stream that is held back, or is not. */
type FindRoute = (traffic: Omit<Traffic, "limited">) => Promise<Route>;

/** Obstacles that somebody may move out of the way while the transfer waits. */
const passing: readonly Obstacle["what"][] = ["pool-suspended", "quota", "space", "source-key", "target-key"];

/**
 * Looks at both sides afresh and says how to go on. Every attempt but the first begins here: with the newest token, with
 * the newest verdict, and never with more than was confirmed.
 */
export async function planNext(
  planner: Planner,
  hosts: readonly Host[],
  order: Order,
  { discarded, limited }: Before,
): Promise<Next> {
  try {
    return await plan(planner, hosts, order, { discarded, limited });
  } catch (error) {
    if (!(error instanceof HalfwayError)) throw error;
    const message = sentence(error);
    if (error.code === "UNREACHABLE") return { kind: "wait", message, patience: "soon" };
    // Somebody was quicker than we: the next look will see what they did.
    if (error.code === "CONFLICT" || error.code === "NOT_FOUND")
      return { kind: "wait", message, patience: "soon" };
    const cause = findCauseIn(error.stderr);
    const patience =
      cause === null ? null : patienceWith({ cause, unexplained: false, progress: false, fruitless: 1 });
    if (patience !== null) return { kind: "wait", message, patience };
    return { kind: "never", message, evidence: error.stderr || null };
  }
}

async function plan(
  planner: Planner,
  hosts: readonly Host[],
  order: Order,
  { discarded, limited }: Before,
): Promise<Next> {
  const findRoute: FindRoute = (traffic) => planner.findRoute({ ...traffic, limited });
  const target = hostNamed(hosts, order.host);
  const source = hostNamed(hosts, order.source.host);
  // A pool that is not imported has no datasets either: that would look like a loss.
  const absent = await missingPool(target, order.dataset);
  if (absent !== null) return { kind: "wait", message: absent, patience: "soon" };
  const suspended = await planner.suspension(target, order.dataset);
  if (suspended !== null) return { kind: "wait", message: suspended, patience: "space" };

  const token = await tokenOf(target, order.dataset);
  if (token === "no-dataset" || token === null) {
    const arrived = token === null ? await arrivedSnapshot(target, order) : null;
    if (arrived !== null) return { kind: "arrived", snapshot: arrived };
    return order.series !== null && token === null
      ? sendRest(order, source, target, order.series, findRoute)
      : sendAgain(order, source, target, findRoute);
  }
  const { toGuid } = decodeResumeToken(token);
  if (toGuid !== order.toGuid && !(await isOfSeries(order, source, toGuid))) {
    return never(say`${order.dataset} on ${order.host} holds another interrupted receive by now.`);
  }
  if (order.intent === "start-over" && !discarded) {
    const planned = await planner.transfer(target, order.dataset, null, "start-over", limited);
    if (planned.plan.essence !== order.confirmed.essence) return never(changedWords);
    return run(order, toGuid, planned);
  }

  const { facts, verdict } = await planner.judgeNow(target, order.dataset, null);
  const hindrance = await hindranceIn(verdict, source, order);
  if (hindrance) return hindrance;
  // Without `-F` where that is enough: what was confirmed is a permission, not an aim.
  const intent =
    verdict.refusals.resume === null || !order.confirmed.rollback ? "resume" : "resume-with-rollback";
  const planned = await planner.planFor(intent, target, facts, verdict, limited);
  if (!isWithin(planned.plan, order.confirmed)) return never(changedWords);
  const confirmed = order.confirmed.cautions.map(plain);
  const news = planned.plan.cautions.filter((caution) => !confirmed.includes(plain(caution)));
  if (news.length > 0) return never(paragraph(news));
  return run(order, toGuid, planned);
}

const changedWords = say`What it would take from the target has changed since it was confirmed. Look again, then decide.`;

function run(
  order: Order,
  toGuid: bigint,
  { plan, pipeline, verdict }: Pick<TransferPlan, "plan" | "pipeline"> & { verdict?: Verdict },
): Next {
  const { source, steps, holds, keeps, remaining, fingerprint } = plan;
  const total = remaining === null ? null : keeps + remaining;
  return {
    kind: "run",
    ready: {
      source: source ?? order.source,
      toGuid,
      steps: [...steps, ...holds],
      pipeline,
      before: keeps,
      total,
      judged: verdict ? { fingerprint, verdict } : null,
    },
  };
}

/** What in a verdict keeps an attempt from being made; null where nothing does. */
async function hindranceIn(verdict: Verdict, source: Host, order: Order): Promise<Next | null> {
  const { sentence: message } = verdict;
  const wait = (patience: Patience): Next => ({ kind: "wait", message, patience });
  switch (verdict.kind) {
    case "resumable":
      return null;
    case "resumable-with-rollback":
      return order.confirmed.rollback ? null : never(message, verdict);
    case "receiving":
      // Its last receive may still own it (facts B6), or somebody else resumes it: either will end.
      return wait("soon");
    case "blocked": {
      const { obstacles } = verdict;
      if (obstacles.every(({ certain }) => !certain)) return null;
      return obstacles.some(({ what, certain }) => certain && !passing.includes(what))
        ? never(message, verdict)
        : wait("space");
    }
    case "unknown": {
      if (verdict.reason !== "source-not-found") return wait("soon");
      // After a restart a host answers before it has imported its pools.
      const absent = await missingPool(source, order.source.snapshot);
      return absent === null ? never(message, verdict) : wait("soon");
    }
    case "unresumable":
    case "zombie":
      return never(message, verdict);
  }
}

/** Nothing is there to resume: what was a send of its own is sent again, as long as its source is what it was. */
async function sendAgain(order: Order, source: Host, target: Host, findRoute: FindRoute): Promise<Next> {
  const { again, dataset, host, flags } = order;
  if (again === null) {
    return never(
      order.confirmed.rollback && order.intent === "start-over"
        ? say`Nothing was saved of it on ${host}. Sending it once more would take what is there with -F: look again, then decide.`
        : say`${dataset} on ${host} holds no interrupted receive any more: it was finished, aborted or destroyed.`,
    );
  }
  const absent = await missingPool(source, order.source.snapshot);
  if (absent !== null) return { kind: "wait", message: absent, patience: "soon" };
  const { code, stdout, stderr } = await runOn(source, identify([order.source.snapshot]));
  if (code !== 0 && !stderr.includes("does not exist")) {
    throw new HalfwayError("ZFS_FAILED", verbatim(stderr.trim()), stderr);
  }
  if (parseIdentities(stdout).get(order.source.snapshot)?.guid !== order.toGuid) {
    return never(say`${order.source.snapshot} on ${order.source.host} is not there any more.`);
  }
  const route = await findRoute({ source, target, flags, size: again.size });
  const { pipeline, step } = joined(source, target, again, route);
  return {
    kind: "run",
    ready: {
      ...{ source: order.source, toGuid: order.toGuid },
      ...{ pipeline, steps: [step], before: 0n, total: again.size, judged: null },
    },
  };
}

/** Whether an interrupted receive is that of a snapshot which the order's series brings before its last one. */
async function isOfSeries(
  { series, toGuid: lastGuid, source: { snapshot } }: Order,
  source: Host,
  toGuid: bigint,
): Promise<boolean> {
  if (series === null) return false;
  const snapshots = await readSnapshots(source, datasetOf(snapshot));
  const [at, last] = [toGuid, lastGuid].map((wanted) => snapshots.findIndex(({ guid }) => guid === wanted));
  return at !== undefined && last !== undefined && at >= 0 && at < last;
}

/** What a series still lacks after one of its snapshots was resumed: from the newest that both sides have. */
async function sendRest(
  order: Order,
  source: Host,
  target: Host,
  { properties }: NonNullable<Order["series"]>,
  findRoute: FindRoute,
): Promise<Next> {
  const { dataset, flags } = order;
  const to = order.source.snapshot;
  const [theirs, ours, written] = await Promise.all([
    readSnapshots(source, datasetOf(to)),
    readSnapshots(target, dataset),
    writtenTo(target, dataset),
  ]);
  if (theirs.find(({ name }) => name === to)?.guid !== order.toGuid) {
    return never(say`${to} on ${source.name} is not there any more.`);
  }
  const common = theirs.findLast(({ guid }) => ours.some((one) => one.guid === guid));
  if (!common) return never(say`${dataset} on ${target.name} shares no snapshot with its source any more.`);
  const held = { host: target.name, dataset, written, snapshots: ours };
  const [drift] = driftObstacles(held, common.guid);
  if (drift) return never(drift.sentence);
  const end = { from: common.name, to, steps: true };
  const size = await estimateSend(source, flags, end);
  const route = await findRoute({ source, target, flags, size });
  const intent = order.intent === "send" ? "send" : "continue";
  return run(
    order,
    order.toGuid,
    planSend(intent, { source, target, dataset, end, flags, properties, size, route }),
  );
}

async function writtenTo(target: Host, dataset: string): Promise<bigint> {
  return BigInt((await runOk(target, readWritten(dataset))).trim());
}

function never(message: Said, verdict: Verdict | null = null): Next {
  const evidence = verdict?.evidence.map(({ says, host, command }) =>
    command ? say`${says}\n  ${host}# ${command}` : says,
  );
  return { kind: "never", message, evidence: evidence ? paragraph(evidence, "\n") : null };
}

/** Why a pool does not answer; null where it does. */
async function missingPool(host: Host, name: string): Promise<Said | null> {
  const { code, stderr } = await runOn(host, findPool(name));
  if (code === 0) return null;
  if (!stderr.includes("no such pool")) throw new HalfwayError("ZFS_FAILED", verbatim(stderr.trim()), stderr);
  return say`The pool of ${name} is not imported on ${host.name}.`;
}

/** The newest token of a dataset; null where it has none. */
async function tokenOf(target: Host, dataset: string): Promise<string | "no-dataset" | null> {
  const { code, stdout, stderr } = await runOn(target, readToken(dataset));
  if (code !== 0 && stderr.includes("does not exist")) return "no-dataset";
  if (code !== 0) throw new HalfwayError("ZFS_FAILED", verbatim(stderr.trim()), stderr);
  const token = stdout.trim();
  return token === "-" ? null : token;
}

async function arrivedSnapshot(target: Host, { dataset, toGuid }: Order): Promise<string | null> {
  const snapshots = await readSnapshots(target, dataset);
  return snapshots.find(({ guid }) => guid === toGuid)?.name ?? null;
}

function hostNamed(hosts: readonly Host[], name: string): Host {
  const host = hosts.find((candidate) => candidate.name === name);
  if (!host) throw new HalfwayError("REFUSED", say`${name} is not configured any more.`);
  return host;
}
