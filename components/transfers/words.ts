import { formatDuration } from "@/components/format";
import type { Purpose } from "@/server/receives/types";
import { type Said, say, verbatim } from "@/server/say";
import type { Transfer, TransferState } from "@/server/transfers/types";

/** Each state in words. */
export const stateWords: Record<TransferState, Said> = {
  queued: say`Queued`,
  starting: say`Starting`,
  running: say`Running`,
  stopping: say`Stopping`,
  verifying: say`Verifying`,
  waiting: say`Waiting`,
  finished: say`Finished`,
  failed: say`Failed`,
  stopped: say`Stopped`,
};

/** Each kind of transfer in words. */
export const intentWords: Record<Purpose, Said> = {
  resume: say`Resume`,
  "resume-with-rollback": say`Resume with rollback`,
  "start-over": say`Start over`,
  continue: say`Continue`,
  send: say`Send`,
};

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
export function comesNextWords({ state, retryAt, attempt, place }: Transfer, now: number): Said {
  if (state === "queued") {
    return place === null
      ? say`In the queue; it begins when there is room.`
      : say`Number ${place} in the queue; it begins when there is room.`;
  }
  if (state !== "waiting") return attempt > 1 && !hasEnded(state) ? say`Attempt ${attempt}.` : verbatim("");
  const left = (retryAt ?? 0) - now;
  return left <= 0
    ? say`Interrupted; attempt ${attempt + 1} begins as soon as there is room.`
    : say`Interrupted; attempt ${attempt + 1} begins in ${formatDuration(left)}.`;
}

/** Who asked for a transfer, where that was not somebody at the page; null where it was. */
export function askedBy({ by }: Transfer): Said | null {
  return by === "the page" ? null : say`asked for by ${by}`;
}
