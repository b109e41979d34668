import { expect, it } from "vitest";
import { binding, isCharacterKey } from "./keys";

it("writes keys as tinykeys wants them, and finds signs wherever a keyboard has them", () => {
  expect(binding("g r")).toBe("g r");
  expect(binding("Mod+k")).toBe("$mod+k");
  expect(binding("?")).toBe("[Shift]+?");
  expect(binding("/")).toBe("[Shift]+/");
});

it("knows which shortcuts somebody could press by mistake", () => {
  expect(["r", "g r", "?", "Shift+J"].map(isCharacterKey)).toEqual([true, true, true, true]);
  expect(["Mod+k", "Enter", "Shift+Enter", "Escape"].map(isCharacterKey)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
