import { verbatim as asItIs, joined, plain, type Said, say } from "../say";
import { type CatalogueEntry, catalogue, type MessageId } from "./catalogue";
import { stderrWords } from "./output";
import { redactTokens } from "./token";

/** What the commands of a transfer said, and the shell that ran them. */
export type Stderr = { before: string; send: string; receive: string; pipeline: string };
/** How the commands ended; null for one that did not run, or was killed before it could say. */
export type ExitCodes = { before: number | null; send: number | null; receive: number | null };

/** Why a transfer failed: a known message and who said it, or words that nobody has explained yet. */
export type Cause =
  | { entry: CatalogueEntry; side: keyof Stderr }
  | { entry: null; side: keyof Stderr; words: string };

/** Whose entries of the catalogue can be in the words of each side. */
const searched: Record<keyof Stderr, readonly CatalogueEntry["side"][]> = {
  before: ["abort", "ssh", "any"],
  send: ["send", "ssh", "any"],
  receive: ["receive", "ssh", "any"],
  pipeline: ["pipe", "any"],
};

/**
 * What explains less than a plain error does, the better explanation first. A side that merely noticed the other's
 * end is never the cause (facts C.3, C.4), and login scripts complain of missing commands on every connection.
 */
const weak: readonly (readonly (MessageId | "unknown")[])[] = [
  ["receive-signal", "send-signal", "pipe-killed"],
  ["unknown"],
  ["receive-interrupted", "receive-truncated"],
  ["command-not-found", "no-such-file", "shell-permission", "ssh-shared-connection"],
  ["receive-nothing-came", "send-broken-pipe"],
];

/**
 * Finds why a transfer failed. What nobody has explained yet is given verbatim rather than hidden behind the other
 * side's echo of it. Null where nobody said anything.
 */
export function findCause(stderr: Stderr): Cause | null {
  return causes(stderr)[0] ?? null;
}

/** What is known of words that some command of ZFS or ssh said; null where nothing is. */
export function findCauseIn(words: string): MessageId | null {
  return catalogue.find(({ pattern, side }) => side !== "pipe" && pattern.test(words))?.id ?? null;
}

/** The same in words for people: what it means and what to do, or everything unexplained that was said. */
export function explainFailure(stderr: Stderr): Said | null {
  const all = causes(stderr);
  const [first] = all;
  if (!first) return null;
  if (first.entry) return joined([first.entry.means, first.entry.todo]);
  return joined(all.flatMap((cause) => (cause.entry ? [] : [quoted(cause.side, cause.words)])));
}

function quoted(side: keyof Stderr, words: string): Said {
  return side === "pipeline"
    ? say`The shell that ran the commands said: “${words}”.`
    : say`${commands[side]} said: “${words}”.`;
}

/** One cause for each side that said something, the best explanation first. */
function causes(stderr: Stderr): Cause[] {
  const said = {
    before: cleaned(stderr.before),
    send: cleaned(stderr.send),
    receive: cleaned(stderr.receive),
    pipeline: cleaned(stderr.pipeline),
  };
  // The stream begins only when what runs before it has succeeded: then that is not why it failed.
  const began = stderr.send !== "" || stderr.receive !== "";
  const sides = began ? (["receive", "send", "pipeline"] as const) : (["before", "pipeline"] as const);
  return sides
    .flatMap((side) => causeIn(side, said[side]))
    .sort((one, other) => weakness(one) - weakness(other));
}

function causeIn(side: keyof Stderr, words: string): Cause[] {
  const [known] = catalogue
    .filter((entry) => searched[side].includes(entry.side) && entry.pattern.test(words))
    .map((entry) => ({ entry, side }))
    .sort((one, other) => weakness(one) - weakness(other));
  if (known) return [known];
  const unexplained = withoutNotices(words).slice(-wordsShown);
  return unexplained === "" ? [] : [{ entry: null, side, words: unexplained }];
}

/** 0 for what fully explains a failure, more for less. */
function weakness({ entry }: Cause): number {
  return weak.findIndex((ids) => ids.includes(entry?.id ?? "unknown")) + 1;
}

/** What SSH and shells say on every connection, and which never ends one; and a buffer or packer whose neighbour ended. */
const notices =
  /^(?:mbuffer: .*Broken pipe|zstd: .*(?:Write error|Broken pipe|premature end)|Warning: Permanently added |\*\* (?:WARNING: connection is not using a post-quantum|This session may be vulnerable|The server may need to be upgraded)|Control ?[Ss]ocket |.{0,40}: warning: setlocale: )/;

function withoutNotices(words: string): string {
  return words
    .split(/\r?\n/)
    .filter((line) => !notices.test(line))
    .join("\n")
    .trim();
}

/** What one side said, without progress lines and without tokens. */
export function cleaned(stderr: string): string {
  return plain(redactTokens(stderrWords(stderr)));
}

/** Longer than anything ZFS says; a command that floods its stderr must not flood the page. */
const wordsShown = 8_000;

/** All words under a heading each, with the exit codes, for people who want to read them verbatim. */
export function verbatim(stderr: Stderr, codes: ExitCodes): Said {
  const paragraphs = (Object.entries(stderr) as [keyof Stderr, string][]).flatMap(([side, text]) => {
    const code = side === "pipeline" ? null : codes[side];
    const words = cleaned(text).slice(-wordsShown);
    if (words === "" && (code === null || code === 0)) return [];
    return [joined([heading(side, code), asItIs(words)], "\n")];
  });
  return joined(paragraphs, "\n\n");
}

function heading(side: keyof Stderr, code: number | null): Said {
  if (side === "pipeline") return say`The shell that ran the commands:`;
  return code === null ? say`${commands[side]}:` : say`${commands[side]} (exit code ${code}):`;
}

const commands: Record<Exclude<keyof Stderr, "pipeline">, string> = {
  before: "zfs receive -A",
  send: "zfs send",
  receive: "zfs receive",
};
