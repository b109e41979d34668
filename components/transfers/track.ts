/** The parts of a receive in bytes: received before, in this attempt, still to come. Null for what is not known. */
export type Parts = { before: bigint | null; now: bigint; left: bigint | null };

/** How wide the parts of a bar are, in percent of it. What is left takes the rest, `unknown` where nobody knows how much. */
export type Widths = { before: number; now: number; unknown: boolean };

/** Narrower than this nobody sees it; what is there must not look as if there were nothing. */
const seen = 1.5;

/** A bar whose end is not known says no share: what is there is drawn this wide. */
const ofUnknown = 30;

/** How a bar shows parts of a receive. Something to come never looks like nothing, nor does something received. */
export function trackOf({ before, now, left }: Parts): Widths {
  const received = (before ?? 0n) + now;
  if (before === null || left === null) {
    const width = received === 0n ? 0 : ofUnknown;
    return { ...shares(before ?? 0n, now, width), unknown: true };
  }
  const total = received + left;
  if (total === 0n) return { before: 0, now: 0, unknown: false };
  const exact = percent(received, total);
  const width = Math.min(left > 0n ? 100 - seen : 100, received > 0n ? Math.max(seen, exact) : 0);
  return { ...shares(before, now, width), unknown: false };
}

function shares(before: bigint, now: bigint, width: number): { before: number; now: number } {
  const all = before + now;
  if (all === 0n) return { before: 0, now: 0 };
  const first = (percent(before, all) * width) / 100;
  return { before: first, now: width - first };
}

function percent(part: bigint, all: bigint): number {
  return Number((part * 10_000n) / all) / 100;
}
