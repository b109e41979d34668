import { type ProgressTick, parseTicks, sentBefore } from "../zfs/output";

export type Progress = { sent: bigint; rate: number | null };

/** Points of a curve: seconds since the first progress line, and bytes sent until then. */
export type Curve = [seconds: number, sent: bigint][];

/** Seconds over which the rate is taken: long enough to be calm, short enough to be true. */
const window = 10;
const day = 24 * 3600;
/** More than a chart shows, and little enough to keep for years. */
const pointsOfCurve = 240;

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

/**
 * How the bytes came, from all that a sender said: at most 240 points.
 * Its lines bear the time of day only, so days are counted by where that begins anew.
 * @param pieces its stderr in pieces of whole lines: that of a month is longer than what should be in memory at once.
 * @param head the beginning of it.
 */
export function curveOf(pieces: Iterable<string>, head: string): Curve {
  let curve: Curve = [];
  let last: [seconds: number, sent: bigint] | null = null;
  let every = 1;
  let count = 0;
  let earlier: ProgressTick | null = null;
  let elapsed = 0;
  let base = 0n;
  for (const piece of pieces) {
    for (const tick of parseTicks(piece)) {
      if (earlier) elapsed += secondsBetween(earlier, tick);
      if (tick.snapshot !== earlier?.snapshot) base = sentBefore(head, tick.snapshot);
      earlier = tick;
      last = [elapsed, base + tick.sent];
      if (count % every === 0) curve.push(last);
      count += 1;
      if (curve.length < pointsOfCurve) continue;
      curve = curve.filter((_, at) => at % 2 === 0);
      every *= 2;
    }
  }
  return last === null || curve.at(-1) === last ? curve : [...curve, last];
}

function secondsBetween(earlier: ProgressTick, later: ProgressTick): number {
  return (later.secondOfDay - earlier.secondOfDay + day) % day;
}
