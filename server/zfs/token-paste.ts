import { HalfwayError } from "../errors";
import { type Said, say } from "../say";
import { readNvlist } from "./nvlist";
import {
  cutAtOnce,
  fieldsOf,
  inflateToken,
  notAToken,
  readTokenParts,
  type TokenParts,
  type TokenReading,
  unreadable,
} from "./token";

/** What was pasted: a whole token, or what can be read of one that was cut off. */
export type PastedToken = TokenReading;

/** Far more than anybody pastes: the work is bounded even where nobody else bounds it. */
const maxText = 2 * 1024 * 1024;
/** A paste holds one token, or a few; text that is made to look like thousands of them is not looked through. */
const maxCandidates = 16;

// White space may stand anywhere in a token, one blank where it was tidied; a later word belongs to it only if it is
// hex to its end.
const digits = (max: number) => `[0-9a-f](?: ?[0-9a-f]){0,${max - 1}}`;
const furtherWords = "(?: [0-9a-f]+(?![0-9a-z-]))*";
const dash = " ?- ?";
const token = new RegExp(
  `(?<![0-9a-f])(\\d{1,3})${dash}(${digits(16)})${dash}(${digits(8)})${dash}([0-9a-f]*${furtherWords})`,
  "gi",
);
/** A token that ends before its data; more than that must be said for “1” to be the beginning of one. */
const beginning =
  /(?:^[^0-9a-z]*|-[a-z]*t ?|token )1(?: ?-(?: ?[0-9a-f]){0,16}(?: ?-(?: ?[0-9a-f]){0,8})?)?(?: ?…|[^0-9a-z]*$)/i;
/** The data alone: a zlib stream's first two bytes, and some more. */
const data = new RegExp(`(?<![0-9a-z])78(?:01|5e|9c|da)[0-9a-f]{12,}${furtherWords}`, "i");
/** What stands where a token seems to end, but does not let it end there. */
const intruder = /^(?:([g-z_])|([^0-9a-z …])(?=[0-9a-f]{8})| [0-9a-f]{8,}([g-z_]))/i;

/**
 * Finds the resume token in whatever was pasted: a command line, a line of `zfs get`, a message of `zfs receive`, lines
 * that a terminal broke. One that was cut off is read as far as it goes.
 * @throws HalfwayError `BAD_INPUT` with one sentence, where there is none or where it is wrong.
 */
export function readPastedToken(text: string): PastedToken {
  if (text.length > maxText) throw unreadable(say`This text is too long to look for a resume token in it.`);
  const tidied = tidy(text);
  if (tidied === "") throw unreadable(say`There is nothing to read yet: paste a resume token.`);
  let partial: PastedToken | null = null;
  let problem: HalfwayError | null = null;
  for (const candidate of candidates(tidied)) {
    try {
      const reading = readCandidate(candidate);
      if (reading.kind === "whole") return reading;
      partial ??= reading;
    } catch (error) {
      if (!(error instanceof HalfwayError)) throw error;
      problem ??= error;
    }
  }
  if (partial) return partial;
  if (problem) throw problem;
  const rest = beginning.test(tidied) ? cutOff(cutAtOnce) : readWithoutBeginning(tidied);
  if (rest) return rest;
  throw unreadable(notAToken);
}

/** One blank for all white space; what web pages and terminals put into long words goes with it. */
function tidy(text: string): string {
  return text
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/\.{3,}/g, "…")
    .replace(/[\s\u00ad\u200b-\u200d\u2060\\>]+/g, " ")
    .trim();
}

type Candidate = Omit<TokenParts, "hex"> & { words: string[]; rest: string };

function candidates(text: string): Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(token)) {
    const [all, version = "", checksum = "", length = "", hex = ""] = match;
    const end = match.index + all.length;
    // Phone numbers and dates have dashes, too. Of a token's data, even one digit tells.
    if (hex.replace(/ /g, "").length < 16 && !(version === "1" && /^(7|78.*)?$/.test(hex))) continue;
    found.push({
      version,
      checksum: checksum.replace(/ /g, ""),
      length: length.replace(/ /g, ""),
      words: hex.split(" "),
      rest: text.slice(end, end + 64),
    });
    if (found.length === maxCandidates) break;
  }
  return found;
}

function readCandidate({ words, rest, ...parts }: Candidate): PastedToken {
  const reading = readTokenParts({ ...parts, hex: dataOf(words) });
  const letter = reading.kind === "cut-off" ? intruder.exec(rest)?.slice(1).find(Boolean) : undefined;
  if (letter !== undefined) {
    throw unreadable(
      say`There is a “${letter}” in this resume token: after its last dash there are only digits and the letters a to f.`,
    );
  }
  return reading;
}

/**
 * The digits that belong to the token, of words that all look like hex: “a”, “added” and “face” do, too. The stream
 * itself says where it ends. Where it does not, a short last word is left out: better less than something wrong.
 */
function dataOf(words: readonly string[]): string {
  const inflated = inflateToken(Buffer.from(words.join(""), "hex"));
  if (inflated.end !== "whole") {
    const last = words.findLastIndex(({ length }) => length >= 8);
    return words.slice(0, Math.max(last, 0) + 1).join("");
  }
  let hex = "";
  for (const word of words) {
    if (hex.length >= 2 * inflated.used) break;
    hex += word;
  }
  return hex;
}

function readWithoutBeginning(text: string): PastedToken | null {
  const [found] = data.exec(text) ?? [];
  if (found === undefined) {
    const digitsOnly = /^[0-9a-f]{65,}$/i.test(text.replace(/[^0-9a-z]/gi, ""));
    if (!digitsOnly) return null;
    return cutOff(
      say`If this is the end of a resume token, its beginning was cut off: without it nothing can be read.`,
    );
  }
  const inflated = inflateToken(Buffer.from(dataOf(found.split(" ")), "hex"));
  if (inflated.end === "damaged" || inflated.end === "bomb") return null;
  const list = readNvlist(inflated.payload);
  // A GUID, too, may begin like a zlib stream.
  if (list.end === "damaged" || list.pairs.size === 0) return null;
  const sentence =
    list.end === "closed"
      ? say`The beginning of this resume token was cut off. All that it says is there, but ZFS does not take it like this.`
      : say`The beginning of this resume token was cut off, and so was its end.`;
  return cutOff(sentence, fieldsOf(list));
}

function cutOff(
  sentence: Said,
  readable: Extract<PastedToken, { kind: "cut-off" }>["readable"] = {},
): PastedToken {
  return { kind: "cut-off", sentence, readable };
}
