import { type Said, say } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";

const mebibyte = 1024 * 1024;
/** What the server takes; slower than this nothing ever arrives. */
const slowest = 1024;
const fastest = 1e12;

/** Bytes a second from what was typed as MiB/s; a sentence where that is no rate. */
export function rateOf(typed: string): number | Said {
  const text = typed.trim().replace(",", ".");
  if (!/^\d+(\.\d+)?$/.test(text)) return say`Type a number of MiB each second, such as 20 or 0.5.`;
  const rate = Math.round(Number(text) * mebibyte);
  if (rate < slowest) return say`At least 0.001 MiB/s: slower than that nothing arrives.`;
  if (rate > fastest) return say`That is more than any link carries. Choose no limit instead.`;
  return rate;
}

/** A rate as it would be typed. */
export function mebibytes(bytesPerSecond: number): string {
  return String(Number((bytesPerSecond / mebibyte).toFixed(3)));
}

/** What setting or lifting a limit does to a transfer as it stands. */
export function limitHelp({ state, limit }: Transfer): Said {
  if (state === "queued" || state === "waiting") return say`Counts from its next attempt on.`;
  return limit === null
    ? say`It is not held back yet, so its stream is interrupted and goes on at once from there: nothing received is lost.`
    : say`Another rate counts at once. For no limit at all its stream is interrupted and goes on at once from there: nothing received is lost.`;
}
