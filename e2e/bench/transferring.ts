import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onHost } from "../../server/hosts/command";
import { type Host, loadHosts } from "../../server/hosts/config";
import { pipelineFiles } from "../../server/hosts/pipeline";
import { shellQuote } from "../../server/hosts/quote";
import { ensureBuild } from "../build";
import { browser } from "../client";
import { configFile, run, sh, token } from "../lab";
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
  /** From the first process of the pipeline to the exit of its receive. */
  moving: number;
  /** From the click, or the shell's start, to the kernel's taking the stream up; by the target's clock, which cancels out. */
  toFirstByte: number;
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
  const stateDir = mkdtempSync(join(tmpdir(), "halfway-bench-"));
  const server = new RunningServer({ port: 3299, configFile, stateDir });
  await server.start();
  try {
    await sleep(10_000);
    const idle = residentMb(server);
    const lines = [
      ...(await oneAfterTheOther(nas, tower, server, stateDir)),
      ...(await twentyAtOnce(server)),
      { measure: "server memory, idle", value: idle, unit: " MB", bound: 250 },
    ];
    return lines;
  } finally {
    await server.stop();
    stopTransfers(stateDir);
    rmSync(stateDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

async function oneAfterTheOther(
  nas: Host,
  tower: Host,
  server: RunningServer,
  stateDir: string,
): Promise<Line[]> {
  await sh(
    "tower",
    `zfs create tank/bench && head -c ${megabytes}M /dev/urandom >/tank/bench/data && zfs snapshot tank/bench@s`,
    { timeoutMs: 300_000 },
  );
  const shell: Finish[] = [];
  const halfway: Finish[] = [];
  let cpu = 0;
  for (let round = 0; round < rounds; round += 1) {
    log(`finishing ${megabytes} MB, round ${round + 1} of ${rounds}: by a shell, then by Halfway`);
    await interrupt();
    shell.push(await finishByShell(nas, tower));
    await interrupt();
    const before = cpuSeconds(server);
    halfway.push(await finishByHalfway(server, stateDir));
    cpu += cpuSeconds(server) - before;
  }
  await run("nas", `zfs destroy -r ${dataset}`);
  const moving = (all: readonly Finish[]) => median(all.map((one) => one.moving));
  const first = (all: readonly Finish[]) => median(all.map((one) => one.toFirstByte));
  const gib = (rounds * (megabytes - cutAfter)) / 1024;
  log(`moving: shell ${moving(shell).toFixed(0)} ms, Halfway ${moving(halfway).toFixed(0)} ms`);
  log(`to the first byte: shell ${first(shell).toFixed(0)} ms, Halfway ${first(halfway).toFixed(0)} ms`);
  return [
    {
      measure: `time to move ${megabytes} MB over SSH between two guests : the bare pipeline`,
      value: moving(halfway) / moving(shell),
      unit: "×",
      bound: 1 / 0.97,
    },
    {
      measure: "from click to first byte, more than a shell takes",
      value: first(halfway) - first(shell),
      unit: " ms",
      bound: 400,
    },
    { measure: "server CPU seconds per GiB moved", value: cpu / gib, unit: " s", bound: 0.1 },
  ];
}

/** Cuts a receive of the snapshot early on, in the place of what there was. */
async function interrupt(): Promise<void> {
  await run("nas", `zfs destroy -r ${dataset}`);
  await run(
    "tower",
    `zfs send tank/bench@s 2>/dev/null | head -c ${cutAfter}M | ssh nas zfs receive -s ${dataset}`,
  );
  // What was freed before, and what was received now, must not be written while the next one is measured.
  await sh("nas", "zpool sync; sleep 6; zpool sync");
}

async function finishByShell(nas: Host, tower: Host): Promise<Finish> {
  const resume = await token("nas", dataset);
  if (!resume) throw new Error("nothing to finish");
  const send = onHost(tower, ["zfs", "send", "-t", resume], "own");
  const receive = onHost(nas, ["zfs", "receive", "-s", "-u", dataset], "own");
  const started = Date.now();
  const began = performance.now();
  const child = spawn("bash", ["-c", `${shellQuote(send)} | ${shellQuote(receive)}`], { stdio: "ignore" });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`the shell's pipeline ended with ${code}`);
  return { moving: performance.now() - began, toFirstByte: (await takenUpAt()) - started };
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
  const transfer = await api.transfers.start.mutate({ id, fingerprint, intent: "resume", confirm: null });
  const dir = join(stateDir, "transfers", transfer.id, "1");
  // The answer comes when the pipeline has been started, milliseconds ago.
  const began = performance.now();
  while (!existsSync(join(dir, pipelineFiles.exitCodes.receive))) await sleep(5);
  const moving = performance.now() - began;
  while ((await api.transfers.get.query({ id: transfer.id })).state !== "finished") await sleep(100);
  return { moving, toFirstByte: (await takenUpAt()) - started };
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
    `for n in ${names.join(" ")}; do zfs create tank/$n; head -c 6M /dev/urandom >/tank/$n/data; zfs snapshot tank/$n@s
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
    await Promise.all(
      (await receives()).map(({ id, fingerprint }) =>
        api.transfers.start.mutate({ id, fingerprint, intent: "resume", confirm: null }),
      ),
    );
    const known = new Map<string, number>();
    let peak = 0;
    for (const until = performance.now() + 30_000; performance.now() < until; await sleep(20)) {
      for (const { id, sent } of await api.transfers.list.query()) {
        const key = `${id} ${sent}`;
        if (!known.has(key)) known.set(key, performance.now());
      }
      peak = Math.max(peak, residentMb(server));
    }
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
