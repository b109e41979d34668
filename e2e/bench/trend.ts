import { median } from "./measure";

/** What something measured at a moment: hours since the beginning, and how much. */
export type Point = { at: number; value: number };

/** How something went over a stretch of time. */
export type Trend = {
  /** How much it rises in an hour: the median of the slopes between any two points, which single peaks do not move. */
  perHour: number;
  /** What that comes to from the first point to the last one. */
  rise: number;
  /** How far a point usually lies from that line. */
  noise: number;
  /** Whether more pairs of points rise than chance alone would make (Mann-Kendall; one in a hundred does by chance). */
  sure: boolean;
};

const surely = 2.33;

/** The trend of some points, in the order in which they were measured. Pure. */
export function trendOf(points: readonly Point[]): Trend {
  const pairs = points.flatMap((one, at) => points.slice(at + 1).map((later) => [one, later] as const));
  const slopes = pairs.map(([one, later]) => (later.value - one.value) / (later.at - one.at));
  const perHour = median(slopes);
  const rise = perHour * ((points.at(-1)?.at ?? 0) - (points.at(0)?.at ?? 0));
  const middle = median(points.map(({ at, value }) => value - perHour * at));
  const noise = median(points.map(({ at, value }) => Math.abs(value - perHour * at - middle)));
  return { perHour, rise, noise, sure: score(points, slopes) > surely };
}

/** The later half of some points: what a start, a first full cache and a warm compiler cost lies before it. */
export function secondHalf(points: readonly Point[]): Point[] {
  return points.slice(Math.floor(points.length / 2));
}

/**
 * Whether something has stopped growing: it does not rise for sure, or it does by no more than is of no account. However
 * long it was measured: what rises by little in an hour is not allowed more in a day.
 * @param mayRise what is of no account, over the whole time.
 */
export function levelling({ rise, sure }: Trend, mayRise: number): "level" | "rises" | "grows" {
  if (!sure) return "level";
  return rise <= mayRise ? "rises" : "grows";
}

/** How many standard deviations the count of rising pairs lies above what chance makes; equal values count for neither. */
function score(points: readonly Point[], slopes: readonly number[]): number {
  const count = points.length;
  const rising = slopes.reduce((sum, slope) => sum + Math.sign(slope), 0);
  const spread = (n: number) => n * (n - 1) * (2 * n + 5);
  const ties = new Map<number, number>();
  for (const { value } of points) ties.set(value, (ties.get(value) ?? 0) + 1);
  const tied = [...ties.values()].reduce((sum, n) => sum + spread(n), 0);
  const variance = (spread(count) - tied) / 18;
  return variance > 0 ? ((Math.abs(rising) - 1) * Math.sign(rising)) / Math.sqrt(variance) : 0;
}
