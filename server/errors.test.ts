import { inspect } from "node:util";
import { expect, it } from "vitest";
import { HalfwayError, sentence } from "./errors";
import { plain, say } from "./say";

it("is said where a page shows it, and has no marks in a log", () => {
  const error = new HalfwayError("REFUSED", say`The pool ${"tank"} is full.`);
  expect(sentence(error) === say`The pool ${"tank"} is full.`).toBe(true);
  const logged = inspect(error);
  expect(logged).toContain("The pool tank is full.");
  expect(plain(logged) === logged).toBe(true);
});

it("leaves what nobody expected in the words of others", () => {
  expect(sentence(new Error("\u2066Boom\u2069")) === "Boom").toBe(true);
  expect(sentence("Boom") === "Boom").toBe(true);
});
