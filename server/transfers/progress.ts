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
 * How the bytes came, from what a sender says, as it says it: at most 240 points.
 * Its lines bear the time of day only, so days are counted by where that begins anew.
 */
export class CurveCount {
  #points: Curve = [];
  #last: Curve[number] | null = null;
  #every = 1;
  #count = 0;
  #earlier: ProgressTick | null = null;
  #elapsed = 0;
  #base = 0n;

  /**
   * Takes in what came next.
   * @param piece whole lines: those of a month are longer than what should be in memory at once.
   * @param head the beginning of all that was said.
   */
  add(piece: string, head: string): void {
    for (const tick of parseTicks(piece)) {
      if (this.#earlier) this.#elapsed += secondsBetween(this.#earlier, tick);
      if (tick.snapshot !== this.#earlier?.snapshot) this.#base = sentBefore(head, tick.snapshot);
      this.#earlier = tick;
      this.#last = [this.#elapsed, this.#base + tick.sent];
      if (this.#count % this.#every === 0) this.#points.push(this.#last);
      this.#count += 1;
      if (this.#points.length < pointsOfCurve) continue;
      this.#points = this.#points.filter((_, at) => at % 2 === 0);
      this.#every *= 2;
    }
  }

  /** The curve so far. */
  get curve(): Curve {
    return this.#last === null || this.#points.at(-1) === this.#last
      ? [...this.#points]
      : [...this.#points, this.#last];
  }
}

/** The same of all that a sender said. */
export function curveOf(pieces: Iterable<string>, head: string): Curve {
  const count = new CurveCount();
  for (const piece of pieces) count.add(piece, head);
  return count.curve;
}

function secondsBetween(earlier: ProgressTick, later: ProgressTick): number {
  return (later.secondOfDay - earlier.secondOfDay + day) % day;
}
