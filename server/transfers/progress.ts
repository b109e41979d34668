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
 */
export function curveOf(stderr: string): Curve {
  const ticks = parseTicks(stderr);
  const every = Math.max(1, Math.ceil(ticks.length / pointsOfCurve));
  const curve: Curve = [];
  let elapsed = 0;
  let snapshot = "";
  let base = 0n;
  for (const [at, tick] of ticks.entries()) {
    const earlier = ticks[at - 1];
    if (earlier) elapsed += secondsBetween(earlier, tick);
    if (tick.snapshot !== snapshot) {
      snapshot = tick.snapshot;
      base = sentBefore(stderr.slice(0, 64 * 1024), snapshot);
    }
    if (at % every === 0 || at === ticks.length - 1) curve.push([elapsed, base + tick.sent]);
  }
  return curve;
}

function secondsBetween(earlier: ProgressTick, later: ProgressTick): number {
  return (later.secondOfDay - earlier.secondOfDay + day) % day;
}
