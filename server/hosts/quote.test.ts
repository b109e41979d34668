import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shellQuote } from "./quote";

/** What a real POSIX shell makes of a command line: the words it would hand to a program. */
function wordsSeenBySh(commandLine: string): string[] {
  const stdout = execFileSync("sh", ["-c", `printf '%s\\0' ${commandLine}`], { encoding: "utf8" });
  return stdout.split("\0").slice(0, -1);
}

// A NUL cannot be in an argument at all; everything else must arrive as it was.
const nasty = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.constantFrom("'", '"', "\\", "$", "`", "\n", " ", "*", "!", ";", "&", "|", "~", "=", "-", "("),
  }),
);
const word = nasty.filter((text) => !text.includes("\0"));

test("a real shell sees exactly the words that were quoted", () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
      expect(wordsSeenBySh(shellQuote(words))).toEqual(words);
    }),
    { numRuns: 300 },
  );
});

test("quoting twice survives two shells, as over ssh", () => {
  fc.assert(
    fc.property(word, (text) => {
      expect(wordsSeenBySh(shellQuote([shellQuote([text])]))).toEqual([shellQuote([text])]);
    }),
    { numRuns: 100 },
  );
});

test("ordinary commands stay readable", () => {
  expect(shellQuote(["zfs", "receive", "-s", "-u", "backup/photos"])).toBe("zfs receive -s -u backup/photos");
  expect(shellQuote(["zfs", "receive", "-A", "backup/Family Films"])).toBe(
    "zfs receive -A 'backup/Family Films'",
  );
});
