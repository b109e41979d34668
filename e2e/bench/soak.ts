import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tokenFingerprint } from "../../server/zfs/token";
import { ensureBuild } from "../build";
import { browser } from "../client";
import { restoreHosts } from "../faults/restore";
import { configFile, hostNames, LabError, run, sh } from "../lab";
import { RunningServer, stopTransfers } from "../server";
import { uplink } from "../uplink";
import { type Footprint, footprint, type Kept, keptIn, leftBehind } from "./footprint";
import { chosenBy, type Scene } from "./interruptions";
import { Lane } from "./lanes";
import { log } from "./measure";
import { quietQuarters, type Span } from "./tally";
import { levelling, type Point, secondHalf, type Trend, trendOf } from "./trend";
import { Receiver, scraped, Visitors } from "./visitors";

export type SoakOptions = {
  minutes: number;
  /** Where the raw samples go, as CSV; the same name with `.json` has all there is to know of the run. */
  file: string;
  /** Without ZFS: made-up receives, nothing is interrupted, only people come and go. */
  crowd: boolean;
};

/** What is looked at between two samples goes into the later one. */
const lookEvery = 5_000;
const hour = 3_600_000;
/** Hours from which on a slope means something: before that caches fill and the compiler is at work. */
const enough = 1;
/** Minutes from which on something must have been interrupted in each quarter: one power cut may take five. */
const quartersFrom = 20;
const MiB = 1024 * 1024;

/** One sample: what `measures` names, by its name. */
type Sample = { at: number } & Record<string, number>;

/** What a measure must be to pass. */
type Judged =
  /** It has stopped growing: in the whole second half it rises by no more than this, or not for sure. */
  | { how: "levels"; mayRise: number }
  /** It never is more than this. */
  | { how: "bounded"; most: number }
  /** It grows for as long as a person has chosen, or for good. */
  | { how: "by design"; why: string };

type Measure = { name: string; unit: string; judged: Judged };

/*
 * Of what goes up and down with the work the least of each sample's time is taken: what is there even at the quietest
 * moment. A leak is in that, a stream that happens to be open is not.
 */
const measures: readonly Measure[] = [
  { name: "memory resident", unit: "MiB", judged: { how: "levels", mayRise: 8 } },
  { name: "heap used", unit: "MiB", judged: { how: "levels", mayRise: 4 } },
  { name: "open handles", unit: "", judged: { how: "levels", mayRise: 3 } },
  { name: "child processes", unit: "", judged: { how: "levels", mayRise: 2 } },
  { name: "shared SSH connections", unit: "", judged: { how: "levels", mayRise: 1 } },
  { name: "control sockets", unit: "", judged: { how: "levels", mayRise: 1 } },
  { name: "listeners on the hosts", unit: "", judged: { how: "levels", mayRise: 2 } },
  { name: "event streams", unit: "", judged: { how: "bounded", most: 12 } },
  { name: "event loop delay, p99", unit: "ms", judged: { how: "levels", mayRise: 20 } },
  { name: "commands a minute", unit: "", judged: { how: "levels", mayRise: 20 } },
  { name: "scan, both hosts", unit: "s", judged: { how: "levels", mayRise: 1 } },
  { name: "log a minute", unit: "KiB", judged: { how: "levels", mayRise: 4 } },
  { name: "write-ahead log", unit: "MiB", judged: { how: "bounded", most: 16 } },
  { name: "transfers' folder", unit: "KiB", judged: { how: "levels", mayRise: 64 } },
  { name: "runs on disk", unit: "", judged: { how: "bounded", most: 12 } },
  { name: "transfers in view", unit: "", judged: { how: "bounded", most: 60 } },
  { name: "notices waiting", unit: "", judged: { how: "levels", mayRise: 2 } },
  { name: "holds remembered", unit: "", judged: { how: "bounded", most: 12 } },
  { name: "database beside that", unit: "KiB", judged: { how: "levels", mayRise: 64 } },
  {
    name: "database: history",
    unit: "KiB",
    judged: { how: "by design", why: "kept for as many days as the settings say, 365 at first" },
  },
  {
    name: "database: audit trail",
    unit: "KiB",
    judged: { how: "by design", why: "nothing is ever taken out of it (decision 019)" },
  },
  {
    name: "database: what was told",
    unit: "KiB",
    judged: {
      how: "by design",
      why: "an entry for each transfer that has ended, kept for 90 days, so that none is told twice",
    },
  },
  {
    name: "state directory",
    unit: "MiB",
    judged: { how: "by design", why: "the sum of the three above, and what levels out" },
  },
  { name: "state beside all that", unit: "KiB", judged: { how: "levels", mayRise: 64 } },
];

/** Runs a server for hours among interruptions, and judges what it has become. @returns whether all is well. */
export async function soak(options: SoakOptions): Promise<boolean> {
  await ensureBuild();
  const stateDir = mkdtempSync(join(tmpdir(), "halfway-soak-"));
  // A short path: the sockets of shared connections lie in it. Whatever bears it later is this server's.
  const temporary = mkdtempSync(join(tmpdir(), "hw-"));
  const server = serverFor(options, stateDir, temporary);
  const receiver = new Receiver();
  const wrong: string[] = [];
  const happened = new Map<string, number>();
  const spans: Span[] = [];
  const recorder = new Recorder(server, stateDir, temporary, options.crowd);
  let left: string[] = [];
  await server.start();
  const visitors = new Visitors(server);
  try {
    const began = Date.now();
    const until = began + options.minutes * 60_000;
    const recording = recorder.run(until, Math.min(60_000, options.minutes * 1_500));
    if (options.crowd) await recording;
    else {
      await prepare(server, await receiver.start());
      const scene = { lanes: lanesOn(server), stateDir, temporary };
      const saving = () => save(options, { samples: recorder.samples, happened, wrong, said: server.log });
      await interruptUntil(until, scene, { happened, spans, wrong, saving });
      await recording;
      if (options.minutes >= quartersFrom) wrong.push(...quietQuarters(spans, { began, ended: until }));
      log("no more interruptions: everything is to come to its end");
      wrong.push(...(await atLast(server, scene, stateDir).catch((error: unknown) => [wordsOf(error)])));
      log(`finished: ${scene.lanes.map(({ says, finished }) => `${says} ${finished}`).join(", ")}`);
    }
  } finally {
    await visitors.stop();
    receiver.stop();
    await server.stop();
    stopTransfers(stateDir);
    // A connection that was just being made when the server ended lasts for a minute (`ControlPersist`).
    for (const until = Date.now() + 120_000; Date.now() < until; await sleep(1_000)) {
      left = leftBehind(temporary);
      if (left.length === 0) break;
    }
    rmSync(stateDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    rmSync(temporary, { recursive: true, force: true });
  }
  if (!options.crowd && happened.size === 0) wrong.push("nothing could be interrupted: the lab was too slow");
  for (const [who, times] of Object.entries(visitors.came)) {
    if (times === 0)
      wrong.push(`visitors: not one of their ${who} worked, so nothing was measured with them`);
  }
  wrong.push(...left.map((one) => `left behind: ${one}`));
  save(options, { samples: recorder.samples, happened, wrong, said: server.log });
  const { streams, pages, doors } = visitors.came;
  log(
    `${streams} event streams, ${pages} pages, ${doors} sign-ins; ${receiver.taken} notices taken, ${receiver.refused} refused`,
  );
  return report(recorder.samples, happened, wrong, options.file);
}

function serverFor({ crowd }: SoakOptions, stateDir: string, temporary: string): RunningServer {
  const env = { TMPDIR: temporary };
  const port = Number(process.env.E2E_PORT ?? 3299);
  if (!crowd) return new RunningServer({ port, configFile, stateDir, env });
  mkdirSync(stateDir, { recursive: true });
  const nobody = join(stateDir, "hosts.json");
  const hosts = [{ name: "nowhere", ssh: { destination: "nobody@halfway.invalid" } }];
  writeFileSync(nobody, JSON.stringify({ hosts }));
  return new RunningServer({
    ...{ port, configFile: nobody, stateDir, program: ["node", "--import", "tsx", "e2e/crowd.ts"] },
    env: { ...env, CROWD: "1000" },
  });
}

/** Policies and notices as somebody may have set them, with nothing to wait for that takes hours. */
async function prepare(server: RunningServer, url: string): Promise<void> {
  await sh("tower", "systemctl stop nightly-logs 2>/dev/null || true");
  await uplink.slow();
  const api = browser(server);
  await api.policies.save.mutate([
    {
      ...{ id: randomUUID(), name: "soak", hosts: "*", datasets: "backup/soak-policy-*" },
      ...{ mode: "resume", idleMinutes: 1, window: null, attempts: 100 },
    },
  ]);
  await api.notices.saveWay.mutate({
    ...{ id: null, name: "soak", on: true, kind: "webhook", open: {}, secrets: { url, key: "soak" } },
  });
  const { settings } = await api.notices.get.query();
  const rules = structuredClone(settings.rules);
  for (const rule of Object.values(rules)) rule.on = true;
  rules.interrupted.minutes = 1;
  rules.unreachable.minutes = 1;
  await api.notices.saveSettings.mutate({ ...settings, rules, restHours: 0 });
}

function lanesOn(server: RunningServer): Lane[] {
  const api = browser(server);
  return [
    new Lane(api, "resumed", "resumed"),
    new Lane(api, "policy", "policy"),
    new Lane(api, "sent", "sent"),
  ];
}

type Course = { happened: Map<string, number>; spans: Span[]; wrong: string[]; saving: () => void };

/** One interruption after the other, of whatever moves at that moment. */
async function interruptUntil(
  until: number,
  scene: Scene,
  { happened, spans, wrong, saving }: Course,
): Promise<void> {
  const { lanes } = scene;
  const note = (found: readonly string[]) => {
    for (const one of found) log(`✗ ${one}`);
    wrong.push(...found);
  };
  while (Date.now() < until) {
    // One after the other: the guests have one processor each.
    for (const lane of lanes) note(await lane.step().catch(inWords));
    const moving: Lane[] = [];
    for (const lane of lanes) if (await lane.isMoving().catch(() => false)) moving.push(lane);
    const lane = moving[Math.floor(Math.random() * moving.length)];
    if (!lane) {
      await sleep(1_000);
      continue;
    }
    const { says, act } = chosenBy(Math.random());
    const began = Date.now();
    const { target } = lane;
    const found = await act(lane, scene).catch((error: unknown) => {
      const words = inWords(error);
      return words.length === 0 ? null : words;
    });
    const ended = Date.now();
    // What came too late, or what the lab kept from being judged, has shown nothing.
    if (found !== null) {
      note(found);
      happened.set(says, (happened.get(says) ?? 0) + 1);
      spans.push({ began, ended });
    }
    const seconds = ((ended - began) / 1_000).toFixed(0);
    log(`${says}, ${target}: ${seconds} s${found === null ? ", not judged" : ""}`);
    await restored().catch((error: unknown) => note(inWords(error)));
    saving();
  }
}

/** One that failed half-way must not be the reason for what comes next. */
async function restored(): Promise<void> {
  await restoreHosts();
  // What was booted anew has a fast link again, and nothing would be left to interrupt.
  await uplink.slow();
}

/** What went wrong, unless it is the lab's own trouble: that guests are slow says nothing about Halfway. */
function inWords(error: unknown): string[] {
  if (!(error instanceof LabError)) return [wordsOf(error)];
  log(`(the lab: ${wordsOf(error)})`);
  return [];
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Lets everything end, and compares what Halfway says with what ZFS on both hosts has. */
async function atLast(server: RunningServer, { lanes }: Scene, stateDir: string): Promise<string[]> {
  const api = browser(server);
  await uplink.quick();
  const wrong: string[] = [];
  for (const lane of lanes) {
    for (const until = Date.now() + 300_000; ; await sleep(1_000)) {
      // One in which everything was aborted has yet to show that it arrives.
      if (lane.isEmpty && lane.finished > 0) break;
      if (Date.now() > until) {
        const none = lane.finished === 0 ? `of “${lane.says}” none has ever finished, and ` : "";
        wrong.push(`${none}${lane.target} has not ended five minutes after the last interruption`);
        break;
      }
      wrong.push(...(await lane.step().catch(inWords)));
    }
  }
  wrong.push(...(await untilTrue(120_000, () => asZfsHasThem(api))));
  for (const lane of lanes) await lane.remove();
  // What could not be released at once is, within ten minutes.
  const nothingLeft = async () => {
    const left: string[] = [];
    for (const lane of lanes) left.push(...(await lane.clear()));
    return [...(await held(stateDir)), ...left];
  };
  wrong.push(...(await untilTrue(720_000, nothingLeft)));
  const processes = await sh("nas", "pgrep -ax zfs | grep -E ' (recv|receive) ' || true");
  if (processes !== "") wrong.push(`on nas there is still: ${processes}`);
  return wrong;
}

/** Asks again until nothing is wrong any more, or the time is over. What cannot be asked is not known to be well. */
async function untilTrue(limitMs: number, ask: () => Promise<string[]>): Promise<string[]> {
  for (const until = Date.now() + limitMs; ; await sleep(2_000)) {
    const wrong = await ask().catch((error: unknown) => [wordsOf(error)]);
    if (wrong.length === 0 || Date.now() > until) return wrong;
  }
}

/** The interrupted receives of ZFS and those of the list are the same ones. */
async function asZfsHasThem(api: ReturnType<typeof browser>): Promise<string[]> {
  const said = await sh("nas", "zfs get -Hpr -t filesystem,volume -o name,value receive_resume_token backup");
  const there = said.split("\n").flatMap((line) => {
    const [name = "", value = "-"] = line.split("\t");
    return value.startsWith("1-") ? [`${name} ${tokenFingerprint(value)}`] : [];
  });
  const nas = (await api.receives.list.query()).find(({ name }) => name === "nas");
  const listed = (nas?.receives ?? []).map(({ dataset, fingerprint }) => `${dataset} ${fingerprint}`);
  return [
    ...there.filter((one) => !listed.includes(one)).map((one) => `${one} is there, and not listed`),
    ...listed.filter((one) => !there.includes(one)).map((one) => `${one} is listed, and not there`),
  ];
}

async function held(stateDir: string): Promise<string[]> {
  const said = await run(
    "tower",
    "zfs list -Ho name -t snapshot -r tank | xargs -r -d '\\n' zfs holds -H | grep halfway: || true",
  );
  const { holds } = keptIn(stateDir);
  return [
    ...said.stdout
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [`still held: ${line.replaceAll("\t", " ")}`])),
    ...(holds === 0 ? [] : [`${holds} holds are remembered that are for nothing any more`]),
  ];
}

/** What was looked at once. */
type Look = Footprint & { metrics: Map<string, number> };

/** What only grows, when it was read. */
type Counts = { at: number; commands: number; said: number };

/** Looks every few seconds, and keeps a sample now and then. */
class Recorder {
  readonly samples: Sample[] = [];
  #began = Date.now();

  constructor(
    private readonly server: RunningServer,
    private readonly stateDir: string,
    private readonly temporary: string,
    private readonly crowd: boolean,
  ) {}

  async run(until: number, sampleEvery: number): Promise<void> {
    this.#began = Date.now();
    let before: Counts | null = null;
    for (let next = Date.now() + sampleEvery; Date.now() < until; next += sampleEvery) {
      const looks: Look[] = [];
      do {
        await sleep(Math.min(lookEvery, sampleEvery / 3));
        // A server that is busy for a moment is looked at the next time.
        const look = await this.#look().catch(() => null);
        if (look) looks.push(look);
      } while (Date.now() < next);
      before = await this.#take(looks, before).catch(() => before);
    }
  }

  /** Makes a sample of some looks. @returns what the next one is compared with. */
  async #take(looks: readonly Look[], before: Counts | null): Promise<Counts | null> {
    const last = looks.at(-1);
    if (!last) return before;
    const commands = last.metrics.get("halfway_commands_total") ?? 0;
    const now = { at: Date.now(), commands, said: this.server.said };
    // The first stretch holds the start, and is compared with nothing.
    if (before === null) return now;
    const inView = (await browser(this.server).transfers.list.query()).length;
    const listeners = await this.#listeners();
    const kept = keptIn(this.stateDir);
    this.samples.push(this.#sample(looks, { now, before, inView, listeners, kept, last }));
    return now;
  }

  async #look(): Promise<Look> {
    const { pid } = this.server;
    if (pid === undefined) throw new Error("the server does not run");
    return { ...footprint(pid, this.stateDir, this.temporary), metrics: await scraped(this.server) };
  }

  /** Processes on the hosts that tell of events: what a broken connection left there ends with the next event. */
  async #listeners(): Promise<number> {
    if (this.crowd) return 0;
    const counts = hostNames.map(async (name) => {
      const said = await run(name, "pgrep -fc '^zpool events' || true", { timeoutMs: 5_000 }).catch(
        () => null,
      );
      // Of one that is off or cut off nobody knows.
      return said?.code === 0 ? Number(said.stdout) : 0;
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  #sample(
    looks: readonly Look[],
    {
      now,
      before,
      inView,
      listeners,
      kept,
      last,
    }: Record<"now" | "before", Counts> & {
      inView: number;
      listeners: number;
      kept: Kept;
      last: Look;
    },
  ): Sample {
    const least = (of: (look: Look) => number) => Math.min(...looks.map(of));
    const metric = (name: string) => (look: Look) => look.metrics.get(name) ?? 0;
    const minutes = (now.at - before.at) / 60_000;
    return {
      at: (now.at - this.#began) / hour,
      "memory resident": least(({ resident }) => resident) / MiB,
      "heap used": least(metric("nodejs_heap_size_used_bytes")) / MiB,
      "open handles": least(({ handles }) => handles),
      "child processes": least(({ children }) => children),
      "shared SSH connections": least(({ masters }) => masters),
      "control sockets": least(({ sockets }) => sockets),
      "listeners on the hosts": listeners,
      "event streams": Math.max(...looks.map(metric("halfway_event_streams"))),
      "event loop delay, p99": Math.max(...looks.map(metric("nodejs_eventloop_lag_p99_seconds"))) * 1_000,
      "commands a minute": (now.commands - before.commands) / minutes,
      "scan, both hosts": metric("halfway_scan_duration_seconds")(last),
      "log a minute": (now.said - before.said) / 1_024 / minutes,
      "write-ahead log": last.wal / MiB,
      "transfers' folder": least(({ transfers }) => transfers) / 1_024,
      "runs on disk": Math.max(...looks.map(({ runs }) => runs)),
      "transfers in view": inView,
      "notices waiting": kept.outbox,
      "holds remembered": kept.holds,
      "database beside that": kept.others / 1_024,
      "database: history": kept.history / 1_024,
      "database: audit trail": kept.audit / 1_024,
      "database: what was told": kept.told / 1_024,
      "state directory": last.state / MiB,
      "state beside all that": least(({ beside }) => beside) / 1_024,
      attempts: kept.attempts,
    };
  }
}

type Outcome = {
  samples: readonly Sample[];
  happened: ReadonlyMap<string, number>;
  wrong: readonly string[];
  /** What the server has said lately. */
  said: string;
};

/** Also in the middle: hours are not lost by what happens in their last minute. */
function save({ file, minutes }: SoakOptions, { samples, happened, wrong, said }: Outcome): void {
  const names = Object.keys(samples[0] ?? { at: 0 });
  const quoted = (name: string) => (name.includes(",") ? `"${name}"` : name);
  const lines = samples.map((sample) => names.map((name) => String(sample[name] ?? "")).join(","));
  writeFileSync(file, `${[names.map(quoted).join(","), ...lines].join("\n")}\n`);
  const all = { minutes, happened: Object.fromEntries(happened), wrong, said: said.split("\n"), samples };
  writeFileSync(`${file}.json`, JSON.stringify(all, null, 1));
}

/** Prints the table and what it means. @returns whether all is well. */
function report(
  samples: readonly Sample[],
  happened: ReadonlyMap<string, number>,
  wrong: readonly string[],
  file: string,
): boolean {
  const rows = measures.map((measure) => rowOf(measure, samples));
  const head = ["measure", "start", "25 %", "50 %", "75 %", "100 %", "an hour", "means"];
  const table = [head, ...rows.map(({ cells }) => cells)];
  const widths = head.map((_, at) => Math.max(...table.map((cells) => (cells[at] ?? "").length)));
  console.log("");
  for (const cells of table) {
    const padded = cells.map((cell, at) =>
      at === 0 || at === 7 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
    );
    console.log(padded.join("  ").trimEnd());
  }
  const [first, last] = [samples.at(0), samples.at(-1)];
  if ((last?.at ?? 0) < enough)
    console.log("\nA run this short shows only what leaks fast; its slopes say little.");
  const attempts = (last?.attempts ?? 0) - (first?.attempts ?? 0);
  const grown = (name: string) => ((last?.[name] ?? 0) - (first?.[name] ?? 0)) / attempts;
  if (attempts > 0) {
    console.log(
      `\nfor each of ${attempts} attempts: ${grown("database: history").toFixed(1)} KiB of history, ${grown("database: audit trail").toFixed(1)} KiB of audit trail`,
    );
  }
  const count = [...happened.values()].reduce((sum, one) => sum + one, 0);
  const kinds = [...happened]
    .sort((one, other) => other[1] - one[1])
    .map(([says, times]) => `${says} ${times}×`);
  console.log(`\n${count} interruptions: ${kinds.join(", ") || "none"}`);
  console.log(
    wrong.length === 0
      ? "each of them ended in a state that is true of ZFS, and nothing was left behind"
      : `✗ ${wrong.length} things are not true:\n  ${wrong.join("\n  ")}`,
  );
  console.log(`samples: ${file}, ${file}.json`);
  return wrong.length === 0 && samples.length > 0 && rows.every(({ ok }) => ok);
}

function rowOf(
  { name, unit, judged }: Measure,
  samples: readonly Sample[],
): { cells: string[]; ok: boolean } {
  const points: Point[] = samples.map((sample) => ({ at: sample.at, value: sample[name] ?? 0 }));
  const at = (part: number) => points[Math.round(part * (points.length - 1))]?.value ?? Number.NaN;
  const trend = trendOf(secondHalf(points));
  const values = [0, 0.25, 0.5, 0.75, 1].map(
    (part) => `${at(part).toFixed(1)}${unit === "" ? "" : ` ${unit}`}`,
  );
  const slope = `${trend.perHour < 0 ? "−" : "+"}${Math.abs(trend.perHour).toFixed(2)}`;
  const { ok, means } = judge(judged, points, trend);
  return { cells: [name, ...values, slope, ok ? means : `✗ ${means}`], ok };
}

function judge(judged: Judged, points: readonly Point[], trend: Trend): { ok: boolean; means: string } {
  switch (judged.how) {
    case "levels": {
      const how = levelling(trend, judged.mayRise);
      const rise = `${trend.rise.toFixed(1)} in the second half`;
      const words = {
        level: "levels out",
        rises: `rises for sure, by ${rise}; ${judged.mayRise} is allowed`,
        grows: `still grows, by ${rise}; no more than ${judged.mayRise} is allowed`,
      }[how];
      return { ok: how !== "grows", means: `${words} (noise ±${trend.noise.toFixed(1)})` };
    }
    case "bounded": {
      const most = Math.max(...points.map(({ value }) => value));
      const ok = most <= judged.most;
      return { ok, means: `${ok ? "never more than" : "more than"} ${judged.most}: ${most.toFixed(1)}` };
    }
    case "by design":
      return { ok: true, means: `grows by design: ${judged.why}` };
  }
}
