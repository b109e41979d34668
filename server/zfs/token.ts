import { createHash } from "node:crypto";
import { constants, inflateSync } from "node:zlib";
import { HalfwayError } from "../errors";
import { type Said, say } from "../say";
import { type Nvlist, type NvValue, readNvlist } from "./nvlist";

/** What a resume token says (facts C.1). All numbers are 64-bit, `bytes` counts stream bytes over all attempts. */
export type ResumeToken = {
  /** GUID of the snapshot being received; the proof of success on the target. */
  toGuid: bigint;
  /** Name of that snapshot on the source when the send began; it may have been renamed since. */
  toName: string;
  /** GUID of the incremental base, absent for a full send. */
  fromGuid: bigint | null;
  object: bigint;
  offset: bigint;
  bytes: bigint;
  largeBlocks: boolean;
  embedded: boolean;
  compressed: boolean;
  raw: boolean;
  /** Of a redacted send: GUIDs of the snapshots whose contents are left out. There may be none of them left. */
  redactSnaps: bigint[] | null;
  /** Of a send on top of a redaction bookmark: GUIDs of the snapshots that the bookmark was made for. */
  bookRedactSnaps: bigint[] | null;
  /** The source sends a half-received state itself (`zfs send --saved`). */
  saved: boolean;
};

/** A token as read: all of it, or what is there of one that was cut off. */
export type TokenReading =
  | { kind: "whole"; token: ResumeToken }
  | { kind: "cut-off"; sentence: Said; readable: Partial<ResumeToken> };

/** A token taken apart at its dashes; nothing about it is checked yet. */
export type TokenParts = { version: string; checksum: string; length: string; hex: string };

/** The token alphabet and shape; anything else is refused before it can get near an argv. */
const shape = /^(\d{1,3})-([0-9a-f]{1,16})-([0-9a-f]{1,8})-([0-9a-f]+)$/;
// A token packs a handful of numbers and one name: a kilobyte or two. The cap stops a decompression bomb.
const maxPayload = 64 * 1024;

/** Whether what redaction snapshots leave out is missing from the stream; which these are, is known by GUID only. */
export function isRedacted(token: Pick<ResumeToken, "redactSnaps" | "bookRedactSnaps">): boolean {
  return token.redactSnaps !== null || token.bookRedactSnaps !== null;
}

/** A short stable name for a token, safe to log and to send to a browser and back (tokens name snapshots). */
export function tokenFingerprint(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 16);
}

/** Replaces resume tokens in ZFS's own words: they name snapshots and may be replayed, so words for people do without. */
export function redactTokens(text: string): string {
  return text.replace(/\b\d-[0-9a-f]{6,16}-[0-9a-f]{1,8}-[0-9a-f]{16,}/g, "<resume token>");
}

/** The error of everything that cannot be read. */
export function unreadable(sentence: Said): HalfwayError {
  return new HalfwayError("BAD_INPUT", sentence);
}

/** What is said of something that is no token at all. */
export const notAToken = say`This is not a resume token: one looks like 1-c0ffee-e8-789c…`;

/**
 * Decodes a resume token without `zfs`: `version-checksum-length-hex`, where hex is a zlib stream of a natively
 * encoded nvlist (facts C.1). White space inside it is ignored; for whatever else people paste, see `readPastedToken`.
 * @throws HalfwayError `BAD_INPUT` with one sentence that says what is wrong with it.
 */
export function decodeResumeToken(text: string): ResumeToken {
  const match = shape.exec(text.replace(/\s+/g, ""));
  if (!match) throw unreadable(notAToken);
  const [, version = "", checksum = "", length = "", hex = ""] = match;
  const reading = readTokenParts({ version, checksum, length, hex });
  if (reading.kind === "cut-off") throw unreadable(reading.sentence);
  return reading.token;
}

/**
 * Verifies a token and reads it. One whose data ends too early was cut off: no checksum can vouch for what is left.
 * @throws HalfwayError `BAD_INPUT` for anything else that is wrong with it.
 */
export function readTokenParts({ version, checksum, length, hex }: TokenParts): TokenReading {
  if (version !== "1") {
    throw unreadable(say`This resume token has version ${version}; only version 1 is known.`);
  }
  const packed = Buffer.from(hex, "hex");
  const verified = fletcher4Word0(packed) === BigInt(`0x${checksum}`);
  const said = Number.parseInt(length, 16);
  const inflated = inflateToken(packed);
  switch (inflated.end) {
    case "bomb":
      throw unreadable(
        say`This resume token unpacks to more than ${maxPayload / 1024} KiB. No real one does: it was made to do harm.`,
      );
    case "damaged":
      if (!verified) throw wrongChecksum();
      throw unreadable(
        say`The contents of this resume token cannot be decompressed: they are not what ZFS writes.`,
      );
    case "cut": {
      if (inflated.payload.length > said) throw wrongLength(length);
      const list = readNvlist(inflated.payload);
      return {
        kind: "cut-off",
        sentence: cutWords(inflated.payload.length, said, list),
        readable: fieldsOf(list),
      };
    }
    case "whole": {
      const excess = hex.length - 2 * inflated.used;
      if (excess > 0) {
        throw unreadable(
          say`This resume token goes on behind its end: its last ${excess} characters are not part of it.`,
        );
      }
      if (!verified) throw wrongChecksum();
      if (inflated.payload.length !== said) throw wrongLength(length);
      const list = readNvlist(inflated.payload);
      if (list.end === "cut")
        throw unreadable(say`The contents of this resume token end in the middle: it was tampered with.`);
      return { kind: "whole", token: wholeToken(list) };
    }
  }
}

function wrongChecksum(): HalfwayError {
  return unreadable(
    say`The checksum of this resume token is wrong: some of its characters were changed. Copy it again.`,
  );
}

function wrongLength(length: string): HalfwayError {
  return unreadable(
    say`The length in this resume token, ${length}, is not that of its contents: one of them was changed.`,
  );
}

function cutWords(present: number, said: number, { end, pairs }: Nvlist): Said {
  if (end === "closed") {
    return say`The last characters of this resume token were cut off. All that it says is there, but ZFS does not take it like this.`;
  }
  if (pairs.size === 0) return cutAtOnce;
  return say`This resume token was cut off: ${present} of the ${said} bytes that it holds are there.`;
}

/** What is said of a token that was cut off so early that nothing of it can be read. */
export const cutAtOnce = say`This resume token was cut off before the first thing that it says.`;

/** Word 0 of fletcher-4: the 64-bit sum of little-endian 32-bit words; 1–3 trailing bytes are not covered. */
function fletcher4Word0(bytes: Buffer): bigint {
  let sum = 0n;
  for (let at = 0; at + 4 <= bytes.length; at += 4) sum += BigInt(bytes.readUInt32LE(at));
  return BigInt.asUintN(64, sum);
}

/** What a zlib stream holds; `used` are its own bytes, without what may follow it. */
export type Inflated =
  | { end: "whole"; payload: Buffer; used: number }
  | { end: "cut"; payload: Buffer }
  | { end: "damaged" }
  | { end: "bomb" };

/** Inflates the data of a token, never to more than the cap; of a stream that ends too early, what is there. */
export function inflateToken(packed: Buffer): Inflated {
  try {
    return { end: "whole", ...inflateTo(packed, constants.Z_FINISH) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ERR_BUFFER_TOO_LARGE") return { end: "bomb" };
    if (code !== "Z_BUF_ERROR") return { end: "damaged" };
    return { end: "cut", payload: inflateTo(packed, constants.Z_SYNC_FLUSH).payload };
  }
}

function inflateTo(packed: Buffer, finishFlush: number): { payload: Buffer; used: number } {
  // With `info` it answers with more than the bytes; the types do not know.
  const { buffer, engine } = inflateSync(packed, {
    finishFlush,
    maxOutputLength: maxPayload,
    info: true,
  }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
  return { payload: buffer, used: engine.bytesWritten };
}

/** How a key of the list becomes a field; `absent` is what it means that the key is not there. */
type Field<T> = { key: string; from: (value: NvValue) => T | undefined; absent?: T };

const fields: { [Name in keyof ResumeToken]: Field<ResumeToken[Name]> } = {
  toGuid: { key: "toguid", from: asNumber },
  toName: { key: "toname", from: asText },
  fromGuid: { key: "fromguid", from: asNumber, absent: null },
  object: { key: "object", from: asNumber },
  offset: { key: "offset", from: asNumber },
  bytes: { key: "bytes", from: asNumber },
  largeBlocks: { key: "largeblockok", from: asFlag, absent: false },
  embedded: { key: "embedok", from: asFlag, absent: false },
  compressed: { key: "compressok", from: asFlag, absent: false },
  raw: { key: "rawok", from: asFlag, absent: false },
  redactSnaps: { key: "redact_snaps", from: asNumbers, absent: null },
  bookRedactSnaps: { key: "book_redact_snaps", from: asNumbers, absent: null },
  saved: { key: "savedok", from: asFlag, absent: false },
};

function asNumber(value: NvValue): bigint | undefined {
  return typeof value === "bigint" ? value : undefined;
}

function asNumbers(value: NvValue): bigint[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function asFlag(value: NvValue): boolean | undefined {
  return value === true ? true : undefined;
}

function asText(value: NvValue): string | undefined {
  if (!Buffer.isBuffer(value)) return undefined;
  const text = value.toString("utf8");
  // What cannot be seen could make a name look like another one.
  if (text === "" || text.includes("\ufffd") || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) {
    throw unreadable(say`The snapshot's name in this resume token is not text: it was tampered with.`);
  }
  return text;
}

/** What a list says. That a key is absent says something only where the list is there to its end. */
export function fieldsOf({ pairs, end }: Nvlist): Partial<ResumeToken> {
  if (end === "damaged") {
    throw unreadable(
      say`The contents of this resume token cannot be read: they are no list of names and values.`,
    );
  }
  const found: Record<string, unknown> = {};
  for (const [name, { key, from, absent }] of Object.entries(fields)) {
    const packed = pairs.get(key);
    const value = packed === undefined ? (end === "closed" ? absent : undefined) : from(packed);
    if (value !== undefined) found[name] = value;
    else if (packed !== undefined)
      throw unreadable(say`“${key}” in this resume token is of a kind that ZFS does not write.`);
  }
  return found as Partial<ResumeToken>;
}

function wholeToken(list: Nvlist): ResumeToken {
  const found = fieldsOf(list);
  for (const [name, { key }] of Object.entries(fields)) {
    if (!(name in found))
      throw unreadable(say`This resume token lacks “${key}”: it is not from zfs receive.`);
  }
  return found as ResumeToken;
}
