import { deflateSync } from "node:zlib";
import type { ResumeToken } from "./token";

/** Builds a resume token as the kernel does (facts C.1). For tests: Halfway itself never makes one. */
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
    ...(token.redacted ? [pair("redact_snaps", 16, 1, Buffer.alloc(8))] : []),
  ];
  // Native encoding, little-endian; nvlist version 0, unique names; a size of 0 ends the list.
  const payload = Buffer.concat([Buffer.from([0, 1, 0, 0]), i32(0), i32(1), ...pairs, i32(0), i32(0)]);
  return sealResumeToken(payload);
}

/** Compresses a payload and puts version, checksum and length in front of it. */
export function sealResumeToken(payload: Buffer): string {
  const packed = deflateSync(payload);
  let sum = 0n;
  for (let at = 0; at + 4 <= packed.length; at += 4) sum += BigInt(packed.readUInt32LE(at));
  return `1-${sum.toString(16)}-${payload.length.toString(16)}-${packed.toString("hex")}`;
}

function uint64(name: string, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return pair(name, 8, 1, bytes);
}

function string(name: string, value: string): Buffer {
  return pair(name, 9, 1, Buffer.from(`${value}\0`));
}

function boolean(name: string): Buffer {
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

function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
