import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HalfwayError, sentence } from "../errors";
import { say } from "../say";
import type { Argv } from "../zfs/commands";
import type { ExitCodes } from "../zfs/messages";
import { childEnv } from "./run";

/**
 * The commands of one transfer as this machine starts them. `before` must succeed for the rest to run. Without `send`
 * the target fetches the stream itself, and `receive` gives the sender's words as its output.
 */
export type Pipeline = { before: Argv | null; send: Argv | null; receive: Argv };

/** What a stream passes on this machine between the two: `pv` holds it back, and can be told another rate meanwhile. */
function throttle(bytesPerSecond: number): Argv {
  return ["pv", "-q", "-L", String(bytesPerSecond), "-P", pipelineFiles.throttle];
}

/** A process that cannot be mistaken for another one with the same number, before or after a reboot. */
export type ProcessIdentity = { pid: number; startTime: string; bootId: string };

/** Linux tells programs of time in hundredths of a second, whatever its kernel's own clock does. */
const ticksPerSecond = 100;

/** Files of a pipeline in its run directory. */
export const pipelineFiles = {
  identity: "process",
  throttle: "throttle.pid",
  givenUp: "given-up",
  beforeStderr: "before.stderr",
  sendStderr: "send.stderr",
  receiveStderr: "receive.stderr",
  pipelineStderr: "pipeline.stderr",
  exitCodes: { before: "before.exit", send: "send.exit", receive: "receive.exit" },
} as const;

/**
 * Joins two commands by a kernel FIFO and writes down what a later server needs to find: who it is, both stderr,
 * both exit codes. A constant text: the commands come as positional words, so nothing in them is ever parsed.
 * A server that has given up on it has left a mark: then nothing is begun any more.
 * The traps let the shells outlive SIGTERM long enough to record the exit codes and to begin nothing new; the commands themselves get
 * the signal's default action.
 */
const script = `
cd -- "$1" || exit 1
b=$2 s=$3 t=$4; shift 4
before=("\${@:1:b}") send=("\${@:b+1:s}") throttle=("\${@:b+s+1:t}") receive=("\${@:b+s+t+1}")
stopped=
trap 'stopped=1' TERM INT HUP
read -r -a stat </proc/$$/stat
read -r boot </proc/sys/kernel/random/boot_id
printf '%s %s %s\\n' "$$" "\${stat[21]}" "$boot" >process.new && mv process.new process || exit 1
[[ -e ${pipelineFiles.givenUp} ]] && exit 1
note() { printf '%s\\n' "$2" >"$1.new" && mv "$1.new" "$1"; }
if ((b)); then
  "\${before[@]}" </dev/null >/dev/null 2>before.stderr
  code=$?
  note before.exit "$code"
  ((code == 0)) || exit 1
fi
[[ $stopped ]] && exit 1
sending() { trap : TERM INT HUP; "\${send[@]}" </dev/null 2>send.stderr; note send.exit "$?"; }
receiving() { trap : TERM INT HUP; "\${receive[@]}" >/dev/null 2>receive.stderr; note receive.exit "$?"; }
fetching() { trap : TERM INT HUP; "\${receive[@]}" </dev/null >send.stderr 2>receive.stderr; note receive.exit "$?"; }
if ((!s)); then fetching; elif ((t)); then sending | "\${throttle[@]}" | receiving; else sending | receiving; fi
`;

/**
 * Starts a pipeline in a session and process group of its own, with no tie to this process: it goes on when the
 * server dies (decision 2).
 * @throws HalfwayError `REFUSED` when it cannot be started; then nothing runs.
 */
export async function startPipeline(
  dir: string,
  { before, send, receive }: Pipeline,
  bytesPerSecond: number | null = null,
): Promise<void> {
  let log: number;
  try {
    log = openSync(join(dir, pipelineFiles.pipelineStderr), "a", 0o600);
  } catch (error) {
    throw new HalfwayError("REFUSED", say`It could not be started: ${sentence(error)}`);
  }
  try {
    const between = bytesPerSecond === null ? [] : throttle(bytesPerSecond);
    const words = [...(before ?? []), ...(send ?? []), ...between, ...receive];
    const counts = [before?.length ?? 0, send?.length ?? 0, between.length].map(String);
    const child = spawn("bash", ["-c", script, "halfway-transfer", dir, ...counts, ...words], {
      detached: true,
      stdio: ["ignore", log, log],
      env: childEnv(),
      cwd: "/",
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) =>
        reject(new HalfwayError("REFUSED", say`bash could not be started: ${error.message}`)),
      );
    });
    child.unref();
  } finally {
    closeSync(log);
  }
}

/** Who runs the pipeline in `dir`; null where it has not (yet) written that down. */
export function pipelineIdentity(dir: string): ProcessIdentity | null {
  const [pid, startTime, bootId] = (
    readText(join(/* turbopackIgnore: true */ dir, pipelineFiles.identity)) ?? ""
  )
    .trim()
    .split(" ");
  return pid && startTime && bootId ? { pid: Number(pid), startTime, bootId } : null;
}

/**
 * Whether the pipeline lives: this very leader (same number, same start, same boot), or, should somebody have killed
 * only that, any other member of its session. A number is not given away while a session bears it.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  const { pid, startTime } = identity;
  if (!isFromThisBoot(identity)) return false;
  const leader = statOf(pid);
  if (leader && leader.state !== "Z") return leader.startTime === startTime;
  return readdirSync("/proc").some((name) => {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    return stat !== null && stat.session === pid && stat.state !== "Z";
  });
}

/** Whether this machine has not been restarted since. */
export function isFromThisBoot({ bootId }: ProcessIdentity): boolean {
  return readText("/proc/sys/kernel/random/boot_id")?.trim() === bootId;
}

/** Milliseconds since a pipeline of this boot began, by a clock that nobody sets. */
export function ageOf({ startTime }: ProcessIdentity): number {
  const uptime = Number(readText("/proc/uptime")?.split(" ")[0]);
  return Math.max(0, uptime - Number(startTime) / ticksPerSecond) * 1_000;
}

/** The parts of `/proc/PID/stat` that matter here; null where there is no such process. */
function statOf(pid: number): { state: string; session: number; startTime: string } | null {
  // The name in parentheses may itself hold spaces: count fields after the last one. State is field 3, start 22.
  const fields = readText(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, "")
    .split(" ");
  if (!fields) return null;
  return { state: fields[0] ?? "", session: Number(fields[3]), startTime: fields[19] ?? "" };
}

/** Signals a pipeline's whole process group, if it is still that very one. */
export function signalPipeline(identity: ProcessIdentity, signal: "SIGTERM" | "SIGKILL"): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(-identity.pid, signal);
  } catch {
    // It ended between the look and the signal: that is what was wanted.
  }
}

/** Whether this machine can hold a stream back: that takes `pv`. */
export function canThrottle(): Promise<boolean> {
  const child = spawn("pv", ["--version"], { stdio: "ignore", env: childEnv() });
  return new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === 0));
  });
}

/**
 * Tells a pipeline that holds its stream back another rate, while it runs.
 * @returns false where it does not hold it back, or `pv` could not be told.
 */
export async function changeThrottle(dir: string, bytesPerSecond: number): Promise<boolean> {
  const pid = readText(join(dir, pipelineFiles.throttle))?.trim();
  if (!pid) return false;
  const child = spawn("pv", ["-R", pid, "-L", String(bytesPerSecond)], { stdio: "ignore", env: childEnv() });
  return new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === 0));
  });
}

/** The exit codes that a pipeline has written so far. */
export function exitCodes(dir: string): ExitCodes {
  const read = (file: string) => {
    const text = readText(join(dir, file))?.trim();
    return text ? Number(text) : null;
  };
  const { before, send, receive } = pipelineFiles.exitCodes;
  return { before: read(before), send: read(send), receive: read(receive) };
}

/** Null for what is not there; that we cannot read anything at the moment is no such thing. */
function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EMFILE" || code === "ENFILE" || code === "ENOMEM") throw error;
    return null;
  }
}
