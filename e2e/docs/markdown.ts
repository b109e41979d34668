/** Words as they were said, in a block of their own. */
export function code(words: string): string {
  return ["```text", ...words.split(/\r?\n/), "```"].join("\n");
}

/**
 * A page of paragraphs, with a note that says from what it was written.
 * @param source the file that decides what is in it.
 */
export function pageOf(source: string, paragraphs: readonly string[]): string {
  const note = `<!-- Written by "npm run docs", from ${source}. Changes belong there. -->`;
  return `${[note, ...paragraphs].join("\n\n")}\n`;
}
