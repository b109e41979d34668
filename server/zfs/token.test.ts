import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HalfwayError } from "../errors";
import { decodeResumeToken, type ResumeToken, redactTokens, tokenFingerprint } from "./token";
import { encodeResumeToken, sealResumeToken } from "./token-encoder";

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const anyToken: fc.Arbitrary<ResumeToken> = fc.record({
  toGuid: u64,
  toName: fc.stringMatching(/^[a-z][a-z0-9 /_.:-]{0,60}@[a-z0-9 _.:-]{1,20}$/),
  fromGuid: fc.option(u64),
  object: u64,
  offset: u64,
  bytes: u64,
  largeBlocks: fc.boolean(),
  embedded: fc.boolean(),
  compressed: fc.boolean(),
  raw: fc.boolean(),
  redacted: fc.boolean(),
});
const example: ResumeToken = {
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
  redacted: false,
};

describe("a resume token", () => {
  test("is read back exactly, 64-bit numbers included", () => {
    fc.assert(
      fc.property(anyToken, (token) => {
        expect(decodeResumeToken(encodeResumeToken(token))).toEqual(token);
      }),
    );
  });

  test("may be pasted with line breaks and spaces in it", () => {
    const wrapped = encodeResumeToken(example).replace(/(.{40})/g, "$1\n  ");
    expect(decodeResumeToken(wrapped)).toEqual(example);
  });

  test.each([
    ["nothing", "", "not a resume token"],
    ["prose", "my token", "not a resume token"],
    ["an option", "-t", "not a resume token"],
    ["another version", encodeResumeToken(example).replace(/^1/, "2"), "version 2"],
    ["half a paste", encodeResumeToken(example).slice(0, 80), "checksum"],
    ["a wrong checksum", encodeResumeToken(example).replace(/^1-[0-9a-f]+/, "1-abc"), "checksum"],
    ["a wrong length", encodeResumeToken(example).replace(/^(1-[0-9a-f]+)-[0-9a-f]+/, "$1-1"), "length"],
    ["no nvlist", sealResumeToken(Buffer.from("hello, this is no nvlist")), "cannot be read"],
    ["a bomb", sealResumeToken(Buffer.alloc(1 << 22)), "decompressed"],
  ])("that is %s is refused with a sentence that says so", (_what, text, words) => {
    expect(() => decodeResumeToken(text)).toThrow(words);
  });

  test("never makes the decoder throw anything but its own error, whatever is in it", () => {
    const mutated = fc
      .tuple(fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.nat(255))
      .map(([noise, at, value]) => {
        const payload = Buffer.concat([Buffer.from([0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]), noise]);
        payload[at % payload.length] = value;
        return sealResumeToken(payload);
      });
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutated), (text) => {
        try {
          decodeResumeToken(text);
        } catch (error) {
          expect(error).toBeInstanceOf(HalfwayError);
        }
      }),
    );
  });

  test("has a fingerprint that changes with it and does not contain it", () => {
    const token = encodeResumeToken(example);
    const moved = encodeResumeToken({ ...example, bytes: example.bytes + 1n });
    expect(tokenFingerprint(token)).toMatch(/^[0-9a-f]{16}$/);
    expect(tokenFingerprint(moved)).not.toBe(tokenFingerprint(token));
  });

  test("is taken out of ZFS's own words before they are shown", () => {
    const token = encodeResumeToken(example);
    expect(redactTokens(`run:\n    zfs send -t ${token}\n`)).toBe("run:\n    zfs send -t <resume token>\n");
  });
});
