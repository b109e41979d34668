import type { Step } from "../receives/plan";
import type { Purpose } from "../receives/types";
import type { Said } from "../say";
import type { MessageId } from "../zfs/catalogue";
import type { SendFlags } from "../zfs/commands";

/**
 * Where a transfer stands. `waiting` is between two attempts, for the time or for room; the last three are for good.
 * What may follow what is in `states.ts`.
 */
export const transferStates = [
  "queued",
  "starting",
  "running",
  "stopping",
  "verifying",
  "waiting",
  "finished",
  "failed",
  "stopped",
] as const;
export type TransferState = (typeof transferStates)[number];

/** A transfer as people see it: one aim, and the attempts it takes. Sizes in bytes, times in milliseconds. */
export type Transfer = {
  id: string;
  intent: Purpose;
  host: string;
  dataset: string;
  source: { host: string; snapshot: string; base: string | null };
  /** Who asked for it: a name, or said. */
  by: string;
  state: TransferState;
  startedAt: number;
  endedAt: number | null;
  /** How the stream is made. */
  flags: SendFlags;
  /** Which attempt this is, from 1; 0 before the first one. */
  attempt: number;
  /** When the next attempt is due; null for what waits for no time. */
  retryAt: number | null;
  /** Place in the queue, from 1; null for what is not in it. */
  place: number | null;
  /** Bytes a second that it is held back to; null for as fast as it goes. */
  limit: number | null;
  /** Why its source is not kept alive by a hold; null where it is. */
  notHeld: Said | null;
  /** The commands of the current or the last attempt. */
  steps: Step[];
  /** Received before the current attempt began. */
  before: bigint;
  /** Sent in the current attempt, as the sender counts; what is still on its way was not received yet. */
  sent: bigint;
  /** Stream bytes in all, from ZFS's estimate; null where it has none. */
  total: bigint | null;
  /** Bytes per second over the last seconds; null while nothing is heard from the sender. */
  rate: number | null;
  /** What to know about how it stands or how it ended, in a sentence. */
  message: Said | null;
  /** Both sides' stderr, for a transfer that failed. */
  stderr: string | null;
  /** What went wrong, where ZFS's words are known. */
  cause: MessageId | null;
  /** Fingerprint of the resume token that it left behind; null where it left none, or has not ended. */
  left: string | null;
};
