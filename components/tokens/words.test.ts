import { describe, expect, it } from "vitest";
import type { ResumeToken } from "@/server/zfs/token";
import { formatCount, formatHex, missingParts, tokenInWords } from "./words";

const token: ResumeToken = {
  toGuid: 0x82739b2a726247den,
  toName: "tank/data@tuesday",
  fromGuid: 7n,
  object: 42_818n,
  offset: 1_572_864n,
  bytes: (84n << 30n) + (210n << 20n),
  largeBlocks: false,
  embedded: false,
  compressed: true,
  raw: true,
  redactSnaps: null,
  bookRedactSnaps: null,
  saved: false,
};

describe("a resume token in words", () => {
  it("says what was sent, how much arrived, how, and where it stopped", () => {
    expect(tokenInWords(token, "en")).toEqual(
      "Incremental send of tank/data@tuesday. Received: 84.2 GiB. How it is sent: raw, compressed. It stopped in object 42,818 at offset 1.50 MiB.",
    );
  });

  it("says more only where there is more to say", () => {
    expect(tokenInWords({ ...token, fromGuid: null, raw: false, compressed: false }, "en")).toEqual(
      "Full send of tank/data@tuesday. Received: 84.2 GiB. It stopped in object 42,818 at offset 1.50 MiB.",
    );
    expect(
      tokenInWords(
        { ...token, largeBlocks: true, embedded: true, redactSnaps: [], saved: true, bytes: 0n },
        "en",
      ),
    ).toEqual(
      "Incremental send of tank/data@tuesday. Received: 0 B. How it is sent: raw, compressed, large blocks, embedded, redacted, from a state that was saved half-way itself. It stopped in object 42,818 at offset 1.50 MiB.",
    );
  });

  it("claims nothing of a token that was cut off but what is there", () => {
    expect(tokenInWords({ object: 2n, offset: 0n, bytes: 1024n }, "en")).toEqual(
      "Send of a snapshot whose name is missing. Received: 1 KiB. It stopped in object 2 at offset 0 B.",
    );
    expect(tokenInWords({ object: 2n }, "en")).toEqual(
      "Send of a snapshot whose name is missing. It stopped in object 2.",
    );
    expect(tokenInWords({}, "en")).toBeNull();
  });
});

it("names what is missing of a token", () => {
  expect(missingParts(token)).toEqual([]);
  expect(missingParts({ object: 2n, offset: 0n, bytes: 1024n })).toEqual([
    "the snapshot's name",
    "its GUID",
    "whether it is full or incremental",
    "how it was sent",
  ]);
});

it("writes numbers of 64 bits to their last digit", () => {
  expect(formatCount((1n << 64n) - 1n, "en")).toBe("18,446,744,073,709,551,615");
  expect(formatCount((1n << 64n) - 1n, "de")).toBe("18.446.744.073.709.551.615");
  expect(formatHex((1n << 64n) - 1n)).toBe("0xffffffffffffffff");
});
