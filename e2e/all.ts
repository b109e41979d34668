/*
 * Runs the suites one after the other, whatever fails, and ends with one plain line over all of them.
 * `--no-lab` stops before those that need real ZFS; `--zfs 2.1` runs those on one version only. `--faults` runs nothing but
 * all the fault tests; else there are only the quick ones among them.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ensureBuild } from "./build";
import { down, up, type ZfsVersion } from "./lab";

type Tally = { passed: number; failed: number; skipped: number };

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
});

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

const results = mkdtempSync(join(tmpdir(), "halfway-results-"));
const total: Tally = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
const withLab = !process.argv.includes("--no-lab");
const onlyFaults = process.argv.includes("--faults");
const versions = chosenVersions();
/** Contract tests of how hosts are reached, processes joined and words chosen: the same whatever ZFS is at their ends. */
const onNewestAlone = ["hosts", "injection", "routes", "runs", "sends", "transfers"];
const began = Date.now();

if (!onlyFaults) {
  await tool("types", "tsc", ["--noEmit"]);
  await tool("lint and format", "biome", ["check", "--error-on-warnings", "."]);
  await tool("dependency rules", "depcruise", [
    "--output-type",
    "err",
    "app",
    "components",
    "server",
    "e2e",
    "proxy.ts",
    "instrumentation.ts",
  ]);
  await tool("dead code", "knip", []);
  await vitest("unit");
}

if (withLab) {
  // A lab that somebody has played in is not what the tests expect.
  await down();
  const built = await attempt("build", ensureBuild);
  for (const zfs of versions) {
    const ready =
      built && (await attempt(`lab with OpenZFS ${zfs}`, () => up({ zfs, seeded: true, log: indent })));
    if (!ready) continue;
    try {
      if (onlyFaults) {
        await vitest("faults", zfs);
        continue;
      }
      // What is the same on both versions runs on one of them each, for time's sake.
      const newest = zfs === versions.at(-1);
      const besides = onNewestAlone.flatMap((name) => ["--exclude", `e2e/contract/${name}.test.ts`]);
      await vitest("contract", zfs, newest ? [] : besides);
      await playwright(
        zfs,
        newest ? projects("look", "act", "once") : [...projects("look", "act"), "--grep-invert", "@once"],
      );
      if (zfs === versions[0]) await vitest("faults", zfs, ["e2e/faults/quick"]);
    } finally {
      await down();
    }
  }
}

rmSync(results, { recursive: true, force: true });
for (const failure of failures) console.log(`FAILED: ${failure}`);
console.log(`(${Math.round((Date.now() - began) / 1000)} s)`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);

/** A tool that either passes or fails counts as one test; its output is shown if it fails. */
async function tool(name: string, command: string, args: string[]): Promise<void> {
  await attempt(name, async () => {
    const { code, output } = await run(command, args, { quiet: true });
    if (code !== 0) throw new Error(output);
  });
}

async function attempt(name: string, act: () => Promise<unknown>): Promise<boolean> {
  const start = Date.now();
  try {
    await act();
    count(name, start, { passed: 1, failed: 0, skipped: 0 });
    return true;
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    count(name, start, { passed: 0, failed: 1, skipped: 0 });
    return false;
  }
}

async function vitest(project: string, zfs?: ZfsVersion, only: string[] = []): Promise<void> {
  const name = zfs ? `${project} tests on OpenZFS ${zfs}` : `${project} tests`;
  const file = join(results, `${project}-${zfs ?? ""}.json`);
  const start = Date.now();
  const { code } = await run("vitest", [
    ...["run", ...only, "--project", project, "--reporter", zfs ? "verbose" : "dot"],
    ...["--reporter", "json", "--outputFile.json", file],
  ]);
  const report = read(file, vitestReport);
  // A suite that could not even be loaded has no failed test in it, but has failed.
  const failed = report ? report.numFailedTests || (code === 0 ? 0 : 1) : 1;
  count(name, start, { passed: report?.numPassedTests ?? 0, failed, skipped: report?.numPendingTests ?? 0 });
}

function projects(...names: string[]): string[] {
  return names.flatMap((name) => ["--project", name]);
}

async function playwright(zfs: ZfsVersion, which: readonly string[]): Promise<void> {
  const file = join(results, `playwright-${zfs}.json`);
  const start = Date.now();
  const { code } = await run("playwright", ["test", "--reporter", "list,json", ...which], {
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file },
  });
  const stats = read(file, playwrightReport)?.stats;
  const failed = stats ? stats.unexpected + stats.flaky || (code === 0 ? 0 : 1) : 1;
  count(`end to end on OpenZFS ${zfs}`, start, {
    passed: stats?.expected ?? 0,
    failed,
    skipped: stats?.skipped ?? 0,
  });
}

function count(name: string, start: number, tally: Tally): void {
  for (const key of ["passed", "failed", "skipped"] as const) total[key] += tally[key];
  if (tally.failed > 0) failures.push(name);
  const { passed, failed, skipped } = tally;
  const time = ((Date.now() - start) / 1000).toFixed(1);
  console.log(
    `${failed ? "✗" : "✓"} ${name}: ${passed} ok, ${failed} failed, ${skipped} skipped (${time} s)`,
  );
}

function read<T extends z.ZodType>(file: string, schema: T): z.output<T> | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

function run(
  command: string,
  args: string[],
  options: { quiet?: boolean; env?: Record<string, string> } = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: options.quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        // A forgotten `.only` must fail.
        CI: "true",
        ...(process.stdout.isTTY ? {} : { NO_COLOR: "1", FORCE_COLOR: "0" }),
        ...options.env,
      },
    });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function chosenVersions(): ZfsVersion[] {
  const at = process.argv.indexOf("--zfs");
  const chosen = at < 0 ? null : process.argv[at + 1];
  if (at < 0) return ["2.1", "2.3"];
  if (chosen === "2.1" || chosen === "2.3") return [chosen];
  console.error(`--zfs takes 2.1 or 2.3, not ${chosen ?? "nothing"}.`);
  process.exit(2);
}

function indent(line: string): void {
  console.log(`    ${line}`);
}
