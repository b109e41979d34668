import { spawn } from "node:child_process";
import { LabError } from "./errors";

export interface Finished {
  stdout: string;
  stderr: string;
  /** The exit code; 255 when a signal ended the process. */
  code: number;
}

export interface ExecOptions {
  input?: string;
  timeoutMs?: number;
  /** What runs, for the message when it takes too long; the program's name unless told. */
  what?: string;
  env?: NodeJS.ProcessEnv;
  /** Called with each whole line of stdout as it comes. */
  onLine?: (line: string) => void;
}

/** Runs a program to its end and returns what it said; throws only if it cannot be started or exceeds its time. */
export function exec(file: string, args: readonly string[], options: ExecOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"], env: options.env ?? process.env });
    let stdout = "";
    let stderr = "";
    let pending = "";
    let late = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            child.kill("SIGKILL");
            // A grandchild may hold the pipes open for ever: "close" must not wait for it.
            child.stdout.destroy();
            child.stderr.destroy();
          }, options.timeoutMs);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (options.onLine === undefined) return;
      const lines = (pending + text).split("\n");
      pending = lines.pop() ?? "";
      for (const line of lines) options.onLine(line);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    // The program may end without reading its input; its exit code tells that better than EPIPE.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(new LabError(`Cannot start ${file}: ${error.message}.`));
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (late) {
        const tail = stderr.trim().split("\n").slice(-3).join(" / ");
        reject(
          new LabError(
            `${options.what ?? file} took longer than ${options.timeoutMs} ms and was stopped.${tail ? ` It said: ${tail}` : ""}`,
          ),
        );
        return;
      }
      resolve({ stdout, stderr, code: code ?? 255 });
    });
  });
}

/** As {@link exec}, but a non-zero exit throws with the last lines of stderr; returns stdout. */
export async function execOk(
  file: string,
  args: readonly string[],
  options: ExecOptions = {},
): Promise<string> {
  const done = await exec(file, args, options);
  if (done.code !== 0) {
    const tail = done.stderr.trim().split("\n").slice(-5).join("\n");
    throw new LabError(
      `${file} ${args.slice(0, 3).join(" ")} … failed with exit code ${done.code}:\n${tail}`,
    );
  }
  return done.stdout;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Quotes one word for a POSIX shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
