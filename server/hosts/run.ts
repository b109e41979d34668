import { execFile, spawn } from "node:child_process";
import { HalfwayError } from "../errors";
import { joined, plain, type Said, say } from "../say";
import type { Argv } from "../zfs/commands";
import { onHost } from "./command";
import type { Host } from "./config";
import { fingerprintOf } from "./fingerprint";
import { searchedPath } from "./path";

/** What a short command said. `code` is null where a signal ended it. */
export type Output = { code: number | null; stdout: string; stderr: string };

/** `limitMs`: how long to wait for the answer. `connection`: see `onHost`. */
export type RunOptions = { limitMs?: number; connection?: "shared" | "own" };

/** Listing thousands of datasets takes some megabytes; more than this is no answer to any question of ours. */
const maxOutput = 64 * 1024 * 1024;
const defaultLimit = 15_000;

/** Commands each host was asked so far, by its name: what watching it costs. */
export const commandsRun = new Map<string, number>();

/** The environment of everything we start: the user's own, but ZFS must answer in English. */
export function childEnv(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(HALFWAY|NEXT|NODE|npm)_/.test(name));
  return { ...Object.fromEntries(own), NODE_ENV: process.env.NODE_ENV, PATH: searchedPath(), LC_ALL: "C" };
}

/** What a shell, and `env`, end with where there is no such program; ZFS itself never does. */
const notFound = 127;

/**
 * Runs a short command on a host and returns what it said, whatever its exit code.
 * A hung pool blocks `zfs` in the kernel for good (facts A20), so the limit is ours: after it we stop waiting,
 * whether or not the process can be killed.
 * @throws HalfwayError `UNREACHABLE` when nothing answered within `limitMs`, SSH failed, or this machine has no such program;
 *   `ZFS_FAILED` where another one has no ZFS.
 */
export async function runOn(host: Host, argv: Argv, options: RunOptions = {}): Promise<Output> {
  const { limitMs = defaultLimit, connection = "shared" } = options;
  const [file, ...args] = onHost(host, argv, connection);
  if (connection === "shared") await retiring.get(host.name);
  commandsRun.set(host.name, (commandsRun.get(host.name) ?? 0) + 1);
  const output = await execute(file, args, limitMs);
  if (output === "timeout") {
    // The shared connection may itself be what hangs: without it the next attempt starts afresh. That a long question
    // has no answer yet says nothing about it.
    if (limitMs <= defaultLimit) await retireSharedConnection(host);
    throw new HalfwayError(
      "UNREACHABLE",
      say`${host.name} did not answer “${argv.slice(0, 2).join(" ")}” within ${limitMs / 1000} s.`,
    );
  }
  // 255 is ssh's own failure, but `zfs send` uses it too (facts B12), and then says so in its own words.
  if ("ssh" in host && output.code === 255 && isSshFailure(output)) {
    throw new HalfwayError("UNREACHABLE", sshFailure(host, output.stderr), output.stderr);
  }
  if ("ssh" in host && output.code === notFound && (argv[0] === "zfs" || argv[0] === "zpool")) {
    throw new HalfwayError(
      "ZFS_FAILED",
      say`${host.name} has no ZFS: the command ${argv[0]} was not found there. Install OpenZFS on it, or take the host out of Halfway.`,
      output.stderr,
    );
  }
  return output;
}

/**
 * As `runOn`, but an exit code other than 0 is an error.
 * @throws HalfwayError `ZFS_FAILED` with the command's own words.
 */
export async function runOk(host: Host, argv: Argv, options?: RunOptions): Promise<string> {
  const output = await runOn(host, argv, options);
  if (output.code !== 0) {
    throw new HalfwayError("ZFS_FAILED", failure(host, argv, output), output.stderr);
  }
  return output.stdout;
}

function failure({ name }: Host, argv: Argv, { code, stderr }: Output): Said {
  const command = argv.slice(0, 2).join(" ");
  const words = stderr.trim();
  if (words !== "") return say`${command} failed on ${name}: ${words}`;
  return code === null
    ? say`${command} failed on ${name}: a signal ended it, and it said nothing.`
    : say`${command} failed on ${name}: it ended with exit code ${code} and said nothing.`;
}

/** A command that goes on until it is stopped. `ended` gives its last words. */
export type Following = { ended: Promise<string>; stop: () => void };

/**
 * Runs a command that speaks for as long as it lives, over the host's shared connection.
 * @param heard called with each piece of its output, cut anywhere.
 */
export function follow(host: Host, argv: Argv, heard: (text: string) => void): Following {
  const [file, ...args] = onHost(host, argv, "shared");
  commandsRun.set(host.name, (commandsRun.get(host.name) ?? 0) + 1);
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], env: childEnv() });
  let words = "";
  child.stdout.setEncoding("utf8").on("data", heard);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = (words + plain(text)).slice(-4_096);
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", () => resolve(words.trim()));
  });
  return { ended, stop: () => void child.kill("SIGTERM") };
}

/** Hosts whose shared connection is being retired: who took it now would lose it before its first word. */
const retiring = new Map<string, Promise<void>>();

/**
 * Ends the shared SSH connection to a host, if there is one: it serves who already uses it, and nobody new.
 * Never fails, and takes at most a second: no word to the host is needed.
 */
export async function retireSharedConnection(host: Host): Promise<void> {
  if ("local" in host) return;
  const retired = new Promise<void>((resolve) => {
    // Without a control directory there is no shared connection: `onHost` throws.
    const words = onHost(host, ["true"], "shared");
    const child = execFile("ssh", ["-O", "stop", ...words.slice(1, -1)], {
      env: childEnv(),
      timeout: 1_000,
      killSignal: "SIGKILL",
    });
    child.once("error", () => resolve());
    child.once("close", () => resolve());
  }).catch(() => {});
  retiring.set(host.name, retired);
  await retired;
  if (retiring.get(host.name) === retired) retiring.delete(host.name);
}

function execute(file: string, args: readonly string[], limitMs: number): Promise<Output | "timeout"> {
  return new Promise((resolve, reject) => {
    // What execFile throws at once (a command that is too long) rejects the promise.
    const child = execFile(
      file,
      [...args],
      { env: childEnv(), maxBuffer: maxOutput, encoding: "utf8" },
      (error, stdout, stderr) => {
        clearTimeout(timer);
        if (error && typeof error.code === "string" && child.pid === undefined) {
          reject(
            new HalfwayError(
              "UNREACHABLE",
              error.code === "ENOENT"
                ? say`This machine has no ${file}. Is it installed?`
                : say`This machine cannot run ${file} (${error.code}). Is it installed?`,
            ),
          );
        } else if (error && typeof error.code === "string") {
          reject(new HalfwayError("UNREACHABLE", say`“${file}” could not be run: ${error.message}`));
        } else {
          // What others say bears no marks of ours.
          resolve({ code: child.exitCode, stdout, stderr: plain(stderr) });
        }
      },
    );
    child.stdin?.end();
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
      resolve("timeout");
    }, limitMs);
  });
}

/** Whether exit code 255 is ssh's: `zfs send` gives it only with one of these (facts C.3). */
function isSshFailure({ stdout, stderr }: Output): boolean {
  return (
    stdout === "" &&
    !/^(cannot |resume token|warning: cannot send|internal error|The ZFS modules)/m.test(stderr)
  );
}

function sshFailure({ name, ssh }: Host & { ssh: { hostKey?: string | undefined } }, stderr: string): Said {
  if (ssh.hostKey === undefined || !isOtherKey(stderr))
    return say`SSH could not reach ${name}: ${lastLine(stderr)}`;
  const accepted = fingerprintOf(ssh.hostKey);
  const shown = /(SHA256:[A-Za-z0-9+/]+)/.exec(stderr)?.[1];
  return joined([
    shown === undefined
      ? say`${name} shows a host key of another kind than the one that was accepted, ${accepted}.`
      : say`${name} shows another host key than the one that was accepted: ${shown} instead of ${accepted}.`,
    say`Nothing is sent to it until an admin accepts that key: “Check” on the page Hosts shows both.`,
  ]);
}

/** Whether ssh refused to go on because of the key that the host showed. */
export function isOtherKey(stderr: string): boolean {
  return /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/.test(stderr);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
