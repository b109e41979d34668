import type { LogPart, Side } from "@/server/transfers/log";

/** Some lines that one side said in a row. */
export type Block = { id: number; side: Side; lines: readonly string[] };

/** What both sides of an attempt have said, as far as it was read. */
export type Log = {
  attempt: number;
  blocks: readonly Block[];
  /** Lines there are here. */
  count: number;
  /** Lines at the beginning that were let go of. */
  dropped: number;
};

/** Lines that are drawn together, and left out together while they are out of sight. */
const linesOfBlock = 100;
/** More than anybody reads; a command that floods its stderr must not flood the browser. */
const mostLines = 100_000;

const esc = String.fromCharCode(0x1b);
const bell = String.fromCharCode(0x07);
/** What moves a terminal's cursor, colours its text or names its window (ECMA-48, and xterm's own). */
const sequences = new RegExp(
  `${esc}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${bell}${esc}]*(?:${bell}|${esc}\\\\)?|[@-Z\\\\-_])`,
  "g",
);
const otherControls = /[^\P{Cc}\n\t]/gu;

/** Text without what a terminal would take for colours and movements; where it would begin a line anew there is another. */
export function withoutEscapes(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(sequences, "").replace(otherControls, "");
}

/** A log with the part that was read next. Blocks that are complete stay the same objects. */
export function withPart(log: Log | null, { attempt, begins, said }: LogPart): Log {
  const before = log === null || begins ? { attempt, blocks: [], count: 0, dropped: 0 } : log;
  if (said.length === 0) return before;
  const blocks = [...before.blocks];
  let { count, dropped } = before;
  for (const { side, text } of said) {
    const lines = withoutEscapes(text).replace(/\n$/, "").split("\n");
    count += lines.length;
    const last = blocks.at(-1);
    if (last?.side === side && last.lines.length < linesOfBlock) {
      const more = lines.splice(0, linesOfBlock - last.lines.length);
      blocks[blocks.length - 1] = { ...last, lines: [...last.lines, ...more] };
    }
    for (let at = 0; at < lines.length; at += linesOfBlock) {
      const id = (blocks.at(-1)?.id ?? 0) + 1;
      blocks.push({ id, side, lines: lines.slice(at, at + linesOfBlock) });
    }
  }
  let gone = 0;
  for (const { lines } of blocks) {
    if (count <= mostLines) break;
    count -= lines.length;
    dropped += lines.length;
    gone += 1;
  }
  return { attempt, blocks: blocks.slice(gone), count, dropped };
}

/** All of it as text, each line after the command that said it. */
export function logText({ blocks }: Log): string {
  return blocks.flatMap(({ side, lines }) => lines.map((line) => `${commandOf[side]}: ${line}\n`)).join("");
}

/** The command behind each side, as a file names it. */
const commandOf: Record<Side, string> = {
  before: "zfs receive -A",
  pipeline: "pipeline",
  send: "zfs send",
  receive: "zfs receive",
};

/** Where something that is looked for stands: in which block, and as which one there. */
export type Hit = { block: number; at: number };

/** So many are marked; whoever looks for a single letter gets the newest ones. */
const mostHits = 1_000;

/** Everything that fits what is looked for, oldest first; of very many the newest. `count` is how many there are. */
export function hitsIn({ blocks }: Log, find: string): { hits: Hit[]; count: number } {
  const pattern = patternOf(find);
  if (!pattern) return { hits: [], count: 0 };
  const all = blocks.flatMap(({ id, lines }) =>
    Array.from(lines.join("\n").matchAll(pattern), (_, at): Hit => ({ block: id, at })),
  );
  return { hits: all.slice(-mostHits), count: all.length };
}

/** A text in pieces, of which every second one is what is looked for. */
export function piecesOf(text: string, find: string): string[] {
  const pattern = patternOf(find);
  if (!pattern) return [text];
  const pieces: string[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    pieces.push(text.slice(from, index), found);
    from = index + found.length;
  }
  return [...pieces, text.slice(from)];
}

/** What is typed is looked for as it stands, in whatever case; null for nothing. */
function patternOf(find: string): RegExp | null {
  const wanted = find.trim();
  return wanted === "" ? null : new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi");
}
