import fc from "fast-check";
import { expect, it } from "vitest";
import { translate } from "../components/language/translate";
import { counted, joined, listed, partsOf, plain, say, verbatim } from "./say";

it("reads as the English sentence that it is, with every value as it was", () => {
  fc.assert(
    fc.property(fc.string(), fc.bigInt(), (name, bytes) => {
      expect(plain(say`${name} holds ${bytes} bytes.`)).toBe(`${plain(name)} holds ${bytes} bytes.`);
    }),
  );
});

it("keeps apart what was said, and what was put into it, however deep", () => {
  const why = say`the pool ${"tank"} is suspended`;
  expect(partsOf(say`Not now: ${why}.`)).toEqual([
    {
      kind: "said",
      parts: [
        { kind: "words", text: "Not now: " },
        {
          kind: "value",
          parts: [
            {
              kind: "said",
              parts: [
                { kind: "words", text: "the pool " },
                { kind: "value", parts: [{ kind: "words", text: "tank" }] },
                { kind: "words", text: " is suspended" },
              ],
            },
          ],
        },
        { kind: "words", text: "." },
      ],
    },
  ]);
});

it("takes any text apart without losing a letter of it, marks that nobody closed included", () => {
  const marked = fc.string({ unit: fc.constantFrom("a", " ", "\u2066", "\u2068", "\u2069") });
  const flat = (parts: ReturnType<typeof partsOf>): string =>
    parts.map((part) => (part.kind === "words" ? part.text : flat(part.parts))).join("");
  fc.assert(
    fc.property(marked, (text) => {
      expect(flat(partsOf(text))).toBe(plain(text));
    }),
  );
});

it("joins sentences to a paragraph, chooses by a count, and leaves alone what others wrote", () => {
  expect(plain(joined([say`One.`, say`Two.`]))).toBe("One. Two.");
  expect([1, 2].map((n) => plain(counted(n, say`${n} host`, say`${n} hosts`)))).toEqual([
    "1 host",
    "2 hosts",
  ]);
  expect(partsOf(verbatim("cannot receive"))).toEqual([{ kind: "words", text: "cannot receive" }]);
});

it("lists any number of things, each of which a language can put in its own way", () => {
  expect(plain(listed(["nas", "tower", "attic"]))).toBe("nas, tower, attic");
  expect(plain(listed(["nas"]))).toBe("nas");
});

it("is led astray by no depth of marks that others wrote", () => {
  const deep = "\u2066".repeat(100_000);
  expect(translate(`a${deep}b`, null)).toBe("ab");
});
