import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Transfer } from "../transfers/types";
import type { SeenReceive, World } from "./rules";

/** How an attempt of a transfer ended, in a word. */
export type AttemptOutcome = "arrived" | "interrupted" | "stopped" | "unknown";

/** What is counted elsewhere, and looked at when somebody asks. */
export type Counted = {
  world: () => World;
  /** Commands that each host was asked so far. */
  commands: () => ReadonlyMap<string, number>;
  /** How long the last reading of each host took, milliseconds. */
  scans: () => ReadonlyMap<string, number>;
  /** Pages that follow what happens. */
  streams: () => number;
  /** Notices that wait to be sent. */
  waiting: () => Promise<number>;
};

/** With datasets as labels there may be thousands of series: never more than these. */
const mostDatasets = 500;

/**
 * What Prometheus may ask for. Hosts are labels, for there are few of them. Datasets are none unless switched on: each label value
 * is a series that Prometheus keeps for good, receives come and go, and their names say more than a graph needs.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #bytes: Counter<"host">;
  readonly #attempts: Counter<"host" | "outcome">;
  readonly #durations: Histogram<"outcome">;
  readonly #ended: Counter<"host" | "state">;
  readonly #notices: Counter<"way" | "outcome">;
  /** What each attempt that is under way has sent, as counted so far. */
  readonly #sent = new Map<string, { attempt: number; sent: bigint }>();

  #text: Promise<string> | null = null;
  #world: World | null = null;

  /** @param datasets adds a series for each partial receive. */
  constructor(
    private readonly counted: Counted,
    { datasets = false }: { datasets?: boolean | undefined } = {},
  ) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#bytes = new Counter({
      ...{ name: "halfway_transfer_bytes_total", help: "Stream bytes that transfers have sent, by target." },
      ...{ labelNames: ["host"], registers },
    });
    this.#attempts = new Counter({
      ...{
        name: "halfway_attempts_total",
        help: "Attempts of transfers that have ended, by target and how.",
      },
      ...{ labelNames: ["host", "outcome"], registers },
    });
    this.#durations = new Histogram({
      ...{ name: "halfway_attempt_duration_seconds", help: "How long attempts of transfers took." },
      ...{ labelNames: ["outcome"], registers, buckets: [1, 10, 60, 600, 3_600, 6 * 3_600, 86_400] },
    });
    this.#ended = new Counter({
      ...{
        name: "halfway_transfers_ended_total",
        help: "Transfers that have ended for good, by target and how.",
      },
      ...{ labelNames: ["host", "state"], registers },
    });
    this.#notices = new Counter({
      ...{
        name: "halfway_notices_total",
        help: "Attempts to send a notice, by the kind of way and how it ended.",
      },
      ...{ labelNames: ["way", "outcome"], registers },
    });
    this.#observed(datasets);
  }

  /** Everything in Prometheus's text format. All who ask at the same time get the same. */
  text(): Promise<string> {
    if (this.#text === null) this.#beginAtZero();
    this.#text ??= this.#registry.metrics().finally(() => {
      this.#text = null;
      this.#world = null;
    });
    return this.#text;
  }

  /** Prometheus sees no increase in a series that begins with its first event. */
  #beginAtZero(): void {
    for (const { name: host } of this.#now().hosts) {
      this.#bytes.inc({ host }, 0);
      for (const state of endedStates) this.#ended.inc({ host, state }, 0);
    }
  }

  /** The world as all gauges of one scrape see it. */
  #now(): World {
    this.#world ??= this.counted.world();
    return this.#world;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** A transfer as it stands now; what was sent since it was seen last is counted. */
  transferChanged({ id, host, attempt, sent, state }: Transfer): void {
    const before = this.#sent.get(id);
    const ended = !isOpen({ state });
    // What was sent, or had ended, before this server saw it is no business of its counters.
    if (before !== undefined) {
      const from = before.attempt === attempt ? before.sent : 0n;
      if (sent > from) this.#bytes.inc({ host }, Number(sent - from));
      if (ended) this.#ended.inc({ host, state });
    }
    if (ended) this.#sent.delete(id);
    else this.#sent.set(id, { attempt, sent });
  }

  attempted(host: string, outcome: AttemptOutcome, milliseconds: number): void {
    this.#attempts.inc({ host, outcome });
    this.#durations.observe({ outcome }, Math.max(0, milliseconds) / 1_000);
  }

  notice(way: string, ok: boolean): void {
    this.#notices.inc({ way, outcome: ok ? "sent" : "failed" });
  }

  /** Lets go of what measures the process. */
  close(): void {
    this.#registry.clear();
  }

  /** What is looked at only when somebody asks for it. */
  #observed(datasets: boolean): void {
    const registers = [this.#registry];
    const { commands, scans, streams, waiting } = this.counted;
    const gauge = (name: string, help: string, labelNames: readonly string[], read: () => Samples) => {
      new Gauge({
        ...{ name, help, labelNames, registers },
        async collect() {
          this.reset();
          for (const [labels, value] of await read()) this.set(labels, value);
        },
      });
    };
    const ofHosts = (name: string, help: string, read: () => Iterable<readonly [string, number]>) =>
      gauge(name, help, ["host"], () => Array.from(read(), ([host, value]) => [{ host }, value]));
    const hosts = () => this.#now().hosts;
    ofHosts("halfway_host_up", "Whether a host answers; a host that was not asked yet is left out.", () =>
      hosts().flatMap(({ name, status }) =>
        status === "reading" ? [] : [[name, status === "online" ? 1 : 0] as const],
      ),
    );
    ofHosts("halfway_pools_troubled", "Pools that do not answer, or only for reading, as last read.", () =>
      hosts().map(({ name, troubledPools }) => [name, troubledPools.length]),
    );
    gauge(
      "halfway_partial_receives",
      "Partial receives, by host and verdict, as last read.",
      ["host", "verdict"],
      () => receivesBy(this.#now()),
    );
    ofHosts("halfway_partial_held_bytes", "Space that partial receives hold on a host.", () =>
      byHost(this.#now(), (sum, { spaceHeld }) => sum + Number(spaceHeld)),
    );
    ofHosts(
      "halfway_partial_oldest_seconds",
      "Age of the oldest partial receive of a host; 0 for none.",
      () => {
        const now = Date.now();
        return byHost(this.#now(), (oldest, { began }) => Math.max(oldest, (now - began) / 1_000));
      },
    );
    gauge("halfway_transfers", "Transfers that have not ended, by state.", ["state"], () => {
      const open = this.#now().transfers.filter(isOpen);
      return openStates.map((state) => [{ state }, open.filter((one) => one.state === state).length]);
    });
    ofHosts("halfway_transfer_rate_bytes", "Bytes a second that transfers move now, by target.", () => {
      const open = this.#now().transfers.filter(isOpen);
      const rates = (name: string) => open.flatMap(({ host, rate }) => (host === name ? [rate ?? 0] : []));
      return hosts().map(({ name }) => [name, rates(name).reduce((sum, rate) => sum + rate, 0)]);
    });
    ofHosts("halfway_scan_duration_seconds", "How long the last whole reading of a host took.", () =>
      Array.from(scans(), ([host, took]) => [host, took / 1_000]),
    );
    new Counter({
      ...{ name: "halfway_commands_total", help: "Short commands that a host was asked." },
      ...{ labelNames: ["host"] as const, registers },
      collect() {
        this.reset();
        for (const [host, count] of commands()) this.inc({ host }, count);
      },
    });
    gauge("halfway_event_streams", "Pages that are open and follow what happens.", [], () => [
      [{}, streams()],
    ]);
    gauge("halfway_notices_waiting", "Messages that wait to be sent.", [], async () => [
      [{}, await waiting()],
    ]);
    if (!datasets) return;
    gauge(
      "halfway_partial_receive_held_bytes",
      `Space that each partial receive holds; ${mostDatasets} of them at most, the largest ones.`,
      ["host", "dataset"],
      () =>
        [...this.#now().receives]
          .sort((one, other) => Number(other.spaceHeld - one.spaceHeld))
          .slice(0, mostDatasets)
          .map(({ host, dataset, spaceHeld }) => [{ host, dataset }, Number(spaceHeld)]),
    );
  }
}

type Sample = readonly [labels: Record<string, string>, value: number];
type Samples = Sample[] | Promise<Sample[]>;

/** One number of each host, from all its receives; 0 for a host without any. */
function byHost(
  { hosts, receives }: World,
  add: (sum: number, receive: SeenReceive) => number,
): ReadonlyMap<string, number> {
  const sums = new Map(hosts.map(({ name }) => [name, 0]));
  for (const receive of receives) sums.set(receive.host, add(sums.get(receive.host) ?? 0, receive));
  return sums;
}

function receivesBy({ hosts, receives }: World): Sample[] {
  // A series that is there only in trouble cannot be told from one that is missing.
  const counts = new Map(hosts.map(({ name }) => [name, new Map([["unresumable", 0]])]));
  for (const receive of receives) {
    const ofHost = counts.get(receive.host) ?? new Map<string, number>();
    const verdict = verdictOf(receive);
    counts.set(receive.host, ofHost.set(verdict, (ofHost.get(verdict) ?? 0) + 1));
  }
  return [...counts].flatMap(([host, ofHost]) =>
    Array.from(ofHost, ([verdict, count]): Sample => [{ host, verdict }, count]),
  );
}

const endedStates = ["finished", "failed", "stopped"] as const;
const openStates = ["queued", "starting", "running", "stopping", "verifying", "waiting"] as const;

function isOpen({ state }: Pick<Transfer, "state">): boolean {
  return openStates.some((open) => open === state);
}

function verdictOf({ activity, verdict }: SeenReceive): string {
  if (activity.kind === "receiving") return "receiving";
  return verdict?.kind ?? "not-judged";
}
