import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Access } from "../access/access";
import { Audit } from "../audit/audit";
import { configuration } from "../configuration/configuration";
import type { Configuration } from "../configuration/read";
import { HalfwayError, sentence } from "../errors";
import { checkHost } from "../hosts/check";
import type { Host } from "../hosts/config";
import type { Check } from "../hosts/findings";
import { type AddedHost, KnownHosts } from "../hosts/known";
import { commandsRun, retireSharedConnection } from "../hosts/run";
import { Tools } from "../hosts/tools";
import { Metrics } from "../notices/metrics";
import { Notices } from "../notices/notices";
import type { SurroundingsWithRoutes } from "../receives/gather";
import { Planner } from "../receives/planner";
import { routesBy } from "../receives/route";
import { type HostState, type PartialReceive, receiveId, type Verdict } from "../receives/types";
import { Verdicts } from "../receives/verdicts";
import { HostWatcher } from "../receives/watch";
import { counted, say } from "../say";
import { claim } from "../store/claim";
import { ownDirectory, Store } from "../store/store";
import { AutoResume } from "../transfers/auto-resume";
import { History } from "../transfers/history";
import { Holds } from "../transfers/holds";
import { Policies } from "../transfers/policies";
import { KeptSettings } from "../transfers/settings";
import { hasEnded } from "../transfers/states";
import { Transfers } from "../transfers/transfers";
import type { Transfer } from "../transfers/types";
import { sendFlagsOf } from "../zfs/commands";
import { poolOf } from "../zfs/names";
import { Health } from "./health";
import { Hub } from "./hub";
import { Lists, pictured } from "./lists";
import { attemptOutcome, plannedAs, witnessOf } from "./trail";
import { translatorOf } from "./translator";
import { worldOf } from "./world";

const sweepEvery = 10 * 60_000;
/** ZFS may be installed on this machine after Halfway has begun. */
const lookForHostsEvery = 30_000;
/** A dead host must not hold up what the others know. */
const lookAgainLimit = 5_000;
/** A server that ends, and a restore, take seconds. */
const claimedWithin = 5_000;

/** Everything that lives as long as the server does: one watcher per host, the transfers, and what pages are told. */
export class Halfway {
  readonly hub = new Hub();
  readonly #lists: Lists;
  /** All hosts, as they are at any moment. */
  readonly hosts: readonly Host[];
  readonly audit: Audit;
  readonly transfers: Transfers;
  readonly settings: KeptSettings;
  readonly holds: Holds;
  readonly policies: Policies;
  readonly autoResume: AutoResume;
  readonly planner: Planner;
  readonly verdicts: Verdicts;
  readonly notices: Notices;
  readonly metrics: Metrics;
  readonly health: Health;
  /** What is known of the hosts without asking them. */
  readonly surroundings: SurroundingsWithRoutes;
  readonly #tools = new Tools();
  readonly #watchers = new Map<string, HostWatcher>();
  #sweeping: NodeJS.Timeout | null = null;
  #lookingForHosts: NodeJS.Timeout | null = null;
  #releasing = false;
  /** How each host was when last told of, so that a change of that is noticed. */
  readonly #condition = new Map<string, string>();

  private constructor(
    readonly configuration: Configuration,
    private readonly store: Store,
    readonly access: Access,
    readonly known: KnownHosts,
    /** Lets go of the state directory. */
    private readonly release: () => void,
  ) {
    this.hosts = known.all;
    this.audit = new Audit(store);
    this.settings = new KeptSettings(store, configuration);
    this.surroundings = {
      hosts: this.hosts,
      poolsOf: (name) => this.#watcher(name)?.pools ?? null,
      lastFailure: (receive) => this.transfers.lastFailure(receive),
      silenceOf: (name) => this.#watcher(name)?.state.problem ?? null,
      findRoute: routesBy(this.#tools, () => this.settings.current),
    };
    this.verdicts = new Verdicts(
      this.surroundings,
      ({ host, id }) => this.#lists.changed(host, id),
      ({ host, dataset }) => this.transfers.receivingOn(host).includes(dataset),
    );
    this.#lists = new Lists(this.hub, {
      receivesOf: (name) => {
        const state = this.#watcher(name)?.state;
        return state && state.answeredAt !== null ? state.receives : null;
      },
      verdictOf: (receive) => this.verdicts.of(receive),
      active: () => this.transfers.active(),
    });
    this.planner = new Planner({
      surroundings: this.surroundings,
      askPools: () => this.askPools(),
      tokenOf: (name, dataset) => this.#watcher(name)?.reading.details.get(dataset)?.token,
      shown: (name, dataset, fingerprint) => this.#lists.shown(receiveId(name, dataset), fingerprint),
      seenOn: (name) => this.#watcher(name)?.seen,
      judged: (facts, verdict) => this.verdicts.put(facts, verdict),
      refresh: (name) => this.refresh(name),
    });
    const world = () => worldOf(this.hub.snapshot());
    this.metrics = new Metrics(
      {
        ...{ world, commands: () => commandsRun, streams: () => this.hub.readers },
        waiting: () => this.notices.waiting(),
        scans: () =>
          new Map([...this.#watchers].flatMap(([name, { took }]) => (took === null ? [] : [[name, took]]))),
      },
      configuration.metrics,
    );
    this.notices = new Notices(store, {
      ...{ world, translatorOf, delivered: (way, ok) => this.metrics.notice(way, ok) },
    });
    this.health = new Health(store, {
      watching: () => Math.max(0, ...[...this.#watchers.values()].map(({ age }) => age)),
      notices: () => this.notices.age,
    });
    const witness = witnessOf(this.audit);
    const history = new History(store);
    this.holds = new Holds(store, this.hosts);
    this.policies = new Policies(store);
    this.transfers = new Transfers({
      root: join(configuration.stateDir, "transfers"),
      hosts: this.hosts,
      planner: this.planner,
      history,
      settings: this.settings,
      holds: this.holds,
      witness: {
        begins: witness.begins,
        ended: (run, ending) => {
          witness.ended(run, ending);
          this.metrics.attempted(run.order.host, attemptOutcome(ending), Date.now() - run.startedAt);
        },
      },
      changed: (transfer) => this.#transferChanged(transfer),
      forgotten: (id) => this.hub.forget(id),
      settled: (name, dataset) => this.#watcher(name)?.settle(dataset),
    });
    this.autoResume = new AutoResume({
      ...{ policies: this.policies, history, transfers: this.transfers },
      receives: () =>
        this.hostStates().flatMap(({ status, receives }) => (status === "online" ? receives : [])),
      resume: ({ host, dataset, fingerprint }, by) => this.#resume(host, dataset, fingerprint, by),
    });
  }

  /**
   * Opens the memory, takes up the transfers of earlier servers, and begins to watch the hosts.
   * @throws HalfwayError when the hosts that were added cannot be read, or a newer Halfway has written the memory.
   */
  static async start(configuration: Configuration): Promise<Halfway> {
    // First of all: what is read while it is being restored is neither one nor the other.
    const release = await claimed(configuration.stateDir);
    try {
      const known = KnownHosts.open(configuration);
      const store = await Store.open(configuration.stateDir);
      const access = await Access.open(store, configuration);
      const halfway = new Halfway(configuration, store, access, known, release);
      await halfway.#start();
      return halfway;
    } catch (error) {
      release();
      throw error;
    }
  }

  async #start(): Promise<void> {
    this.store.follow((memory) => this.hub.put({ type: "memory", memory }));
    const watchers = this.hosts.map((host) => this.#watch(host));
    await this.policies.load();
    await this.notices.load();
    await this.transfers.adopt();
    for (const watcher of watchers) watcher.start();
    this.verdicts.start();
    this.autoResume.start();
    this.notices.start();
    this.#sweeping = setInterval(() => {
      void this.#releaseForgotten();
      void this.access.sessions.forgetExpired();
    }, sweepEvery);
    this.#lookingForHosts = setInterval(() => {
      for (const host of this.known.lookForMore()) this.#watch(host).start();
    }, lookForHostsEvery);
  }

  /** Lets go of everything but the transfers, which need no server. */
  close(): void {
    this.hub.close();
    this.#lists.close();
    this.transfers.close();
    this.verdicts.stop();
    this.autoResume.stop();
    this.notices.stop();
    this.metrics.close();
    if (this.#sweeping) clearInterval(this.#sweeping);
    if (this.#lookingForHosts) clearInterval(this.#lookingForHosts);
    for (const watcher of this.#watchers.values()) watcher.stop();
    for (const host of this.hosts) void retireSharedConnection(host);
    this.release();
  }

  /** Resolves when everything that happened so far is written down. */
  settled(): Promise<void> {
    return this.store.settled();
  }

  /** @throws HalfwayError `NOT_FOUND` */
  host(name: string): Host {
    const host = this.hosts.find((candidate) => candidate.name === name);
    if (!host) throw new HalfwayError("NOT_FOUND", say`There is no host named “${name}”.`);
    return host;
  }

  /** The hosts and their receives as last read, with Halfway's own transfers marked as such. */
  hostStates(): HostState[] {
    const active = this.transfers.active();
    const verdictOf = (one: PartialReceive) => this.verdicts.of(one);
    return this.hosts.flatMap(({ name }) => {
      const state = this.#watcher(name)?.state;
      if (!state) return [];
      const receives = state.receives.map((one) => pictured(one, verdictOf, active.get(one.id)?.id));
      return [{ ...state, receives }];
    });
  }

  /**
   * Adds a host and watches it from now on.
   * @returns the line that lets Halfway in, for its account's `authorized_keys`.
   * @throws HalfwayError `CONFLICT`, `REFUSED`
   */
  async addHost(host: AddedHost): Promise<string> {
    // Without a key it would be of no use.
    const line = await this.known.ssh.ensureLine();
    this.#watch(this.known.add(host)).start();
    return line;
  }

  /**
   * Changes how a host is reached, or which key is accepted from it.
   * @throws HalfwayError `NOT_FOUND`, `CONFLICT`, `REFUSED`
   */
  async changeHost(host: AddedHost): Promise<void> {
    const before = this.known.added(host.name);
    const moves = before && (before.destination !== host.destination || before.port !== host.port);
    // That its key is another one is what a transfer may be waiting for.
    if (moves) this.#requireUnused(host.name);
    const changed = this.known.change(host);
    const former = this.#forget(host.name);
    if (moves) {
      // What was listed is on another machine.
      this.verdicts.forget(host.name);
      this.hub.putReceives(host.name, []);
    }
    const watcher = this.#watch(changed);
    if (former) await retireSharedConnection(former);
    // Somebody else may have changed it once more meanwhile.
    if (this.#watcher(host.name) === watcher) watcher.start();
  }

  /**
   * Lets go of a host. Nothing is changed on it.
   * @throws HalfwayError `NOT_FOUND`, `CONFLICT` while a transfer uses it, `REFUSED`
   */
  async removeHost(name: string): Promise<void> {
    this.#requireUnused(name);
    this.known.remove(name);
    const former = this.#forget(name);
    this.hub.put({ type: "host-gone", host: name });
    this.verdicts.forget(name);
    if (former) await retireSharedConnection(former);
  }

  /** Finds out what works with a host. Changes nothing on it. @throws HalfwayError `NOT_FOUND` */
  async checkHost(name: string): Promise<Check> {
    const host = this.host(name);
    const partials = this.#watcher(name)?.state.receives.map(({ dataset }) => dataset) ?? [];
    const line = this.known.added(name) ? await this.known.ssh.line() : null;
    const check = await checkHost(host, partials, line);
    // The list must not say otherwise for longer than it takes to look.
    const answers = check.findings.some(({ what, state }) => what === "login" && state === "ok");
    if (answers !== (this.#watcher(name)?.state.status === "online")) void this.refresh(name);
    return check;
  }

  #requireUnused(name: string): void {
    const using = this.transfers.using(name);
    if (using.length === 0) return;
    throw new HalfwayError(
      "CONFLICT",
      counted(
        using.length,
        say`A transfer uses ${name}: ${using.join(", ")}. Let it end, or stop it first.`,
        say`Transfers use ${name}: ${using.join(", ")}. Let them end, or stop them first.`,
      ),
    );
  }

  #watch(host: Host): HostWatcher {
    const watcher = new HostWatcher(host, {
      changed: (one) => this.#hostChanged(one),
      happened: (datasets) => this.verdicts.happened(host.name, datasets),
      working: () => this.transfers.receivingOn(host.name),
    });
    this.#watchers.set(host.name, watcher);
    this.#hostChanged(watcher);
    return watcher;
  }

  /** Ends everything that goes by how a host was reached, and says how that was: its shared connection is left. */
  #forget(name: string): Host | undefined {
    const watcher = this.#watchers.get(name);
    this.#watchers.delete(name);
    this.#condition.delete(name);
    this.#tools.forget(name);
    this.#lists.forget(name);
    watcher?.stop();
    return watcher?.host;
  }

  /** Reads a host again now, because something was done to it. */
  async refresh(name: string): Promise<void> {
    await this.#watcher(name)?.refresh();
  }

  /** Asks the hosts that were silent: one of them may know what nobody else does. */
  async lookAgain(): Promise<void> {
    const doubtful = [...this.#watchers.values()].filter(({ state }) => state.status === "offline");
    await Promise.race([Promise.all(doubtful.map((watcher) => watcher.refresh())), sleep(lookAgainLimit)]);
  }

  /** Asks every host that answers for its pools: before a plan, nothing is taken for granted. */
  async askPools(): Promise<void> {
    await Promise.all([...this.#watchers.values()].map((watcher) => watcher.askPools()));
  }

  /** Resumes a receive as one click would: only where that costs nothing and nothing looks wrong. */
  async #resume(name: string, dataset: string, fingerprint: string, by: string): Promise<void> {
    const host = this.host(name);
    const deed = this.audit.deed({ act: "policy", actor: by, host: name, dataset, fingerprint });
    let begun = false;
    const prepare = async () => {
      const { plan, pipeline, ends, facts, verdict } = await this.planner.transfer(
        host,
        dataset,
        fingerprint,
        "resume",
      );
      const { decoded } = facts;
      if (!decoded || plan.confirmName !== null || plan.losses.length > 0 || plan.cautions.length > 0) {
        throw new HalfwayError("REFUSED", say`This needs a person to confirm it.`);
      }
      // What a policy is refused it tries again twenty seconds later: only what it begins is written down.
      await deed.intend(false, plannedAs(plan, verdict));
      begun = true;
      return { plan, pipeline, ends, toGuid: decoded.toGuid, flags: sendFlagsOf(decoded) };
    };
    try {
      await this.transfers.start(name, dataset, prepare, by);
      deed.end("done");
    } catch (error) {
      if (begun) deed.end("failed", sentence(error));
      throw error;
    }
  }

  /** The verdict on a receive as it was found last, without asking anybody. */
  lastVerdict(host: string, dataset: string): Verdict | null {
    const receive = this.#watcher(host)?.state.receives.find((one) => one.dataset === dataset);
    return receive ? this.verdicts.of(receive) : null;
  }

  /** Releases what was held for receives that are no more, however they ended. Silence of a host is no end. */
  async #releaseForgotten(): Promise<void> {
    if (this.#releasing) return;
    this.#releasing = true;
    try {
      // A receive that was renamed needs its source all the same (facts A9).
      const needed = new Set(
        [...this.#watchers.values()].flatMap(({ state }) =>
          state.receives.flatMap(({ token, verdict }) => [
            token.ok ? token.value.toName : "",
            verdict?.source?.snapshot ?? "",
          ]),
        ),
      );
      for (const { host, dataset, snapshots } of await this.holds.receives()) {
        const watcher = this.#watcher(host);
        const pool = watcher?.pools?.find(({ name }) => name === poolOf(dataset));
        const listed = watcher?.state.receives.some((receive) => receive.dataset === dataset);
        const answers = watcher?.state.status === "online" && pool && pool.health !== "SUSPENDED";
        if (!answers || listed || snapshots.some((snapshot) => needed.has(snapshot))) continue;
        const stillWanted = () => this.transfers.activeFor(host, dataset) !== undefined;
        await this.holds.releaseFor(host, dataset, stillWanted);
      }
    } catch (error) {
      console.error("halfway: holds could not be looked through:", error);
    } finally {
      this.#releasing = false;
    }
  }

  #watcher(name: string): HostWatcher | undefined {
    return this.#watchers.get(name);
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
    this.#lists.hostRead(host.name);
  }

  #transferChanged(transfer: Transfer): void {
    this.hub.put({ type: "transfer", transfer });
    this.metrics.transferChanged(transfer);
    // Of what has ended only the newest stay in view: it is looked at before it leaves.
    if (hasEnded(transfer.state)) void this.notices.look();
    const watcher = this.#watcher(transfer.host);
    if (!watcher) return;
    if (hasEnded(transfer.state)) {
      if (watcher.state.status === "reading") return; // It ended under an earlier server; the first reading is due.
      watcher.settle(transfer.dataset);
      this.verdicts.attempted(receiveId(transfer.host, transfer.dataset));
      void watcher.refresh();
    } else {
      this.#lists.transferMoves(transfer);
    }
  }
}

// Route handlers and instrumentation get different copies of this module (next.js#65350), hence the global.
const key = Symbol.for("halfway.server");
type Global = typeof globalThis & { [key]?: Promise<Halfway> };

/** The one Halfway of this process; the first call starts it. */
export function halfway(): Promise<Halfway> {
  const holder = globalThis as Global;
  holder[key] ??= Halfway.start(configuration());
  return holder[key];
}

/** Takes the state directory, so that nothing is restored there meanwhile. What cannot be written cannot be taken, and needs not. */
async function claimed(stateDir: string): Promise<() => void> {
  try {
    ownDirectory(stateDir);
    // A server that is ending, or a restore, has it for a moment.
    for (const until = Date.now() + claimedWithin; ; await sleep(200)) {
      const release = claim(stateDir);
      if (release) return release;
      if (Date.now() > until) break;
    }
    console.warn(
      `halfway: another server works on ${stateDir}, or a backup is being restored there. Both servers follow the same transfers; stop one of them.`,
    );
  } catch (error) {
    console.warn(`halfway: ${stateDir} cannot be taken for this server alone: ${sentence(error)}`);
  }
  return () => {};
}
