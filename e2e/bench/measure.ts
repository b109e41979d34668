/** One line of the table: a value and what it may be at most. */
export type Line = { measure: string; value: number; unit: string; bound: number };

/** The middle one of some values. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Milliseconds that something takes. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

/** What is going on, beside the table. */
export function log(line: string): void {
  console.error(`    ${line}`);
}

/** The table; says which values are over their bounds. */
export function print(lines: readonly Line[]): void {
  const width = Math.max(...lines.map(({ measure }) => measure.length));
  console.log(`\n${"measure".padEnd(width)}  measured  bound`);
  for (const { measure, value, unit, bound } of lines) {
    const verdict = value <= bound ? "" : "  ✗ over the bound";
    console.log(
      `${measure.padEnd(width)}  ${`${value.toFixed(2)}${unit}`.padStart(8)}  ≤ ${Number(bound.toFixed(2))}${unit}${verdict}`,
    );
  }
}
