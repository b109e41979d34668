import { expect, it } from "vitest";
import { say } from "@/server/say";
import { languageFor } from "./languages";
import { translate } from "./translate";

const german = {
  "The pool {0} on {1} is suspended.": "Auf {1} steht der Pool {0} still.",
  "Not now: {0}": "Jetzt nicht: {0}",
  Running: "Läuft",
};

it("says a sentence in another language, with its values where that language wants them", () => {
  expect(translate(say`The pool ${"tank"} on ${"nas"} is suspended.`, german)).toBe(
    "Auf nas steht der Pool tank still.",
  );
});

it("says what was said inside of a sentence too, and every sentence of a paragraph", () => {
  const inner = say`The pool ${"a"} on ${"b"} is suspended.`;
  expect(translate(say`Not now: ${`${inner} ${inner}`}`, german)).toBe(
    "Jetzt nicht: Auf b steht der Pool a still. Auf b steht der Pool a still.",
  );
});

it("never translates a name, even one that is also a word", () => {
  expect(translate(say`Not now: ${"Running"}`, german)).toBe("Jetzt nicht: Running");
  expect(translate("Running", german)).toBe("Running");
  expect(translate(say`Running`, german)).toBe("Läuft");
});

it("stays English where it has no words, and never shows a mark", () => {
  expect(translate(say`New ${"x"} thing`, german)).toBe("New x thing");
  expect(translate(say`New ${"x"} thing`, null)).toBe("New x thing");
  expect(translate(say`toString`, german)).toBe("toString");
});

it("answers in the language that was chosen, or else in the first one asked for that is spoken here", () => {
  expect(languageFor("zh", "de")).toBe("zh");
  expect(languageFor("xx", "fr, de-AT;q=0.8, en;q=0.9")).toBe("en");
  expect(languageFor(undefined, "fr,zh-CN;q=0.5, de;q=0")).toBe("zh");
  expect(languageFor(undefined, null)).toBe("en");
});
