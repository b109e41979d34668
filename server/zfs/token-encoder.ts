import { deflateSync } from "node:zlib";
import type { ResumeToken } from "./token";

/** Builds a resume token as the kernel does (facts C.1): one that names a copy of its snapshot (decision 11), and for tests. */
export function encodeResumeToken(token: ResumeToken): string {
  const pairs = [
    ...(token.fromGuid === null ? [] : [uint64("fromguid", token.fromGuid)]),
    uint64("object", token.object),
    uint64("offset", token.offset),
    uint64("bytes", token.bytes),
    uint64("toguid", token.toGuid),
    string("toname", token.toName),
    ...(token.largeBlocks ? [boolean("largeblockok")] : []),
    ...(token.embedded ? [boolean("embedok")] : []),
    ...(token.compressed ? [boolean("compressok")] : []),
    ...(token.raw ? [boolean("rawok")] : []),
    ...(token.redactSnaps === null ? [] : [uint64Array("redact_snaps", token.redactSnaps)]),
    ...(token.bookRedactSnaps === null ? [] : [uint64Array("book_redact_snaps", token.bookRedactSnaps)]),
    ...(token.saved ? [boolean("savedok")] : []),
  ];
  return sealResumeToken(packPairs(pairs));
}

/** Puts packed pairs into a list: native encoding, little-endian; version 0, unique names; a size of 0 ends it. */
export function packPairs(pairs: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([0, 1, 0, 0]), i32(0), i32(1), ...pairs, i32(0)]);
}

/** Compresses a payload and puts version, checksum and length in front of it. */
export function sealResumeToken(payload: Buffer): string {
  const packed = deflateSync(payload);
  let sum = 0n;
  for (let at = 0; at + 4 <= packed.length; at += 4) sum += BigInt(packed.readUInt32LE(at));
  return `1-${sum.toString(16)}-${payload.length.toString(16)}-${packed.toString("hex")}`;
}

/** Packs a number. */
export function uint64(name: string, value: bigint): Buffer {
  return pair(name, 8, 1, u64(value));
}

/** Packs a text, or bytes that are none. */
export function string(name: string, value: string | Buffer): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return pair(name, 9, 1, Buffer.concat([bytes, Buffer.alloc(1)]));
}

function uint64Array(name: string, values: readonly bigint[]): Buffer {
  return pair(name, 16, values.length, Buffer.concat(values.map(u64)));
}

/** Packs a flag: that it is there, is all it says. */
export function boolean(name: string): Buffer {
  return pair(name, 1, 0, Buffer.alloc(0));
}

function pair(name: string, type: number, elements: number, value: Buffer): Buffer {
  const nameBytes = Buffer.from(`${name}\0`);
  const head = Buffer.alloc(16);
  const body = Buffer.concat([padded(Buffer.concat([Buffer.alloc(16), nameBytes])), padded(value)]);
  head.writeInt32LE(body.length, 0);
  head.writeInt16LE(nameBytes.length, 4);
  head.writeInt32LE(elements, 8);
  head.writeInt32LE(type, 12);
  head.copy(body);
  nameBytes.copy(body, 16);
  return body;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
