import { type TransferState, transferStates } from "./types";

/**
 * The life of a transfer: what may follow what.
 * ```
 * queued → starting → running → (stopping) → verifying → finished | failed | stopped
 *             ↑  ╰──────────────────────────────╮ │
 *             ╰────────────── waiting ←─────────┴─╯
 * ```
 * From `starting` it may also end, or wait: the plan that is made then may say so.
 */
const following: Record<TransferState, readonly TransferState[]> = {
  queued: ["starting", "stopped"],
  starting: ["running", "stopping", "verifying", "waiting", "finished", "failed", "stopped"],
  running: ["stopping", "verifying"],
  stopping: ["verifying", "stopped"],
  verifying: ["waiting", "finished", "failed", "stopped"],
  waiting: ["starting", "stopped"],
  finished: [],
  failed: [],
  stopped: [],
};

/** Whether a transfer has ended for good. */
export function hasEnded(state: TransferState): boolean {
  return following[state].length === 0;
}

/** Whether a transfer is at work, and so counts for the limits. */
export function isAtWork(state: TransferState): boolean {
  return !hasEnded(state) && state !== "queued" && state !== "waiting";
}

/**
 * Guards the life of a transfer: every change of state passes here.
 * @throws Error for a move that is none; that is a mistake of ours.
 */
export function guardMove(from: TransferState, to: TransferState): void {
  if (!following[from].includes(to)) throw new Error(`a transfer cannot go from ${from} to ${to}`);
}

export function isTransferState(text: string): text is TransferState {
  return transferStates.some((state) => state === text);
}
