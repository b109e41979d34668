import { type ProgressTick, parseTicks, sentBefore } from "../zfs/output";

export type Progress = { sent: bigint; rate: number | null };

/** Seconds over which the rate is taken: long enough to be calm, short enough to be true. */
const window = 10;
const day = 24 * 3600;

/**
 * What the end of a sender's stderr tells: bytes sent, and bytes per second over the last ten seconds.
 * Of a series each snapshot is counted from 0; what came before it is in the list that the sender begins with.
 * @param stderrHead the beginning of the sender's stderr.
 * @param quietMs how long the sender has said nothing; it speaks every second while the link is up.
 */
export function progressOf(stderrTail: string, quietMs: number, stderrHead = stderrTail): Progress {
  const ticks = parseTicks(stderrTail);
  const last = ticks.at(-1);
  if (!last) return { sent: 0n, rate: null };
  const sent = last.sent + sentBefore(stderrHead, last.snapshot);
  if (quietMs > 5_000) return { sent, rate: null };
  const first =
    ticks.find((tick) => tick.snapshot === last.snapshot && secondsBetween(tick, last) <= window) ?? last;
  const seconds = secondsBetween(first, last);
  return { sent, rate: seconds > 0 ? Number(last.sent - first.sent) / seconds : null };
}

function secondsBetween(earlier: ProgressTick, later: ProgressTick): number {
  return (later.secondOfDay - earlier.secondOfDay + day) % day;
}
