import fc from "fast-check";
import type { ResumeToken } from "./token";

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const guids = fc.option(fc.array(u64, { maxLength: 4 }));

/** Any token that ZFS might make, and some that it might not. For tests. */
export const anyToken: fc.Arbitrary<ResumeToken> = fc.record({
  toGuid: u64,
  toName: fc.stringMatching(/^[a-zà-öα-ω大][a-z0-9à-öα-ω大 /_.:-]{0,60}@[a-z0-9à-ö _.:-]{1,20}$/),
  fromGuid: fc.option(u64),
  object: u64,
  offset: u64,
  bytes: u64,
  largeBlocks: fc.boolean(),
  embedded: fc.boolean(),
  compressed: fc.boolean(),
  raw: fc.boolean(),
  redactSnaps: guids,
  bookRedactSnaps: guids,
  saved: fc.boolean(),
});

/** A full send with a blank in its name, 40 MiB received. For tests. */
export const example: ResumeToken = {
  toGuid: 0x82739b2a726247den,
  toName: "tank/Family Films@2026",
  fromGuid: null,
  object: 2n,
  offset: 131072n,
  bytes: 41_943_040n,
  largeBlocks: false,
  embedded: false,
  compressed: true,
  raw: false,
  redactSnaps: null,
  bookRedactSnaps: null,
  saved: false,
};
