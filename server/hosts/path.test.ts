import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isInstalledHere } from "./path";

let directory = "";
const program = "halfway-test-program";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "halfway path "));
  vi.stubEnv("PATH", `/nowhere:${directory}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

test("a program is a file that can be run: neither a directory of that name nor a file that cannot", () => {
  expect(isInstalledHere(program)).toBe(false);
  mkdirSync(join(directory, program));
  expect(isInstalledHere(program)).toBe(false);
  rmSync(join(directory, program), { recursive: true });
  writeFileSync(join(directory, program), "#!/bin/sh\n", { mode: 0o600 });
  expect(isInstalledHere(program)).toBe(false);
  rmSync(join(directory, program));
  writeFileSync(join(directory, program), "#!/bin/sh\n", { mode: 0o700 });
  expect(isInstalledHere(program)).toBe(true);
});
