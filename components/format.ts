import { type Said, say } from "@/server/say";
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
export function formatDuration(milliseconds: number): Said {
  const ms = Math.max(0, milliseconds);
  const count = (unit: number, within = Number.POSITIVE_INFINITY) => Math.floor((ms % within) / unit);
  if (ms >= 2 * day) {
    const [days, hours] = [count(day), count(hour, day)];
    return hours === 0 ? say`${days} days` : say`${days} days ${hours} h`;
  }
  if (ms >= hour) {
    const [hours, minutes] = [count(hour), count(minute, hour)];
    return minutes === 0 ? say`${hours} h` : say`${hours} h ${minutes} min`;
  }
  const [minutes, seconds] = [count(minute), count(second, minute)];
  if (minutes === 0) return say`${seconds} s`;
  return seconds === 0 ? say`${minutes} min` : say`${minutes} min ${seconds} s`;
}

/** A guess at a span of time, not more exact than a guess can be: `about 50 min`. */
export function formatEstimate(milliseconds: number): Said {
  if (milliseconds < 10 * second) return say`a few seconds`;
  const step = milliseconds < minute ? 10 * second : milliseconds < day ? minute : hour;
  return say`about ${formatDuration(Math.ceil(milliseconds / step) * step)}`;
}

/** How long ago something was, in its largest unit: `3 min ago`. A clock that is ahead gives `just now`. */
export function formatAgo(at: number, now: number): Said {
  const ms = now - at;
  if (ms < second) return say`just now`;
  if (ms < minute) return say`${Math.floor(ms / second)} s ago`;
  if (ms < hour) return say`${Math.floor(ms / minute)} min ago`;
  if (ms < 2 * day) return say`${Math.floor(ms / hour)} h ago`;
  return say`${Math.floor(ms / day)} days ago`;
}

/** A moment by the clock of whoever reads it: `18:00:07`, with the date where that is not today's. */
export function formatMoment(at: number, now: number, region: string): string {
  const [moment, today] = [new Date(at), new Date(now)];
  return moment.toDateString() === today.toDateString()
    ? moment.toLocaleTimeString(region)
    : moment.toLocaleString(region);
}

/** `1 host`, `2 hosts`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
