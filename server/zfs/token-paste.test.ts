import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HalfwayError } from "../errors";
import { plain } from "../say";
import type { ResumeToken } from "./token";
import { boolean, encodeResumeToken, packPairs, sealResumeToken, string, uint64 } from "./token-encoder";
import { readPastedToken } from "./token-paste";
import { anyToken, example } from "./token-samples";

const whole = encodeResumeToken(example);
const [, checksum = "", length = "", hex = ""] = whole.split("-");
const wrapped = whole.replace(/(.{40})/g, "$1\n");

/** The sentence that a paste is refused with. */
function refusal(text: string): string {
  try {
    readPastedToken(text);
  } catch (error) {
    expect(error).toBeInstanceOf(HalfwayError);
    if (error instanceof HalfwayError) return plain(error.message);
  }
  throw new Error("it was read");
}

/** What is shown of a token that was cut off. */
function readable(text: string): Partial<ResumeToken> {
  const reading = readPastedToken(text);
  if (reading.kind !== "cut-off") throw new Error("it was read as a whole");
  return reading.readable;
}

describe("a token is found in whatever people paste", () => {
  test.each([
    ["the token alone", whole],
    ["with blanks and line breaks around it", `\n  ${whole} \r\n`],
    ["broken by a terminal", wrapped],
    ["broken and indented", whole.replace(/(.{33})/g, "$1\r\n\t    ")],
    ["broken in its first parts", `1-\n${checksum.slice(0, 3)} ${checksum.slice(3)} -\n ${length} -\n${hex}`],
    ["a blank after every character", whole.replace(/./g, "$& ")],
    ["broken by a backslash", whole.replace(/(.{40})/g, "$1\\\n")],
    ["at a shell's second prompt, or quoted in a mail", wrapped.replaceAll("\n", "\n> ")],
    ["with the invisible breaks of a web page", whole.replace(/(.{10})/g, "$1\u200b")],
    ["with the dashes of a web page", whole.replaceAll("-", "–")],
    ["in upper case", whole.toUpperCase()],
    ["in quotes", `"${whole}"`],
    ["in single quotes", `'${whole}'`],
    ["in backticks", `\`${whole}\``],
    ["in a sentence", `My token is (${whole}).`],
    ["with three dots behind it that leave nothing out", `${whole}...`],
    ["a command", `zfs send -t ${whole}`],
    ["a command without a blank", `zfs send -t${whole}`],
    ["a pipeline", `# zfs send -nvt ${whole} | zfs recv -s backup/x`],
    ["a broken pipeline", `zfs send -t ${wrapped} | ssh nas zfs recv -s backup/added`],
    ["zfs get", `NAME  PROPERTY  VALUE  SOURCE\nbackup/x2  receive_resume_token  ${whole}  -`],
    ["zfs get, broken", `backup/x  receive_resume_token  ${wrapped}  -\nbackup/y  used  1  -`],
    [
      "the message of zfs receive",
      `cannot receive resume stream: checksum mismatch or incomplete stream.\nPartially received snapshot is saved.\nA resuming stream can be generated on the sending system by running:\n    zfs send -t ${whole}\n`,
    ],
    ["words of hex letters behind it", `${whole} a dead bee added 1234`],
    ["words of hex letters behind its lines", `${wrapped} a decade`],
    ["a number like a token before it", `on 10-12-20 I ran 1-2-3-4, then ${whole}`],
    ["a damaged token before it", `1-abc-e8-${hex} and ${whole}`],
    ["one that was cut off before it", `${whole.slice(0, 90)} ${whole}`],
  ])("%s", (_what, text) => {
    expect(readPastedToken(text)).toEqual({ kind: "whole", token: example });
  });

  test("whatever it holds, broken wherever it may be", () => {
    fc.assert(
      fc.property(anyToken, fc.integer({ min: 1, max: 120 }), (token, width) => {
        const text = encodeResumeToken(token).replace(new RegExp(`(.{${width}})`, "g"), "$1\n   ");
        expect(readPastedToken(`zfs send -t ${text} | zfs receive -s b/c`)).toEqual({ kind: "whole", token });
      }),
    );
  });
});

describe("a token that was cut off", () => {
  test("is said to be cut off wherever that was, and everything shown of it is true", () => {
    fc.assert(
      fc.property(anyToken, fc.nat(), (token, cut) => {
        const text = encodeResumeToken(token);
        const end = 1 + (cut % (text.length - 1));
        expect(token).toMatchObject(readable(text.slice(0, end)));
      }),
      { numRuns: 1000 },
    );
    for (let end = 1; end < whole.length; end++) {
      expect(example, `the first ${end} characters`).toMatchObject(readable(whole.slice(0, end)));
    }
  });

  test("shows more the more there is of it, down to the name", () => {
    let shown = 0;
    for (let end = 1; end < whole.length; end++) {
      const now = Object.keys(readable(whole.slice(0, end))).length;
      expect(now).toBeGreaterThanOrEqual(shown);
      shown = now;
    }
    expect(shown).toBe(Object.keys(example).length);
    expect(readable(whole.slice(0, -30))).toMatchObject({ toName: example.toName, bytes: example.bytes });
  });

  test("does not show a name that was cut in the middle", () => {
    for (let end = 1; end < whole.length; end++) {
      expect([undefined, example.toName]).toContain(readable(whole.slice(0, end)).toName);
    }
  });

  test("leaves open what only its missing part could say", () => {
    const noFlags = { ...example, compressed: false };
    const text = encodeResumeToken(noFlags);
    expect(readable(text.slice(0, -40))).not.toHaveProperty("compressed");
    expect(readable(text.slice(0, -40))).not.toHaveProperty("fromGuid");
    // Only zlib's own checksum is missing here: what is not in the list is not in the token.
    expect(readable(text.slice(0, -8))).toEqual(noFlags);
  });

  const half = whole.slice(0, 130);
  test.each([
    ["three dots", `${half}...`],
    ["an ellipsis", `${half}…`],
    ["dots, and the rest of the command", `zfs send -t ${half}... | zfs recv -s x`],
    ["a closing quote", `zfs send -t "${half}"`],
    ["words of hex letters", `${half} a face added`],
    ["a terminal's lines", `zfs send -t ${half.replace(/(.{40})/g, "$1\n  ")}`],
    ["an odd number of digits", half.slice(0, -1)],
  ])("is read up to %s", (_what, text) => {
    expect(Object.keys(readable(text)).length).toBeGreaterThan(0);
    expect(example).toMatchObject(readable(text));
  });

  test.each([
    ["a command", "zfs send -t 1-c0ff"],
    ["a quote", '"1-c0ffee-e8-"'],
    ["dots in its middle", `zfs send -t 1-${checksum}… | zfs recv -s x`],
  ])("is known even where nothing can be read of it: %s", (_what, text) => {
    expect(readPastedToken(text)).toEqual({
      kind: "cut-off",
      sentence: "This resume token was cut off before the first thing that it says.",
      readable: {},
    });
  });

  test.each([
    ["its data", hex],
    ["its length and its data", `${length}-${hex}`],
    ["half of its checksum", `${checksum.slice(4)}-${length}-${hex}`],
    ["its last lines", `…${checksum.slice(4)}-${length}-${hex} | zfs receive -s x`],
  ])("at its beginning is read from %s", (_what, text) => {
    const reading = readPastedToken(text);
    expect(reading).toMatchObject({ kind: "cut-off", readable: example });
    expect(reading.kind === "cut-off" && reading.sentence).toContain(
      "The beginning of this resume token was cut off",
    );
  });

  test("at both ends says so, and shows what is left", () => {
    const reading = readPastedToken(hex.slice(0, 120));
    expect(reading).toMatchObject({
      kind: "cut-off",
      sentence: expect.stringContaining("and so was its end"),
    });
    expect(example).toMatchObject(readable(hex.slice(0, 120)));
    expect(readable(hex.slice(0, 120))).toHaveProperty("object");
  });

  test("of which only the end is there may be one: nobody can tell", () => {
    expect(readPastedToken(hex.slice(40))).toMatchObject({
      kind: "cut-off",
      sentence: expect.stringContaining("If this is the end of a resume token"),
      readable: {},
    });
  });
});

describe("what is wrong with a paste is said in a sentence of its own", () => {
  const needed = {
    object: uint64("object", 1n),
    offset: uint64("offset", 0n),
    bytes: uint64("bytes", 0n),
    toguid: uint64("toguid", 1n),
    toname: string("toname", "tank/a@b"),
  };
  const sealed = (pairs: Partial<Record<string, Buffer>>) =>
    sealResumeToken(packPairs(Object.values({ ...needed, ...pairs }).filter((pair) => pair !== undefined)));
  const payload = packPairs(Object.values(needed));
  const cases: [string, string, string][] = [
    ["nothing", " \n ", "nothing to read"],
    ["prose", "my token, added in 2024-11-02", "not a resume token"],
    ["another version", whole.replace(/^1/, "2"), "version 2"],
    ["a letter that is no digit", whole.replace(/^(.{60})./, "$1O"), "“O”"],
    [
      "a changed character",
      `${whole.slice(0, 60)}${whole[60] === "0" ? "1" : "0"}${whole.slice(61)}`,
      "checksum",
    ],
    ["characters behind its end", `${whole}0102`, "last 4 characters"],
    ["data that is not compressed", sealedRaw(Buffer.alloc(32, 0xff)), "decompressed"],
    ["a bomb", sealResumeToken(Buffer.alloc(1 << 22)), "64 KiB"],
    [
      "another length",
      whole.replace(/^(1-[0-9a-f]+)-[0-9a-f]+/, "$1-1"),
      "The length in this resume token, 1,",
    ],
    ["no list", sealResumeToken(Buffer.from("hello, this is no nvlist")), "no list"],
    ["a list without an end", sealResumeToken(payload.subarray(0, -4)), "end in the middle"],
    ["no snapshot", sealed({ toname: undefined }), "lacks “toname”"],
    ["no position", sealed({ object: undefined }), "lacks “object”"],
    ["a number that is text", sealed({ bytes: string("bytes", "12") }), "“bytes” in this"],
    ["a flag that is a number", sealed({ rawok: uint64("rawok", 1n) }), "“rawok” in this"],
    ["a base that is a flag", sealed({ fromguid: boolean("fromguid") }), "“fromguid” in this"],
    ["a name that is not text", sealed({ toname: string("toname", Buffer.from([0xff, 0xfe])) }), "not text"],
    ["a whole book", "a ".repeat(1 << 21), "too long"],
  ];

  test.each(cases)("%s", (_what, text, words) => {
    expect(refusal(text)).toContain(words);
  });

  test("and no two of these sentences are the same", () => {
    const sentences = cases.map(([, text]) => refusal(text));
    expect(new Set(sentences).size).toBe(cases.length);
  });

  test.each([
    [
      "two names, of which ZFS might take the other one",
      sealed({ again: string("toname", "tank/c@d") }),
      "no list",
    ],
    ["a name that looks like another", sealed({ toname: string("toname", "tank/\u202eb@a") }), "not text"],
    ["an empty name", sealed({ toname: string("toname", "") }), "not text"],
    ["a comma in its middle", whole.replace(/^(.{60})/, "$1,"), "“,”"],
    [
      "a wrong letter in its second line",
      `${whole.slice(0, 60)}\n${whole.slice(60, 90)}l${whole.slice(91)}`,
      "“l”",
    ],
    ["a wrong checksum", whole.replace(/^1-[0-9a-f]+/, "1-abc"), "checksum"],
    ["a telephone number", "1-800-555-0199", "not a resume token"],
    ["a GUID", "789c2a726247de11", "not a resume token"],
    ["the words of an API", "1-abc-nonsense", "not a resume token"],
  ])("the same for %s", (_what, text, words) => {
    expect(refusal(text)).toContain(words);
  });

  test("except what a newer ZFS may add: it is passed over", () => {
    expect(readPastedToken(sealed({ newer: uint64("newer", 5n) }))).toMatchObject({ kind: "whole" });
  });
});

describe("no paste does any harm", () => {
  /** Reads a text; anything thrown but our own error fails the test. */
  const survives = (text: string) => {
    try {
      return readPastedToken(text);
    } catch (error) {
      expect(error).toBeInstanceOf(HalfwayError);
      return null;
    }
  };

  test("arbitrary text is answered, or refused with a sentence", () => {
    const tokenish = fc.string({ unit: fc.constantFrom(...'0123456789abcdef1178- .…\n"gO'), maxLength: 200 });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), tokenish), (text) => {
        survives(text);
        survives(`zfs send -t 1-abc-e8-789c${text}`);
      }),
      { numRuns: 1000 },
    );
  });

  test("a changed token is never taken for another one", () => {
    const change = fc.tuple(fc.nat(), fc.nat(3), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(anyToken, fc.array(change, { minLength: 1, maxLength: 4 }), (token, changes) => {
        let text = encodeResumeToken(token);
        for (const [at, taken, put] of changes) {
          const from = at % text.length;
          text = text.slice(0, from) + put + text.slice(from + taken);
        }
        const reading = survives(text);
        if (reading?.kind === "whole") expect(reading.token).toEqual(token);
      }),
      { numRuns: 1000 },
    );
  });

  test("a list that makes no sense, well packed, is refused", () => {
    const payloads = fc
      .tuple(fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.nat(255))
      .map(([noise, at, value]) => {
        const payload = Buffer.concat([packPairs([uint64("object", 1n)]).subarray(0, -4), noise]);
        payload[at % payload.length] = value;
        return payload;
      });
    fc.assert(
      fc.property(payloads, (payload) => {
        expect(survives(sealResumeToken(payload))).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  test("a decompression bomb ends at once, and takes no memory", () => {
    const bomb = sealResumeToken(Buffer.alloc(50_000_000));
    const [before, began] = [process.memoryUsage(), performance.now()];
    for (let times = 0; times < 20; times++) expect(refusal(bomb)).toContain("64 KiB");
    expect(performance.now() - began).toBeLessThan(1000);
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    expect(heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(50_000_000);
  });

  const megabyte = (piece: string) => piece.repeat(Math.ceil((1 << 20) / piece.length));
  test.each([
    ["words", megabyte("the added face ")],
    ["digits", megabyte("deadbeef")],
    ["digits in words", megabyte("deadbee ")],
    ["almost digits", `${megabyte("deadbeef")}z`],
    ["dashes", megabyte("1-")],
    ["blanks", megabyte(" ")],
    ["blanks between", `1-a${megabyte(" ")}-b`],
    ["beginnings", megabyte("1-abc-e8-")],
    ["tokens that were cut off", megabyte(`${whole.slice(0, 80)} `)],
    ["tokens that are damaged", megabyte(`${whole.replace(/^1-[0-9a-f]+/, "1-abc")} `)],
    ["a token with endless data", `1-abc-e8-${megabyte("789c6360")}`],
    ["data without a beginning", megabyte("789c636064000310a5 ")],
    ["dots", megabyte(".")],
    ["options", megabyte("-t 1-")],
  ])("a megabyte of %s takes less than a second", (_what, text) => {
    const began = performance.now();
    survives(text);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

/** A token whose data is no zlib stream, with the checksum that belongs to it. */
function sealedRaw(packed: Buffer): string {
  let sum = 0n;
  for (let at = 0; at + 4 <= packed.length; at += 4) sum += BigInt(packed.readUInt32LE(at));
  return `1-${sum.toString(16)}-20-${packed.toString("hex")}`;
}
