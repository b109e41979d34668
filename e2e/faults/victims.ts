import { setTimeout as sleep } from "node:timers/promises";
import { decodeResumeToken } from "../../server/zfs/token";
import { type HostName, run, sh } from "../lab";

/** Numbers of the processes on nas that receive into a dataset. */
export async function receiversOf(target: string): Promise<string[]> {
  const all = await zfsProcesses("nas", "receive");
  const short = await zfsProcesses("nas", "recv");
  return [...all, ...short].filter(({ argv }) => argv.at(-1) === target).map(({ pid }) => pid);
}

/** Numbers of the processes on tower that send the rest of a snapshot; their tokens say which. */
export async function sendersOf(source: string): Promise<string[]> {
  const all = await zfsProcesses("tower", "send");
  return all.filter(({ argv }) => argv.some((word) => names(word, source))).map(({ pid }) => pid);
}

/** Kills the one receive into a dataset, as the kernel does when memory runs out, as soon as there is one. */
export function killReceive(target: string): Promise<void> {
  return killTheOne("nas", `receive into ${target}`, () => receiversOf(target));
}

/** Kills the one send of a snapshot, as soon as there is one. */
export function killSend(source: string): Promise<void> {
  return killTheOne("tower", `send of ${source}`, () => sendersOf(source));
}

async function killTheOne(host: HostName, what: string, find: () => Promise<string[]>): Promise<void> {
  // A transfer runs from when it is started; on the hosts its processes come a moment later.
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(200)) {
    const pids = await find();
    if (pids.length > 1) throw new Error(`there is more than one ${what}: ${pids}`);
    if (pids.length === 1 && (await kill(host, pids)) === 1) return;
  }
  throw new Error(`there is no ${what} to kill`);
}

/** Kills processes; says how many there were. */
export async function kill(host: HostName, pids: readonly string[]): Promise<number> {
  const killed = await Promise.all(pids.map((pid) => run(host, `kill -9 ${pid}`)));
  return killed.filter(({ code }) => code === 0).length;
}

function names(word: string, source: string): boolean {
  try {
    return decodeResumeToken(word).toName === source;
  } catch {
    return false;
  }
}

async function zfsProcesses(host: HostName, verb: string): Promise<{ pid: string; argv: string[] }[]> {
  const said = await sh(
    host,
    `for pid in $(pgrep -x zfs); do echo "$pid $(base64 -w0 /proc/$pid/cmdline 2>/dev/null)"; done`,
  );
  return said
    .split("\n")
    .map((line) => line.split(" "))
    .map(([pid = "", packed = ""]) => ({
      pid,
      argv: Buffer.from(packed, "base64").toString().split("\0").slice(0, -1),
    }))
    .filter(({ argv }) => argv[1] === verb);
}
