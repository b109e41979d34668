import type { TransferIntent } from "@/server/receives/types";
import type { Transfer, TransferState } from "@/server/transfers/types";

/** Each state in words. */
export const stateWords: Record<TransferState, string> = {
  starting: "Starting",
  running: "Running",
  stopping: "Stopping",
  verifying: "Verifying",
  finished: "Finished",
  failed: "Failed",
  stopped: "Stopped",
};

/** Each kind of transfer in words. */
export const intentWords: Record<TransferIntent, string> = {
  resume: "Resume",
  "resume-with-rollback": "Resume with rollback",
  "start-over": "Start over",
};

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
