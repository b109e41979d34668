/** From when until when something went on, in milliseconds. */
export type Span = { began: number; ended: number };

/**
 * The quarters of a time in which none of some spans lies, not even in part, in words: what was not interrupted proves
 * nothing. Pure.
 */
export function quietQuarters(spans: readonly Span[], { began, ended }: Span): string[] {
  const quarter = (ended - began) / 4;
  return [0, 1, 2, 3].flatMap((at) => {
    const [from, to] = [began + at * quarter, began + (at + 1) * quarter];
    const isQuiet = spans.every((span) => span.ended < from || span.began >= to);
    return isQuiet ? [`in quarter ${at + 1} of the time nothing was interrupted`] : [];
  });
}
