/** The word that somebody may have meant who wrote another one; null where none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const written = bare(word);
  const [best] = known
    .map((one) => ({ one, far: distance(written, bare(one)) }))
    .filter(({ one, far }) => far <= Math.max(1, Math.floor(bare(one).length / 3)))
    .sort((a, b) => a.far - b.far);
  return best?.one ?? null;
}

function bare(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** How many letters have to be put in, taken out, changed or swapped with their neighbour (optimal string alignment). */
function distance(from: string, to: string): number {
  let above: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      next.push(
        Math.min(
          ...[changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1],
          swapped ? (above[j - 2] ?? 0) + 1 : changed,
        ),
      );
    }
    above = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
