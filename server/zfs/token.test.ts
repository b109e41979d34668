import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeResumeToken, isRedacted, redactTokens, tokenFingerprint } from "./token";
import { encodeResumeToken } from "./token-encoder";
import { anyToken, example } from "./token-samples";

describe("a resume token", () => {
  test("is read back exactly, 64-bit numbers included", () => {
    fc.assert(
      fc.property(anyToken, (token) => {
        expect(decodeResumeToken(encodeResumeToken(token))).toEqual(token);
      }),
    );
  });

  test("holds numbers up to the largest that ZFS knows, and names with blanks and letters of any language", () => {
    const largest = (1n << 64n) - 1n;
    const token = { ...example, toGuid: largest, bytes: largest, toName: "tank/Größe 大きい@mañana" };
    expect(decodeResumeToken(encodeResumeToken(token))).toEqual(token);
  });

  test("may have line breaks and blanks in it, but no other words around it: it goes to ZFS as it is", () => {
    const token = encodeResumeToken(example);
    expect(decodeResumeToken(token.replace(/(.{40})/g, "$1\n  "))).toEqual(example);
    expect(() => decodeResumeToken(`zfs send -t ${token}`)).toThrow("not a resume token");
    expect(() => decodeResumeToken("-t")).toThrow("not a resume token");
  });

  test("that was cut off is refused as such", () => {
    expect(() => decodeResumeToken(encodeResumeToken(example).slice(0, 80))).toThrow("cut off");
  });

  test("is of a redacted send even where the snapshots it was redacted by are gone", () => {
    expect(isRedacted(example)).toBe(false);
    expect(isRedacted({ ...example, redactSnaps: [] })).toBe(true);
    expect(isRedacted({ ...example, bookRedactSnaps: [7n] })).toBe(true);
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
