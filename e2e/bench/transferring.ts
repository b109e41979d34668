import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onHost } from "../../server/hosts/command";
import { type Host, loadHosts } from "../../server/hosts/config";
import { pipelineFiles } from "../../server/hosts/pipeline";
import { shellQuote } from "../../server/hosts/quote";
import { ensureBuild } from "../build";
import { browser } from "../client";
import { configFile, type HostName, run, sh, token } from "../lab";
import { RunningServer, stopTransfers } from "../server";
import { uplink } from "../uplink";
import { type Line, log, median } from "./measure";

const rounds = 5;
const megabytes = 300;
const cutAfter = 10;
const dataset = "backup/bench";
const many = 20;
const pages = 200;

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
  const hosts = loadHosts({ HALFWAY_CONFIG: configFile });
  const [nas, tower] = (["nas", "tower"] as const).map((name) => {
    const host = hosts.find((candidate) => candidate.name === name);
    if (!host) throw new Error(`the lab's configuration has no ${name}`);
    return host;
  }) as [Host, Host];
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
    await sleep(10_000);
    const idle = residentMb(server);
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
      { measure: "server memory, idle", value: idle, unit: " MB", bound: 250 },
      ...(await twentyAtOnce(server)),
    ];
  });
  const config = join(mkdtempSync(join(tmpdir(), "halfway-bench-")), "hosts.json");
  writeFileSync(config, JSON.stringify(fetching));
  const fetched = await withServer(config, (server, stateDir) => race(server, stateDir, syncoid));
  lines.push(ratio("wall time to finish the same receive : syncoid", fetched, "whole", 1));
  await run("nas", `zfs destroy -r ${dataset}`);
  return lines;
}

async function withServer<T>(
  config: string,
  act: (server: RunningServer, stateDir: string) => Promise<T>,
): Promise<T> {
  const stateDir = mkdtempSync(join(tmpdir(), "halfway-bench-"));
  const server = new RunningServer({ port: 3299, configFile: config, stateDir });
  await server.start();
  try {
    return await act(server, stateDir);
  } finally {
    await server.stop();
    stopTransfers(stateDir);
    rmSync(stateDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
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
    const before = cpuSeconds(server);
    result.halfway.push(await finishByHalfway(server, stateDir));
    result.cpu += cpuSeconds(server) - before;
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

async function finishByHalfway(server: RunningServer, stateDir: string): Promise<Finish> {
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
  while (!existsSync(join(dir, pipelineFiles.exitCodes.receive))) await sleep(5);
  const moving = performance.now() - began;
  while ((await api.transfers.get.query({ id: transfer.id })).state !== "finished") await sleep(50);
  return { whole: performance.now() - clicked, moving, toFirstByte: (await takenUpAt()) - started };
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

/** Twenty transfers behind a thin uplink, and two hundred pages that watch. */
async function twentyAtOnce(server: RunningServer): Promise<Line[]> {
  log(`${many} transfers at once, and ${pages} pages`);
  const names = Array.from({ length: many }, (_, at) => `bench-${at}`);
  await sh(
    "tower",
    `for n in ${names.join(" ")}; do zfs create tank/$n; head -c 25M /dev/urandom >/tank/$n/data; zfs snapshot tank/$n@s
zfs send tank/$n@s 2>/dev/null | head -c 2M | ssh nas zfs receive -s backup/$n 2>/dev/null; done; true`,
    { timeoutMs: 300_000 },
  );
  const api = browser(server);
  await api.settings.update.mutate({ overall: 100, perHost: 100 });
  const receives = async () =>
    (await api.receives.list.query())
      .flatMap((host) => host.receives)
      .filter(
        (one) => names.includes(one.dataset.replace("backup/", "")) && one.verdict?.kind === "resumable",
      );
  while ((await receives()).length < many) await sleep(500);
  await uplink.slow();
  try {
    const watching = new AbortController();
    const told: { sent: string; at: number }[] = [];
    const open = Array.from({ length: pages }, () => watch(server, watching.signal, told));
    const known = new Map<string, number>();
    let peak = 0;
    let atWork = 0;
    const looking = new AbortController();
    const look = async () => {
      for (; !looking.signal.aborted; await sleep(20)) {
        const transfers = await api.transfers.list.query();
        atWork = transfers.filter(({ state }) => state === "running").length;
        for (const { id, sent } of transfers) {
          const key = `${id} ${sent}`;
          if (!known.has(key)) known.set(key, performance.now());
        }
        peak = Math.max(peak, residentMb(server));
      }
    };
    const looked = look();
    for (const { id, fingerprint } of await receives()) {
      await api.transfers.start.mutate({ id, fingerprint, intent: "resume", confirm: null });
    }
    await sleep(20_000);
    if (atWork < many) throw new Error(`only ${atWork} transfers ran at once`);
    looking.abort();
    await looked;
    watching.abort();
    await Promise.allSettled(open);
    const delays = told.flatMap(({ sent, at }) => {
      const since = known.get(sent);
      return since === undefined ? [] : [Math.max(0, at - since)];
    });
    const p99 =
      delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? Number.POSITIVE_INFINITY;
    log(`${delays.length} progress events arrived`);
    return [
      {
        measure: `server memory, ${many} transfers and ${pages} pages`,
        value: peak,
        unit: " MB",
        bound: 300,
      },
      { measure: `p99 delay of a progress event, ${pages} pages`, value: p99, unit: " ms", bound: 500 },
    ];
  } finally {
    await uplink.quick();
  }
}

/** A page's event stream: notes when it is told of each count of sent bytes. */
async function watch(
  { url, headers }: RunningServer,
  signal: AbortSignal,
  told: { sent: string; at: number }[],
): Promise<void> {
  const { body } = await fetch(`${url}/api/trpc/events.stream`, {
    headers: { ...headers, accept: "text/event-stream" },
    signal,
  });
  let text = "";
  for await (const chunk of body ?? []) {
    const at = performance.now();
    text += Buffer.from(chunk).toString("utf8");
    const messages = text.split("\n\n");
    text = messages.pop() ?? "";
    for (const message of messages) {
      for (const [, transfer] of message.matchAll(/"transfer":(\{.*?"left":[^,}]*)/g)) {
        const id = /"id":"([0-9a-f-]{36})"/.exec(transfer ?? "")?.[1];
        const sent = /"sent":"(\d+)"/.exec(transfer ?? "")?.[1];
        if (id && sent) told.push({ sent: `${id} ${sent}`, at });
      }
    }
  }
}

/** Seconds of CPU that the server itself has used; what it starts is not its own. */
function cpuSeconds(server: RunningServer): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentMb(server: RunningServer): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1];
  return Number(kib) / 1024;
}
