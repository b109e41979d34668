import { join } from "node:path";
import { HalfwayError } from "../errors";
import { type Host, loadHosts, stateDir } from "../hosts/config";
import { closeSharedConnection } from "../hosts/run";
import type { Seen } from "../receives/scan";
import type { HostState, PartialReceive } from "../receives/types";
import { HostWatcher } from "../receives/watch";
import { Transfers } from "../transfers/transfers";
import { hasEnded, type Transfer } from "../transfers/types";
import { Hub } from "./hub";

/** Everything that lives as long as the server does: one watcher per host, the transfers, and what pages are told. */
export class Halfway {
  readonly hub = new Hub();
  readonly hosts: readonly Host[];
  readonly transfers: Transfers;
  readonly #watchers: readonly HostWatcher[];

  constructor(env: Record<string, string | undefined> = process.env) {
    this.hosts = loadHosts(env);
    this.transfers = new Transfers(join(stateDir(env), "transfers"), this.hosts, (transfer) =>
      this.#transferChanged(transfer),
    );
    this.#watchers = this.hosts.map(
      (host) =>
        new HostWatcher(
          host,
          (state) => this.#hostChanged(state),
          () => this.transfers.busyOn(host.name),
        ),
    );
  }

  /** Takes up the transfers that are still running, then begins to watch the hosts. */
  start(): void {
    for (const { state } of this.#watchers) this.#hostChanged(state);
    this.transfers.adopt();
    for (const watcher of this.#watchers) watcher.start();
  }

  /** Lets go of everything but the transfers, which need no server. */
  close(): void {
    this.hub.close();
    for (const watcher of this.#watchers) watcher.stop();
    for (const host of this.hosts) closeSharedConnection(host);
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

  /** What readings of a host have seen of its tokens. */
  seenOn(name: string): ReadonlyMap<string, Seen> | undefined {
    return this.#watcher(name)?.seen;
  }

  #watcher(name: string): HostWatcher | undefined {
    return this.#watchers.find(({ host }) => host.name === name);
  }

  #hostChanged({ receives, ...host }: HostState): void {
    this.hub.put({ type: "host", host });
    // Before the first answer nothing is known, and an empty list would say that there is nothing.
    if (host.answeredAt === null) return;
    this.hub.put({ type: "receives", host: host.name, receives: receives.map((one) => this.#ours(one)) });
  }

  #transferChanged(transfer: Transfer): void {
    this.hub.put({ type: "transfer", transfer });
    const watcher = this.#watcher(transfer.host);
    if (!watcher) return;
    if (hasEnded(transfer.state)) {
      if (watcher.state.status === "reading") return; // It ended under an earlier server; the first reading is due.
      watcher.settle(transfer.dataset);
      void watcher.refresh();
    } else {
      this.#hostChanged(watcher.state);
    }
  }

  #ours(receive: PartialReceive): PartialReceive {
    const transfer = this.transfers.activeFor(receive.host, receive.dataset);
    if (!transfer) return receive;
    return { ...receive, activity: { kind: "receiving", by: "halfway", transferId: transfer.id } };
  }
}

// Route handlers and instrumentation get different copies of this module (next.js#65350), hence the global.
const key = Symbol.for("halfway.server");
type Global = typeof globalThis & { [key]?: Halfway };

/** The one Halfway of this process; the first call starts it. */
export function halfway(): Halfway {
  const holder = globalThis as Global;
  if (!holder[key]) {
    holder[key] = new Halfway();
    holder[key].start();
  }
  return holder[key];
}
