import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HalfwayError } from "../errors";
import type { Argv } from "../zfs/commands";
import type { ExitCodes } from "../zfs/messages";
import { childEnv } from "./run";

/** The commands of one transfer as this machine starts them. `before` must succeed for the rest to run. */
export type Pipeline = { before: Argv | null; send: Argv; receive: Argv };

/** A process that cannot be mistaken for another one with the same number, before or after a reboot. */
export type ProcessIdentity = { pid: number; startTime: string; bootId: string };

/** Files of a pipeline in its run directory. */
export const pipelineFiles = {
  identity: "process",
  beforeStderr: "before.stderr",
  sendStderr: "send.stderr",
  receiveStderr: "receive.stderr",
  pipelineStderr: "pipeline.stderr",
  exitCodes: { before: "before.exit", send: "send.exit", receive: "receive.exit" },
} as const;

/**
 * Joins two commands by a kernel FIFO and writes down what a later server needs to find: who it is, both stderr,
 * both exit codes. A constant text: the commands come as positional words, so nothing in them is ever parsed.
 * A server that has given up on it has left an `outcome.json`: then nothing is begun any more.
 * The traps let the shells outlive SIGTERM long enough to record the exit codes and to begin nothing new; the commands themselves get
 * the signal's default action.
 */
const script = `
cd -- "$1" || exit 1
b=$2 s=$3; shift 3
before=("\${@:1:b}") send=("\${@:b+1:s}") receive=("\${@:b+s+1}")
stopped=
trap 'stopped=1' TERM INT HUP
read -r -a stat </proc/$$/stat
read -r boot </proc/sys/kernel/random/boot_id
printf '%s %s %s\\n' "$$" "\${stat[21]}" "$boot" >process.new && mv process.new process || exit 1
[[ -e outcome.json ]] && exit 1
note() { printf '%s\\n' "$2" >"$1.new" && mv "$1.new" "$1"; }
if ((b)); then
  "\${before[@]}" </dev/null >/dev/null 2>before.stderr
  code=$?
  note before.exit "$code"
  ((code == 0)) || exit 1
fi
[[ $stopped ]] && exit 1
{ trap : TERM INT HUP; "\${send[@]}" </dev/null 2>send.stderr; note send.exit "$?"; } |
  { trap : TERM INT HUP; "\${receive[@]}" >/dev/null 2>receive.stderr; note receive.exit "$?"; }
`;

/**
 * Starts a pipeline in a session and process group of its own, with no tie to this process: it goes on when the
 * server dies (decision 2).
 * @throws HalfwayError `REFUSED` when it cannot be started; then nothing runs.
 */
export async function startPipeline(dir: string, { before, send, receive }: Pipeline): Promise<void> {
  const log = openSync(join(dir, pipelineFiles.pipelineStderr), "a", 0o600);
  try {
    const words = [...(before ?? []), ...send, ...receive];
    const child = spawn(
      "bash",
      ["-c", script, "halfway-transfer", dir, String(before?.length ?? 0), String(send.length), ...words],
      { detached: true, stdio: ["ignore", log, log], env: childEnv(), cwd: "/" },
    );
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) =>
        reject(new HalfwayError("REFUSED", `bash could not be started: ${error.message}`)),
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
export function isAlive({ pid, startTime, bootId }: ProcessIdentity): boolean {
  if (readText("/proc/sys/kernel/random/boot_id")?.trim() !== bootId) return false;
  const leader = statOf(pid);
  if (leader && leader.state !== "Z") return leader.startTime === startTime;
  return readdirSync("/proc").some((name) => {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    return stat !== null && stat.session === pid && stat.state !== "Z";
  });
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

/** The exit codes that a pipeline has written so far. */
export function exitCodes(dir: string): ExitCodes {
  const read = (file: string) => {
    const text = readText(join(dir, file))?.trim();
    return text ? Number(text) : null;
  };
  const { before, send, receive } = pipelineFiles.exitCodes;
  return { before: read(before), send: read(send), receive: read(receive) };
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
