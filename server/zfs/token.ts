import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { HalfwayError } from "../errors";

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
  /** Sent without what redaction snapshots leave out; which these are, the token says by GUID only. */
  redacted: boolean;
};

/** The token alphabet and shape; anything else is refused before it can get near an argv. */
const shape = /^(\d{1,3})-([0-9a-f]{1,16})-([0-9a-f]{1,8})-([0-9a-f]+)$/;
// A token packs a handful of numbers and one name: a kilobyte or two. The cap stops a decompression bomb.
const maxPayload = 64 * 1024;

/** Pair types of an nvlist (sys/nvpair.h). */
const nvType = { boolean: 1, uint64: 8, string: 9, uint64Array: 16 } as const;

/** A short stable name for a token, safe to log and to send to a browser and back (tokens name snapshots). */
export function tokenFingerprint(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 16);
}

/** Replaces resume tokens in ZFS's own words: they name snapshots and may be replayed, so words for people do without. */
export function redactTokens(text: string): string {
  return text.replace(/\b\d-[0-9a-f]{6,16}-[0-9a-f]{1,8}-[0-9a-f]{16,}/g, "<resume token>");
}

/**
 * Decodes a resume token without `zfs`: `version-checksum-length-hex`, where hex is a zlib stream of a natively
 * encoded nvlist (facts C.1). White space inside a pasted token is ignored.
 * @throws HalfwayError `BAD_INPUT` with one sentence that says what is wrong with it.
 */
export function decodeResumeToken(text: string): ResumeToken {
  const token = text.replace(/\s+/g, "");
  const match = shape.exec(token);
  if (!match) throw bad("This is not a resume token: it should look like 1-c0ffee-e8-789c….");
  const [, version = "", checksum = "", length = "", hex = ""] = match;
  if (version !== "1") throw bad(`This resume token has version ${version}; only version 1 is known.`);
  const packed = Buffer.from(hex, "hex");
  if (fletcher4Word0(packed) !== BigInt(`0x${checksum}`)) {
    throw bad("The checksum of this resume token is wrong: it was cut off or changed. Read it again.");
  }
  const payload = inflate(packed);
  if (payload.length !== Number.parseInt(length, 16)) {
    throw bad("The length inside this resume token is wrong: it was cut off or changed.");
  }
  return fromPairs(readPairs(payload));
}

function bad(message: string): HalfwayError {
  return new HalfwayError("BAD_INPUT", message);
}

/** Word 0 of fletcher-4: the 64-bit sum of little-endian 32-bit words; 1–3 trailing bytes are not covered. */
function fletcher4Word0(bytes: Buffer): bigint {
  let sum = 0n;
  for (let at = 0; at + 4 <= bytes.length; at += 4) sum += BigInt(bytes.readUInt32LE(at));
  return BigInt.asUintN(64, sum);
}

function inflate(packed: Buffer): Buffer {
  try {
    return inflateSync(packed, { maxOutputLength: maxPayload });
  } catch {
    throw bad("This resume token cannot be decompressed: it is damaged.");
  }
}

type Value = bigint | string | true;

/** Reads a NATIVE encoded nvlist: 4 byte header, version, flags, then pairs until a size of 0. */
function readPairs(buffer: Buffer): Map<string, Value> {
  const damaged = () => bad("The contents of this resume token cannot be read: it is damaged.");
  const pairs = new Map<string, Value>();
  if (buffer.length < 16 || buffer[0] !== 0) throw damaged();
  const little = buffer[1] === 1;
  const i32 = (at: number) => (little ? buffer.readInt32LE(at) : buffer.readInt32BE(at));
  const u16 = (at: number) => (little ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at));
  const u64 = (at: number) => (little ? buffer.readBigUInt64LE(at) : buffer.readBigUInt64BE(at));
  try {
    for (let at = 12; ; ) {
      const size = i32(at);
      if (size === 0) return pairs;
      if (size < 16 || at + size > buffer.length) throw damaged();
      const nameSize = u16(at + 4);
      const type = i32(at + 12);
      const name = buffer.toString("utf8", at + 16, at + 16 + nameSize - 1);
      const valueAt = at + Math.ceil((16 + nameSize) / 8) * 8;
      if (type === nvType.uint64) pairs.set(name, u64(valueAt));
      else if (type === nvType.string) pairs.set(name, cString(buffer.subarray(valueAt, at + size)));
      else if (type === nvType.boolean) pairs.set(name, true);
      else if (type === nvType.uint64Array) pairs.set(name, true);
      else throw damaged();
      at += size;
    }
  } catch (error) {
    if (error instanceof HalfwayError) throw error;
    throw damaged();
  }
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}

function fromPairs(pairs: Map<string, Value>): ResumeToken {
  const number = (key: string): bigint => {
    const value = pairs.get(key);
    if (typeof value !== "bigint") throw bad(`This resume token lacks “${key}”: it is not from zfs receive.`);
    return value;
  };
  const toName = pairs.get("toname");
  if (typeof toName !== "string") throw bad("This resume token lacks “toname”: it is not from zfs receive.");
  return {
    toGuid: number("toguid"),
    toName,
    fromGuid: pairs.has("fromguid") ? number("fromguid") : null,
    object: number("object"),
    offset: number("offset"),
    bytes: number("bytes"),
    largeBlocks: pairs.has("largeblockok"),
    embedded: pairs.has("embedok"),
    compressed: pairs.has("compressok"),
    raw: pairs.has("rawok"),
    redacted: pairs.has("redact_snaps") || pairs.has("book_redact_snaps"),
  };
}
