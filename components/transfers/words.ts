import { formatDuration, plural } from "@/components/format";
import type { Missing } from "@/server/receives/rest";
import type { Purpose } from "@/server/receives/types";
import type { Transfer, TransferState } from "@/server/transfers/types";

/** Each state in words. */
export const stateWords: Record<TransferState, string> = {
  queued: "Queued",
  starting: "Starting",
  running: "Running",
  stopping: "Stopping",
  verifying: "Verifying",
  waiting: "Waiting",
  finished: "Finished",
  failed: "Failed",
  stopped: "Stopped",
};

/** Each kind of transfer in words. */
export const intentWords: Record<Purpose, string> = {
  resume: "Resume",
  "resume-with-rollback": "Resume with rollback",
  "start-over": "Start over",
  continue: "Continue",
  send: "Send",
};

/** What the target lacks of one dataset. */
export function missingWords({ dataset, isNew, snapshots }: Missing): string {
  const names = snapshots.length > 3 ? `${snapshots[0]} … ${snapshots.at(-1)}` : snapshots.join(", ");
  if (isNew) return `${dataset}, all of it: ${plural(snapshots.length, "snapshot")} (${names})`;
  return `${dataset}: ${plural(snapshots.length, "newer snapshot")} (${names})`;
}

/** Which part of what is missing comes first; empty where it is all there is. */
export function firstWords([first, ...others]: readonly Missing[]): string {
  if (first?.isNew && first.snapshots.length > 1) return `Its oldest snapshot first, ${first.snapshots[0]}: `;
  return first && others.length > 0 ? `First ${first.dataset}: ` : "";
}

/**
 * Finished transfers after which to ask what is still missing: the newest into each dataset, while it is news. What lies
 * below the dataset of another of them is left out, for asking after that one covers it.
 */
export function toContinue(newestFirst: readonly Transfer[], now: number): ReadonlySet<string> {
  const seen = new Set<string>();
  const news = newestFirst.filter(({ host, dataset, state, endedAt }) => {
    const receive = `${host}:${dataset}`;
    if (seen.has(receive)) return false;
    seen.add(receive);
    return state === "finished" && endedAt !== null && now - endedAt < newsFor;
  });
  const top = news.filter((one) => !news.some((other) => isBelow(one, other)));
  return new Set(top.slice(0, askedAtMost).map(({ id }) => id));
}

/** Whether one transfer brought a dataset below that of the other, on both sides. */
function isBelow(one: Transfer, other: Transfer): boolean {
  if (one.host !== other.host || one.source.host !== other.source.host) return false;
  if (!one.dataset.startsWith(`${other.dataset}/`)) return false;
  const [from = "", above = ""] = [one, other].map(({ source }) => source.snapshot.replace(/@.*$/s, ""));
  return from === above + one.dataset.slice(other.dataset.length);
}

const newsFor = 24 * 3600_000;

/** Each question makes both hosts list whole trees, for every page that is open. */
const askedAtMost = 3;

/** How many transfers between the two hosts of this one have finished: each may have brought what it left missing. */
export function finishedBetween(transfers: readonly Transfer[], { host, source }: Transfer): number {
  return transfers.filter(
    (one) => one.state === "finished" && one.host === host && one.source.host === source.host,
  ).length;
}

/** Whether a transfer is over for good. */
export function hasEnded(state: TransferState): boolean {
  return state === "finished" || state === "failed" || state === "stopped";
}

/** How far a transfer is. `percent` and `left` are null where ZFS gave no estimate; `eta` also without a rate. */
export type Standing = {
  done: bigint;
  percent: number | null;
  /** Of the bar, in percent: what earlier attempts brought, and what this one did. */
  segments: { before: number; sent: number };
  /** Milliseconds until the end at the present rate. */
  eta: number | null;
};

/** Reckons how far a transfer is. Estimates may be too low: nothing goes beyond 100 %. */
export function standing({ before, sent, total, rate }: Transfer): Standing {
  const done = before + sent;
  if (total === null || total === 0n) {
    return { done, percent: null, segments: { before: 0, sent: 0 }, eta: null };
  }
  const share = (bytes: bigint) => Math.min(100, Number((bytes * 10_000n) / total) / 100);
  const percent = share(done);
  const left = total > done ? total - done : 0n;
  return {
    done,
    percent,
    segments: { before: share(before), sent: percent - share(before) },
    eta: rate === null || rate <= 0 ? null : (Number(left) / rate) * 1000,
  };
}

/** When a transfer that does not run goes on, and as which attempt; of one that runs, which attempt it is if not the first. */
export function comesNextWords({ state, retryAt, attempt, place }: Transfer, now: number): string {
  if (state === "queued") {
    return place === null
      ? "In the queue; it begins when there is room."
      : `Number ${place} in the queue; it begins when there is room.`;
  }
  if (state !== "waiting") return attempt > 1 && !hasEnded(state) ? `Attempt ${attempt}.` : "";
  const left = (retryAt ?? 0) - now;
  return left <= 0
    ? `Interrupted; attempt ${attempt + 1} begins as soon as there is room.`
    : `Interrupted; attempt ${attempt + 1} begins in ${formatDuration(left)}.`;
}

/** Who asked for a transfer, where that was not somebody at the page; null where it was. */
export function askedBy({ by }: Transfer): string | null {
  return by === "the page" ? null : `asked for by ${by}`;
}

/** The ids of those in the queue, first to last. */
export function queueOf(transfers: readonly Transfer[]): string[] {
  return transfers
    .filter(({ state, place }) => state === "queued" && place !== null)
    .sort((one, other) => (one.place ?? 0) - (other.place ?? 0))
    .map(({ id }) => id);
}

export type QueueMove = "first" | "up" | "down";

/** For each way to move one in the queue: whom it then stands before, null for the end; nothing where it cannot move. */
export function queueMoves(
  queue: readonly string[],
  id: string,
): Record<QueueMove, { before: string | null } | null> {
  const at = queue.indexOf(id);
  const before = (index: number) => ({ before: queue[index] ?? null });
  return {
    first: at > 0 ? before(0) : null,
    up: at > 0 ? before(at - 1) : null,
    down: at >= 0 && at < queue.length - 1 ? before(at + 2) : null,
  };
}

const mebibyte = 1024 * 1024;
/** What the server takes; slower than this nothing ever arrives. */
const slowest = 1024;
const fastest = 1e12;

/** Bytes a second from what was typed as MiB/s; a sentence where that is no rate. */
export function rateOf(typed: string): number | string {
  const text = typed.trim().replace(",", ".");
  if (!/^\d+(\.\d+)?$/.test(text)) return "Type a number of MiB each second, such as 20 or 0.5.";
  const rate = Math.round(Number(text) * mebibyte);
  if (rate < slowest) return "At least 0.001 MiB/s: slower than that nothing arrives.";
  if (rate > fastest) return "That is more than any link carries. Choose no limit instead.";
  return rate;
}

/** A rate as it would be typed. */
export function mebibytes(bytesPerSecond: number): string {
  return String(Number((bytesPerSecond / mebibyte).toFixed(3)));
}

/** What setting or lifting a limit does to a transfer as it stands. */
export function limitHelp({ state, limit }: Transfer): string {
  if (state === "queued" || state === "waiting") return "Counts from its next attempt on.";
  const goesOn = "its stream is interrupted and goes on at once from there: nothing received is lost.";
  return limit === null
    ? `It is not held back yet, so ${goesOn}`
    : `Another rate counts at once. For no limit at all ${goesOn}`;
}
