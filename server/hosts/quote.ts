/**
 * The one place that turns words into a string for a POSIX shell: single quotes, in which nothing is special but the
 * quote itself. Plain words stay readable, because people are shown and paste these commands.
 */
export function shellQuote(words: readonly string[]): string {
  return words.map(quoteWord).join(" ");
}

function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_\-+.,:/@%=]+$/.test(word) && !/^[=~]/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
