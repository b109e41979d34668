import { joined, type Said, say } from "../say";
import { entryOf, type MessageId } from "../zfs/catalogue";

/** How much time what went wrong needs: a link comes back soon, space has to be made by somebody. */
export type Patience = "soon" | "space";

/** What time can heal although a person may have to help: the catalogue calls it something to put right first. */
const needsSpace: readonly MessageId[] = [
  "receive-quota",
  "receive-out-of-space",
  "pipe-disk-full",
  "pool-suspended",
];

/** What passes by itself although the catalogue asks a person to look: a host that has just booted, half a stream. */
const passes: readonly MessageId[] = [
  ...(["zfs-not-loaded", "no-such-dataset", "send-inaccessible", "pipe-out-of-processes"] as const),
  ...(["receive-truncated", "dataset-busy", "receive-dataset-busy"] as const),
];

/** What ZFS says of a token that is not the newest any more (facts A8, D): read afresh it may do, once. */
const onceMore: readonly MessageId[] = ["receive-state-does-not-match", "receive-embedded-data"];

/** So often a command may end without a word and without a byte: then it will the next time, too. */
const silentAtMost = 20;

/** What an attempt came to that did not finish. */
export type Interruption = {
  cause: MessageId | null;
  /** Whether somebody said something that nobody has explained yet. */
  unexplained: boolean;
  /** Whether bytes arrived in it. */
  progress: boolean;
  /** Attempts since bytes arrived last, this one included. */
  fruitless: number;
};

/** How long to be patient with what interrupted an attempt; null for what time does not heal. */
export function patienceWith({ cause, unexplained, progress, fruitless }: Interruption): Patience | null {
  if (cause === null) return (unexplained && !progress) || fruitless > silentAtMost ? null : "soon";
  if (needsSpace.includes(cause)) return "space";
  if (passes.includes(cause)) return "soon";
  if (onceMore.includes(cause)) return fruitless <= 1 ? "soon" : null;
  const then = entryOf(cause)?.then;
  return then === "wait" || then === "resume" ? "soon" : null;
}

/**
 * What a transfer says while it is patient: where time is all that is needed, nobody is told to do what happens by itself.
 * @param message what its last attempt came to, with advice for whoever has to act.
 */
export function saidMeanwhile(message: Said, cause: MessageId | null): Said {
  const entry = entryOf(cause);
  return entry?.then === "wait" || entry?.then === "resume"
    ? joined([entry.means, say`Halfway tries again by itself.`])
    : message;
}

/** Milliseconds. */
export type Pauses = { first: number; longest: number; space: number; longestForSpace: number };

/**
 * How long to wait before the next attempt: none the first time, then ever longer, so that nobody is hammered, and
 * never quite as long as anybody else, so that not all come back at once. Milliseconds.
 * @param fruitless attempts since bytes arrived last.
 * @param random from 0 to 1.
 */
export function pauseBefore(fruitless: number, patience: Patience, pauses: Pauses, random: number): number {
  const jitter = 0.8 + 0.4 * random;
  if (patience === "space") return growing(pauses.space, pauses.longestForSpace, fruitless - 1) * jitter;
  if (fruitless <= 1) return 0;
  return growing(pauses.first, pauses.longest, fruitless - 2) * jitter;
}

function growing(first: number, longest: number, times: number): number {
  return Math.min(longest, first * 2 ** Math.min(Math.max(times, 0), 30));
}
