import type { Step } from "../receives/plan";
import type { Purpose } from "../receives/types";
import type { MessageId } from "../zfs/catalogue";
import type { SendFlags } from "../zfs/commands";

/** Where a transfer stands. The last three are for good. */
export const transferStates = [
  "starting",
  "running",
  "stopping",
  "verifying",
  "finished",
  "failed",
  "stopped",
] as const;
export type TransferState = (typeof transferStates)[number];

export function hasEnded(state: TransferState): boolean {
  return state === "finished" || state === "failed" || state === "stopped";
}

/** One attempt to move the rest (or all) of a snapshot, as people see it. Sizes in bytes, times in milliseconds. */
export type Transfer = {
  id: string;
  intent: Purpose;
  host: string;
  dataset: string;
  source: { host: string; snapshot: string; base: string | null };
  steps: Step[];
  state: TransferState;
  startedAt: number;
  endedAt: number | null;
  /** How the stream is made; null for transfers of before that was written down. */
  flags: SendFlags | null;
  /** Received before this attempt began. */
  before: bigint;
  /** Sent in this attempt, as the sender counts; what is still on its way was not received yet. */
  sent: bigint;
  /** Stream bytes in all, from ZFS's estimate; null where it has none. */
  total: bigint | null;
  /** Bytes per second over the last seconds; null while nothing is heard from the sender. */
  rate: number | null;
  /** What to know about how it stands or how it ended, in a sentence. */
  message: string | null;
  /** Both sides' stderr, for a transfer that failed. */
  stderr: string | null;
  /** What went wrong, where ZFS's words are known. */
  cause: MessageId | null;
  /** Fingerprint of the resume token that it left behind; null where it left none, or has not ended. */
  left: string | null;
};
