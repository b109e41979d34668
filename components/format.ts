import { formatBytes } from "@/server/zfs/bytes";

export { formatBytes };

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Bytes per second: `112 MiB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(BigInt(Math.round(bytesPerSecond)))}/s`;
}

/** A span of time in its two largest units: `1 h 20 min`. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms >= 2 * day) return twoUnits(ms, day, "days", hour, "h");
  if (ms >= hour) return twoUnits(ms, hour, "h", minute, "min");
  if (ms >= minute) return twoUnits(ms, minute, "min", second, "s");
  return `${Math.floor(ms / second)} s`;
}

/** A guess at a span of time, not more exact than a guess can be: `about 50 min`. */
export function formatEstimate(milliseconds: number): string {
  if (milliseconds < 10 * second) return "a few seconds";
  const step = milliseconds < minute ? 10 * second : milliseconds < day ? minute : hour;
  return `about ${formatDuration(Math.ceil(milliseconds / step) * step)}`;
}

function twoUnits(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  const first = `${Math.floor(ms / large)} ${largeName}`;
  return rest === 0 ? first : `${first} ${rest} ${smallName}`;
}

/** How long ago something was, in its largest unit: `3 min ago`. A clock that is ahead gives `just now`. */
export function formatAgo(at: number, now: number): string {
  const ms = now - at;
  if (ms < second) return "just now";
  if (ms < minute) return `${Math.floor(ms / second)} s ago`;
  if (ms < hour) return `${Math.floor(ms / minute)} min ago`;
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h ago`;
  return `${Math.floor(ms / day)} days ago`;
}

/** `1 host`, `2 hosts`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
