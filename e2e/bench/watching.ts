import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Halfway } from "../../server/api/halfway";
import { loadConfiguration } from "../../server/configuration/configuration";
import type { Host } from "../../server/hosts/config";
import { commandsRun, runOk } from "../../server/hosts/run";
import { gather, HostAnswers } from "../../server/receives/gather";
import { judge } from "../../server/receives/judge";
import { scanHost } from "../../server/receives/scan";
import { HostWatcher } from "../../server/receives/watch";
import type { Argv } from "../../server/zfs/commands";
import { hostsIn } from "../hosts-in";
import { configFile, sh } from "../lab";
import { type Line, log, median, timed } from "./measure";

const datasets = 1_000;
const rounds = 5;
const restFor = 120_000;

const hosts = hostsIn(configFile);
const nas = named("nas");
const tower = named("tower");

/** What watching costs: the list of a host with a thousand datasets, the verdicts, and a host at rest. */
export async function watching(): Promise<Line[]> {
  log(`making ${datasets} datasets on nas`);
  await sh(
    "nas",
    `zfs create -o canmount=off backup/many; seq ${datasets} | xargs -P 16 -I N zfs create -o canmount=off backup/many/N`,
    { timeoutMs: 600_000 },
  );
  // The running receive would keep the watcher at work.
  await sh("tower", "systemctl stop nightly-logs");
  await sleep(8_000);
  return [...(await scans()), ...(await judging()), ...(await rest())];
}

function named(name: string): Host {
  const host = hosts.find((candidate) => candidate.name === name);
  if (!host) throw new Error(`the lab's configuration has no ${name}`);
  return host;
}

/** A whole scan against the one bare command that every script in the field begins with. */
async function scans(): Promise<Line[]> {
  log(`scanning nas ${rounds} times, and as often with the bare command`);
  const bare: Argv = [
    ...(["zfs", "get", "-Hp", "-r", "-t", "filesystem,volume"] as const),
    ...["-o", "name,value", "receive_resume_token", "backup"],
  ];
  const times = { bare: [] as number[], scan: [] as number[] };
  let commands = 0;
  await runOk(nas, ["true"] as Argv); // Opens the shared connection.
  for (let round = 0; round < rounds; round++) {
    times.bare.push(await timed(() => runOk(nas, bare, { limitMs: 60_000 })));
    const before = commandsRun.get("nas") ?? 0;
    times.scan.push(await timed(() => scanHost(nas, new Map())));
    commands = (commandsRun.get("nas") ?? 0) - before;
  }
  const [scan, one] = [median(times.scan), median(times.bare)];
  log(`bare ${one.toFixed(0)} ms, scan ${scan.toFixed(0)} ms`);
  return [
    { measure: `scan of ${datasets} datasets : one bare zfs get`, value: scan / one, unit: "×", bound: 1.25 },
    { measure: "commands to list a host", value: commands, unit: "", bound: 3 },
  ];
}

/** Commands that the verdicts on everything seeded take, on all hosts together. */
async function judging(): Promise<Line[]> {
  const { receives, details } = await scanHost(nas, new Map());
  const watchers = [nas, tower].map(
    (host) => new HostWatcher(host, { changed() {}, happened() {}, working: () => [] }),
  );
  await Promise.all(watchers.map((watcher) => watcher.refresh()));
  const surroundings = {
    hosts,
    poolsOf: (name: string) => watchers.find(({ host }) => host.name === name)?.pools ?? null,
    lastFailure: () => null,
    silenceOf: () => null,
  };
  const before = total();
  const shared = new HostAnswers();
  for (const receive of receives) {
    const detail = details.get(receive.dataset);
    if (detail) judge(await gather(surroundings, receive, detail, shared, false));
  }
  const commands = total() - before;
  for (const watcher of watchers) watcher.stop();
  return [
    {
      measure: `commands per verdict, of ${receives.length} receives`,
      value: commands / receives.length,
      unit: "",
      bound: 2,
    },
  ];
}

/** Commands a minute on each host while nothing happens, of the whole of Halfway, once everything has its verdict. */
async function rest(): Promise<Line[]> {
  log(`watching both hosts at rest for ${restFor / 60_000} minutes`);
  const halfway = await Halfway.start(
    loadConfiguration({
      HALFWAY_CONFIG: configFile,
      HALFWAY_STATE_DIR: mkdtempSync(join(tmpdir(), "halfway-bench-")),
    }),
  );
  const receives = () => halfway.hostStates().flatMap((host) => host.receives);
  while (receives().length === 0 || receives().some(({ verdict }) => verdict === null)) await sleep(1_000);
  await sleep(10_000);
  const before = new Map(commandsRun);
  await sleep(restFor);
  const lines = hosts.map(({ name }) => ({
    measure: `commands per minute at rest on ${name}`,
    value: ((commandsRun.get(name) ?? 0) - (before.get(name) ?? 0)) / (restFor / 60_000),
    unit: "",
    bound: 4,
  }));
  halfway.close();
  return lines;
}

function total(): number {
  return [...commandsRun.values()].reduce((sum, count) => sum + count, 0);
}
