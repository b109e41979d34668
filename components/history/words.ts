import { formatBytes, formatDuration, formatRate } from "@/components/format";
import { hasEnded } from "@/components/transfers/words";
import { type Said, say, verbatim } from "@/server/say";
import type { Side } from "@/server/transfers/log";
import type { Curve } from "@/server/transfers/progress";
import type { Transfer, TransferState } from "@/server/transfers/types";
import type { ExitCodes } from "@/server/zfs/messages";

/** What of the past is shown, as the address of the page has it. */
export type Filters = { host: string; dataset: string; state: StateFilter | "" };

/** Which states a person can ask for, in words. */
export const stateFilters = {
  open: say`Not ended yet`,
  finished: say`Finished`,
  failed: say`Failed`,
  stopped: say`Stopped`,
} as const;
export type StateFilter = keyof typeof stateFilters;

/** Reads the filters from an address; what it does not know there it leaves out. */
export function filtersOf(params: Pick<URLSearchParams, "get">): Filters {
  const state = params.get("state") ?? "";
  return {
    host: params.get("host") ?? "",
    dataset: params.get("dataset") ?? "",
    state: isStateFilter(state) ? state : "",
  };
}

function isStateFilter(text: string): text is StateFilter {
  return Object.hasOwn(stateFilters, text);
}

/** Whether a transfer is among those asked for. */
export function fits(
  { host, dataset, state }: { host: string; dataset: string; state: TransferState },
  filters: Filters,
): boolean {
  const open = state !== "finished" && state !== "failed" && state !== "stopped";
  return (
    (filters.host === "" || host === filters.host) &&
    dataset.toLowerCase().includes(filters.dataset.trim().toLowerCase()) &&
    (filters.state === "" || (filters.state === "open" ? open : state === filters.state))
  );
}

/** What each side is called where its words stand. */
export const sideWords: Record<Side, Said> = {
  before: say`before it`,
  pipeline: say`what joins them`,
  send: verbatim("zfs send"),
  receive: verbatim("zfs receive"),
};

/** How a command ended. */
function exitWords(command: string, code: number | null): Said {
  if (code === null) return say`${command}: did not say how it ended`;
  return code === 0 ? say`${command}: ended well (exit code 0)` : say`${command}: exit code ${code}`;
}

/** Both sides of an attempt, and what ran before them, with how each ended. */
export function exitsOf({ before, send, receive }: ExitCodes): Said[] {
  return [
    ...(before === null ? [] : [exitWords(say`What ran before`, before)]),
    exitWords("zfs send", send),
    exitWords("zfs receive", receive),
  ];
}

/** How fast it went from one point of a curve to the next: seconds since the start, and bytes a second until then. */
export type RatePoint = { from: number; until: number; rate: number };

/** The rates of a curve. */
export function ratesOf(curve: Curve): RatePoint[] {
  const rates: RatePoint[] = [];
  let last = curve[0];
  for (const point of curve.slice(1)) {
    if (!last) break;
    const seconds = point[0] - last[0];
    // Several lines within a second are one.
    if (seconds <= 0) continue;
    const bytes = point[1] > last[1] ? Number(point[1] - last[1]) : 0;
    rates.push({ from: last[0], until: point[0], rate: bytes / seconds });
    last = point;
  }
  return rates;
}

/** The same in at most so many rows, for a table that can be read out. */
export function condensed(rates: readonly RatePoint[], rows: number): RatePoint[] {
  const each = Math.ceil(rates.length / rows);
  return Array.from({ length: Math.ceil(rates.length / each) || 0 }, (_, row) => {
    const some = rates.slice(row * each, (row + 1) * each);
    const [from, until] = [some[0]?.from ?? 0, some.at(-1)?.until ?? 0];
    const bytes = some.reduce((sum, one) => sum + one.rate * (one.until - one.from), 0);
    return { from, until, rate: bytes / (until - from) };
  });
}

/** A curve in a sentence; null where there are too few points to say anything. */
export function curveWords(rates: readonly RatePoint[]): Said | null {
  const [whole] = condensed(rates, 1);
  if (!whole) return null;
  const most = Math.max(...rates.map(({ rate }) => rate));
  const span = formatDuration((whole.until - whole.from) * 1000);
  return say`While bytes moved: ${formatRate(whole.rate)} on average over ${span}, at most ${formatRate(most)}.`;
}

/** How much an attempt brought, and how fast. */
export function broughtWords(sent: bigint, took: number): Said {
  const [bytes, span] = [formatBytes(sent), formatDuration(took)];
  if (sent === 0n || took <= 0) return say`${bytes} sent in ${span}`;
  return say`${bytes} sent in ${span} (${formatRate((Number(sent) / took) * 1000)})`;
}

/**
 * Milliseconds until the curve of an attempt is asked for again; false where it is not. One that has just begun may not be
 * counted yet, and between two attempts there is none.
 */
export function askAgainIn(
  known: { attempt: number } | null | undefined,
  { state, attempt }: Pick<Transfer, "state" | "attempt">,
): number | false {
  const runs = state !== "queued" && state !== "waiting" && !hasEnded(state);
  return runs && known?.attempt !== attempt ? 1_000 : false;
}

/** Seconds between two points of a curve that grows while it is looked at: events come faster than rates are worth drawing. */
const apart = 2;
/** More than a chart shows. */
const mostPoints = 480;

/** A curve with what is known now: the same one where that tells nothing new. */
export function grown(curve: Curve, second: number, sent: bigint): Curve {
  const last = curve.at(-1);
  if (last && (second - last[0] < apart || sent < last[1])) return curve;
  const next: Curve = [...curve, [second, sent]];
  return next.length < mostPoints ? next : next.filter((_, at) => at % 2 === 0 || at === next.length - 1);
}

const resumeToken = /\b1-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+/g;

/**
 * All that is known of a transfer as text that can be given to others: numbers of ZFS as digits, and no resume token, for
 * who has one can read names out of it.
 */
export function asText(all: unknown): string {
  const json = JSON.stringify(
    all,
    (_key, value) => (typeof value === "bigint" ? value.toString() : value),
    2,
  );
  return `${json.replace(resumeToken, "TOKEN")}\n`;
}

/** What a file about a transfer is called. */
export function fileName(
  { host, dataset, startedAt }: { host: string; dataset: string; startedAt: number },
  kind: "json" | "log",
): string {
  // A file's name has 255 bytes at most, as that of a dataset.
  const plain = `${host}-${dataset}`.replace(/[^A-Za-z0-9.]+/g, "-").slice(0, 200);
  return `halfway-${plain}-${new Date(startedAt).toISOString().slice(0, 10)}.${kind}`;
}
