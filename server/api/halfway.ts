import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HalfwayError } from "../errors";
import { type Host, loadHosts, stateDir } from "../hosts/config";
import { retireSharedConnection } from "../hosts/run";
import type { Surroundings } from "../receives/gather";
import { Planner } from "../receives/planner";
import { type HostState, type PartialReceive, receiveId } from "../receives/types";
import { Verdicts } from "../receives/verdicts";
import { HostWatcher } from "../receives/watch";
import { Store } from "../store/store";
import { History } from "../transfers/history";
import { KeptSettings } from "../transfers/settings";
import { hasEnded } from "../transfers/states";
import { Transfers } from "../transfers/transfers";
import type { Transfer } from "../transfers/types";
import { Hub } from "./hub";

/** A dead host must not hold up what the others know. */
const lookAgainLimit = 5_000;

/** Everything that lives as long as the server does: one watcher per host, the transfers, and what pages are told. */
export class Halfway {
  readonly hub = new Hub();
  readonly hosts: readonly Host[];
  readonly transfers: Transfers;
  readonly settings: KeptSettings;
  readonly planner: Planner;
  readonly verdicts: Verdicts;
  /** What is known of the hosts without asking them. */
  readonly surroundings: Surroundings;
  readonly #watchers: readonly HostWatcher[];
  /** How each host was when last told of, so that a change of that is noticed. */
  readonly #condition = new Map<string, string>();

  private constructor(env: Record<string, string | undefined>, store: Store) {
    this.hosts = loadHosts(env);
    this.settings = new KeptSettings(store, env);
    this.surroundings = {
      hosts: this.hosts,
      poolsOf: (name) => this.#watcher(name)?.pools ?? null,
      lastFailure: (receive) => this.transfers.lastFailure(receive),
      silenceOf: (name) => this.#watcher(name)?.state.problem ?? null,
    };
    this.verdicts = new Verdicts(this.surroundings, (name) => this.#receivesChanged(name));
    this.planner = new Planner({
      surroundings: this.surroundings,
      askPools: () => this.#askPools(),
      seenOn: (name) => this.#watcher(name)?.seen,
      judged: (facts, verdict) => this.verdicts.put(facts, verdict),
      refresh: (name) => this.refresh(name),
    });
    this.transfers = new Transfers({
      root: join(stateDir(env), "transfers"),
      hosts: this.hosts,
      planner: this.planner,
      history: new History(store),
      settings: this.settings,
      changed: (transfer) => this.#transferChanged(transfer),
      settled: (name, dataset) => this.#watcher(name)?.settle(dataset),
    });
    this.#watchers = this.hosts.map(
      (host) =>
        new HostWatcher(host, {
          changed: (watcher) => this.#hostChanged(watcher),
          happened: (datasets) => this.verdicts.happened(host.name, datasets),
          working: () => this.transfers.receivingOn(host.name),
        }),
    );
  }

  /**
   * Opens the memory, takes up the transfers of earlier servers, and begins to watch the hosts.
   * @throws HalfwayError when the configuration is wrong, or a newer Halfway has written the memory.
   */
  static async start(env: Record<string, string | undefined> = process.env): Promise<Halfway> {
    loadHosts(env);
    const halfway = new Halfway(env, await Store.open(stateDir(env)));
    await halfway.#start();
    return halfway;
  }

  async #start(): Promise<void> {
    for (const watcher of this.#watchers) this.#hostChanged(watcher);
    await this.transfers.adopt();
    for (const watcher of this.#watchers) watcher.start();
    this.verdicts.start();
  }

  /** Lets go of everything but the transfers, which need no server. */
  close(): void {
    this.hub.close();
    this.verdicts.stop();
    for (const watcher of this.#watchers) watcher.stop();
    for (const host of this.hosts) void retireSharedConnection(host);
  }

  /** @throws HalfwayError `NOT_FOUND` */
  host(name: string): Host {
    const host = this.hosts.find((candidate) => candidate.name === name);
    if (!host) throw new HalfwayError("NOT_FOUND", `There is no host named “${name}”.`);
    return host;
  }

  /** The hosts and their receives as last read, with Halfway's own transfers marked as such. */
  hostStates(): HostState[] {
    return this.#watchers.map(({ state }) => ({
      ...state,
      receives: state.receives.map((one) => this.#ours(one)),
    }));
  }

  /** Reads a host again now, because something was done to it. */
  async refresh(name: string): Promise<void> {
    await this.#watcher(name)?.refresh();
  }

  /** Asks the hosts that were silent: one of them may know what nobody else does. */
  async lookAgain(): Promise<void> {
    const doubtful = this.#watchers.filter(({ state }) => state.status === "offline");
    await Promise.race([Promise.all(doubtful.map((watcher) => watcher.refresh())), sleep(lookAgainLimit)]);
  }

  /** Asks every host that answers for its pools: before a plan, nothing is taken for granted. */
  async #askPools(): Promise<void> {
    await Promise.all(this.#watchers.map((watcher) => watcher.askPools()));
  }

  #watcher(name: string): HostWatcher | undefined {
    return this.#watchers.find(({ host }) => host.name === name);
  }

  #hostChanged({ state, reading }: HostWatcher): void {
    const { receives: _, ...host } = state;
    this.hub.put({ type: "host", host });
    // Before the first answer nothing is known, and an empty list would say that there is nothing.
    if (host.answeredAt !== null) this.verdicts.update(host.name, reading);
    const pools = this.#watcher(host.name)?.pools?.map(({ name, health, readonly }) => [
      name,
      health,
      readonly,
    ]);
    const condition = JSON.stringify([host.status, pools]);
    if (host.status !== "reading" && this.#condition.get(host.name) !== condition) {
      this.#condition.set(host.name, condition);
      this.verdicts.hostChanged(host.name);
    }
    this.#receivesChanged(host.name);
  }

  #receivesChanged(name: string): void {
    const state = this.#watcher(name)?.state;
    if (!state || state.answeredAt === null) return;
    this.hub.put({ type: "receives", host: name, receives: state.receives.map((one) => this.#ours(one)) });
  }

  #transferChanged(transfer: Transfer): void {
    this.hub.put({ type: "transfer", transfer });
    const watcher = this.#watcher(transfer.host);
    if (!watcher) return;
    if (hasEnded(transfer.state)) {
      if (watcher.state.status === "reading") return; // It ended under an earlier server; the first reading is due.
      watcher.settle(transfer.dataset);
      this.verdicts.attempted(receiveId(transfer.host, transfer.dataset));
      void watcher.refresh();
    } else {
      this.#receivesChanged(transfer.host);
    }
  }

  /** A receive with its verdict, and with Halfway's own transfer marked as such. */
  #ours(receive: PartialReceive): PartialReceive {
    const transfer = this.transfers.activeFor(receive.host, receive.dataset);
    if (!transfer) return { ...receive, verdict: this.verdicts.of(receive) };
    return { ...receive, activity: { kind: "receiving", by: "halfway", transferId: transfer.id } };
  }
}

// Route handlers and instrumentation get different copies of this module (next.js#65350), hence the global.
const key = Symbol.for("halfway.server");
type Global = typeof globalThis & { [key]?: Promise<Halfway> };

/** The one Halfway of this process; the first call starts it. */
export function halfway(): Promise<Halfway> {
  const holder = globalThis as Global;
  holder[key] ??= Halfway.start();
  return holder[key];
}
