import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyFacts } from "@/server/receives/fixtures";
import { judge } from "@/server/receives/judge";
import type { Verdict } from "@/server/receives/types";
import { type Part, partsOf, plain } from "@/server/say";
import { catalogue } from "@/server/zfs/catalogue";
import { catalog as german } from "./de";
import { translate } from "./translate";
import { catalog as chinese } from "./zh";

/** Everything that a verdict says. */
function textsOf(verdict: Verdict): string[] {
  const { sentence, evidence, cautions, refusals } = verdict;
  const obstacles = verdict.kind === "blocked" ? verdict.obstacles : [];
  return [
    sentence,
    ...evidence.map(({ says }) => says),
    ...cautions,
    ...Object.values(refusals).filter((refusal) => refusal !== null),
    ...obstacles.flatMap((one) => [one.sentence, ...one.remedies.map(({ says }) => says)]),
  ];
}

/** The names and numbers in a text. */
function valuesIn(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => {
    if (part.kind === "words") return [];
    const words = part.parts.filter(({ kind }) => kind === "words");
    return [
      ...(part.kind === "value" ? words.map((one) => ("text" in one ? one.text : "")) : []),
      ...valuesIn(part.parts),
    ];
  });
}

/** What has to be typed as it is: commands, options, and the words to put in their place. */
const toType = /(?<![\w/-])(?:(?:zfs|zpool) (?!command\b)[a-z-]+|-[A-Za-z]\w*|[A-Z_]{4,})(?!\w)/g;

describe.each([
  ["German", german],
  ["Chinese", chinese],
])("in %s", (_, catalog) => {
  it("a verdict is said whole, whatever the facts are, with every name and number in it", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        for (const text of textsOf(judge(facts))) {
          const unsaid = partsOf(text).filter((part) => part.kind === "words" && part.text.trim() !== "");
          expect(unsaid, plain(text)).toEqual([]);
          const translated = translate(text, catalog);
          expect(translated).not.toBe(plain(text));
          for (const value of valuesIn(partsOf(text))) expect(translated).toContain(value);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(catalogue)("$id means and asks for the same, with the commands to type", ({ means, todo }) => {
    for (const text of [means, todo]) {
      const translated = translate(text, catalog);
      expect(translated).not.toBe(plain(text));
      for (const [words] of plain(text).matchAll(toType)) expect(translated).toContain(words);
    }
  });
});
