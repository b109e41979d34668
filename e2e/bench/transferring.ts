import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onHost } from "../../server/hosts/command";
import type { Host } from "../../server/hosts/config";
import { pipelineFiles } from "../../server/hosts/pipeline";
import { shellQuote } from "../../server/hosts/quote";
import { ensureBuild } from "../build";
import { browser } from "../client";
import { hostsIn } from "../hosts-in";
import { configFile, type HostName, run, sh, token } from "../lab";
import type { RunningServer } from "../server";
import { type Line, log, median } from "./measure";
import { withServer } from "./server";

const rounds = 5;
const megabytes = 300;
const cutAfter = 10;
const dataset = "backup/bench";

/** One interrupted receive, finished once. Milliseconds. */
type Finish = {
  /** From the click, or the first process, until the whole snapshot is there, and known to be. */
  whole: number;
  /** From the first process of the pipeline to the exit of its receive. */
  moving: number;
  /** From the click, or the shell's start, to the kernel's taking the stream up; by the target's clock, which cancels out. */
  toFirstByte: number;
};

/** Two ways to finish the same interrupted receive, one after the other, round by round. */
type Race = {
  says: string;
  /** Makes the interrupted receive anew. */
  interrupt: () => Promise<void>;
  other: () => Promise<Finish>;
};

/** What carrying a transfer out costs, against the very pipeline that a shell would run. */
export async function transferring(): Promise<Line[]> {
  await ensureBuild();
  const hosts = hostsIn(configFile);
  const [nas, tower] = (["nas", "tower"] as const).map((name) => {
    const host = hosts.find((candidate) => candidate.name === name);
    if (!host) throw new Error(`the lab's configuration has no ${name}`);
    return host;
  }) as [Host, Host];
  // What somebody else sends takes its share, and is looked at every three seconds.
  await sh("tower", "systemctl stop nightly-logs");
  await sh("tower", filled("tank/bench"), { timeoutMs: 300_000 });
  await sh("nas", filled("backup/bench-source"), { timeoutMs: 300_000 });

  const overSsh: Race = {
    says: "over SSH between two guests, by a shell",
    interrupt: () =>
      interrupt("tower", "zfs send tank/bench@s 2>/dev/null", `ssh nas zfs receive -s ${dataset}`),
    other: () => finishByShell(nas, (token) => overSshWords(nas, tower, token)),
  };
  const inOneGuest: Race = {
    says: "in one guest, by a shell",
    interrupt: () =>
      interrupt("nas", "zfs send backup/bench-source@s 2>/dev/null", `zfs receive -s ${dataset}`),
    other: () =>
      finishByShell(nas, (token) =>
        shellQuote(onHost(nas, ["sh", "-c", `zfs send -t ${token} | zfs receive -s -u ${dataset}`], "own")),
      ),
  };
  const syncoid: Race = { ...overSsh, says: "over SSH between two guests, by syncoid", other: bySyncoid };
  // As syncoid on nas does, Halfway lets nas fetch the stream.
  const reaches = [{ host: "tower", destination: "tower" }];
  const fetching = { hosts: hosts.map((host) => (host === nas ? { ...host, reaches } : host)) };

  const lines = await withServer(configFile, async (server, stateDir) => {
    const relayed = await race(server, stateDir, overSsh);
    const local = await race(server, stateDir, inOneGuest);
    const gib = (rounds * (megabytes - cutAfter)) / 1024;
    return [
      ratio("time to move 300 MB in one guest : the bare pipeline", local, "moving", 1 / 0.97),
      ratio("the same over SSH between two guests : the bare pipeline", relayed, "moving", 1 / 0.97),
      {
        measure: "from click to first byte, more than a shell takes",
        value: middle(relayed.halfway, "toFirstByte") - middle(relayed.other, "toFirstByte"),
        unit: " ms",
        bound: 400,
      },
      { measure: "server CPU seconds per GiB moved", value: relayed.cpu / gib, unit: " s", bound: 0.1 },
    ];
  });
  const config = join(mkdtempSync(join(tmpdir(), "halfway-bench-")), "hosts.json");
  writeFileSync(config, JSON.stringify(fetching));
  const fetched = await withServer(config, (server, stateDir) => race(server, stateDir, syncoid));
  lines.push(ratio("wall time to finish the same receive : syncoid", fetched, "whole", 1));
  await run("nas", `zfs destroy -r ${dataset}`);
  return lines;
}

type Result = { halfway: Finish[]; other: Finish[]; cpu: number };

async function race(
  server: RunningServer,
  stateDir: string,
  { says, interrupt, other }: Race,
): Promise<Result> {
  const result: Result = { halfway: [], other: [], cpu: 0 };
  for (let round = 0; round < rounds; round += 1) {
    log(`finishing ${megabytes} MB ${says}, then by Halfway: round ${round + 1} of ${rounds}`);
    await interrupt();
    result.other.push(await other());
    await interrupt();
    const { cpu, ...finish } = await finishByHalfway(server, stateDir);
    result.halfway.push(finish);
    result.cpu += cpu;
  }
  for (const key of ["whole", "moving", "toFirstByte"] as const) {
    log(
      `${key}: ${middle(result.other, key).toFixed(0)} ms; Halfway ${middle(result.halfway, key).toFixed(0)} ms`,
    );
  }
  return result;
}

function middle(all: readonly Finish[], key: keyof Finish): number {
  return median(all.map((one) => one[key]));
}

function ratio(measure: string, { halfway, other }: Result, key: keyof Finish, bound: number): Line {
  return { measure, value: middle(halfway, key) / middle(other, key), unit: "×", bound };
}

function filled(name: string): string {
  return `zfs create ${name} && head -c ${megabytes}M /dev/urandom >/${name}/data && zfs snapshot ${name}@s`;
}

/** Cuts a receive of the snapshot early on, in the place of what there was. */
async function interrupt(host: HostName, send: string, receive: string): Promise<void> {
  await run("nas", `zfs destroy -r ${dataset}`);
  await run(host, `${send} | head -c ${cutAfter}M | ${receive}`);
  // What was freed before, and what was received now, must not be written while the next one is measured.
  await sh("nas", "zpool sync; sleep 6; zpool sync");
}

function overSshWords(nas: Host, tower: Host, token: string): string {
  const send = onHost(tower, ["zfs", "send", "-t", token], "own");
  return `${shellQuote(send)} | ${shellQuote(onHost(nas, ["zfs", "receive", "-s", "-u", dataset], "own"))}`;
}

async function finishByShell(nas: Host, line: (token: string) => string): Promise<Finish> {
  const resume = await token(nas.name as HostName, dataset);
  if (!resume) throw new Error("nothing to finish");
  const command = line(resume);
  const started = Date.now();
  const began = performance.now();
  const child = spawn("bash", ["-c", command], { stdio: "ignore" });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`the shell's pipeline ended with ${code}`);
  const moving = performance.now() - began;
  return { whole: moving, moving, toFirstByte: (await takenUpAt()) - started };
}

/** syncoid on the target, as its manual has it; without snapshots of its own, which Halfway does not make either. */
async function bySyncoid(): Promise<Finish> {
  const started = Date.now();
  const began = performance.now();
  await sh("nas", `syncoid --no-sync-snap --quiet tower:tank/bench ${dataset}`, { timeoutMs: 300_000 });
  const whole = performance.now() - began;
  await sh("nas", `zfs list ${dataset}@s`);
  return { whole, moving: whole, toFirstByte: (await takenUpAt()) - started };
}

/** @returns also the seconds of CPU that the server used while the bytes moved. */
async function finishByHalfway(server: RunningServer, stateDir: string): Promise<Finish & { cpu: number }> {
  const api = browser(server);
  const listed = async () => {
    const hosts = await api.receives.list.query();
    return hosts.flatMap(({ receives }) => receives).find((one) => one.dataset === dataset);
  };
  let receive = await listed();
  while (receive?.verdict?.kind !== "resumable") {
    await sleep(200);
    receive = await listed();
  }
  const { id, fingerprint } = receive;
  const started = Date.now();
  const clicked = performance.now();
  const transfer = await api.transfers.start.mutate({ id, fingerprint, intent: "resume", confirm: null });
  const dir = join(stateDir, "transfers", transfer.id, "1");
  // The answer comes when the pipeline has been started, milliseconds ago.
  const began = performance.now();
  const before = cpuSeconds(server);
  while (!existsSync(join(dir, pipelineFiles.exitCodes.receive))) await sleep(20);
  const moving = performance.now() - began;
  const cpu = cpuSeconds(server) - before;
  while ((await api.transfers.get.query({ id: transfer.id })).state !== "finished") await sleep(50);
  return { whole: performance.now() - clicked, moving, cpu, toFirstByte: (await takenUpAt()) - started };
}

/** When the target's kernel took up the last resumed stream; milliseconds, by its own clock. */
async function takenUpAt(): Promise<number> {
  const events = await sh("nas", "zpool events -H -v");
  const resumed = events
    .split(/\n(?=\S)/)
    .filter((one) => one.includes('history_internal_name = "resume receive"'));
  const time = /time = (0x[0-9a-f]+) (0x[0-9a-f]+)/.exec(resumed.at(-1) ?? "");
  if (!time) throw new Error("the target tells of no resumed receive");
  return Number(time[1]) * 1_000 + Number(time[2]) / 1e6;
}

/** Seconds of CPU that the server itself has used; what it starts is not its own. */
function cpuSeconds(server: RunningServer): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
