import { z } from "zod";
import { cleaned, type Stderr } from "../zfs/messages";
import type { PastAttempt } from "./history";
import { type Curve, CurveCount } from "./progress";
import type { RunDir } from "./run-dir";

/** In the order in which they begin to speak. */
const sides = ["before", "pipeline", "send", "receive"] as const satisfies (keyof Stderr)[];
export type Side = keyof Stderr;

const byte = z.int().nonnegative();

/** Up to where somebody has read. `running`: in the files of an attempt that runs, not in what is kept of it. */
export const logPlace = z.strictObject({
  attempt: z.int().nonnegative(),
  running: z.boolean(),
  read: z.strictObject({ before: byte, pipeline: byte, send: byte, receive: byte }),
});
export type LogPlace = z.output<typeof logPlace>;

/** What both sides of an attempt have said since somebody read last, without progress lines and without tokens. */
export type LogPart = {
  attempt: number;
  /** Whether it begins anew here: it is another attempt, or what is kept of one that has ended. */
  begins: boolean;
  said: { side: Side; text: string }[];
  place: LogPlace;
  /** Whether there is more to be read at once. */
  more: boolean;
  /** Whether more may be said. */
  running: boolean;
};

/** Of one side an answer has about as much. */
const mostWords = 64 * 1024;
/** And so many pieces are looked through for it: of a send of weeks nearly all is progress. */
const mostPieces = 64;

const beginning = (attempt: number, running: boolean): LogPlace => ({
  ...{ attempt, running, read: { before: 0, pipeline: 0, send: 0, receive: 0 } },
});

/** Where to read on: from what was read last, if it is of the same words still. */
function placeAfter(place: LogPlace | null, attempt: number, running: boolean): LogPlace {
  return place?.attempt === attempt && place.running === running ? place : beginning(attempt, running);
}

type Silence = { from: number; to: number };

/** So many of each side are remembered; they lie side by side and are one, nearly always. */
const mostSilences = 500;

/**
 * Where an attempt that runs says nothing but its progress: that is found out once, and not by everybody who reads from the
 * beginning.
 */
export class Silences {
  readonly #of: Record<Side, readonly Silence[]> = { before: [], pipeline: [], send: [], receive: [] };

  /** Where a reader goes on who has come as far as a byte. */
  after(side: Side, at: number): number {
    return this.#of[side].find(({ from, to }) => from <= at && at < to)?.to ?? at;
  }

  add(side: Side, from: number, to: number): void {
    const isApart = (one: Silence) => one.to < from || to < one.from;
    const apart = this.#of[side].filter(isApart);
    if (apart.length >= mostSilences) return;
    const touching = this.#of[side].filter((one) => !isApart(one));
    const all = {
      from: Math.min(from, ...touching.map((one) => one.from)),
      to: Math.max(to, ...touching.map((one) => one.to)),
    };
    this.#of[side] = [...apart, all];
  }
}

/** What one side has said from a byte on, in pieces, each with the byte where to go on. */
async function* spoken(dir: RunDir, side: Side, from: number, silences: Silences) {
  for (let at = silences.after(side, from), skips = true; skips; ) {
    skips = false;
    for await (const { text, next } of dir.lines(side, at)) {
      const words = cleaned(text);
      // Where somebody begins within a line the rest of it is left out, whatever it says.
      if (text !== "" && words === "") silences.add(side, at, next);
      at = silences.after(side, next);
      skips = at !== next;
      yield { words, next: at };
      if (skips) break;
    }
  }
}

/** Reads on in what an attempt says that runs. */
export async function readRunning(
  dir: RunDir,
  attempt: number,
  last: LogPlace | null,
  silences: Silences,
): Promise<LogPart> {
  const from = placeAfter(last, attempt, true);
  const read = { ...from.read };
  const said: LogPart["said"] = [];
  let more = false;
  for (const side of sides) {
    let text = "";
    let pieces = 0;
    for await (const { words, next } of spoken(dir, side, read[side], silences)) {
      if (words !== "") text += `${words}\n`;
      read[side] = next;
      pieces += 1;
      if (text.length < mostWords && pieces < mostPieces) continue;
      more = true;
      break;
    }
    if (text !== "") said.push({ side, text });
  }
  return { attempt, begins: from !== last, said, place: { ...from, read }, more, running: true };
}

/** What is kept of an attempt that has ended; null where nothing is. All of it at once: the history keeps little. */
export function readKept(kept: PastAttempt | null, attempt: number, last: LogPlace | null): LogPart {
  const place = placeAfter(last, attempt, false);
  const begins = place !== last;
  const stderr = begins && kept?.number === attempt ? kept.stderr : null;
  const said = sides.flatMap((side) => {
    const text = stderr?.[side].trim() ?? "";
    return text === "" ? [] : [{ side, text: `${text}\n` }];
  });
  return { attempt, begins, said, place, more: false, running: false };
}

/** The curve of an attempt while it runs: each time it reads on from where it came to. */
export class GrowingCurve {
  readonly #count = new CurveCount();
  #read = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly dir: RunDir) {}

  /** The curve until this moment. */
  now(): Promise<Curve> {
    const turn = this.#turn.then(() => this.#readOn());
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #readOn(): Promise<Curve> {
    const head = this.dir.senderHead();
    for await (const { text, next } of this.dir.lines("send", this.#read)) {
      this.#count.add(text, head);
      this.#read = next;
    }
    return this.#count.curve;
  }
}
