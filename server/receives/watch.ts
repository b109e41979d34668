import { isDeepStrictEqual } from "node:util";
import { HalfwayError, sentence } from "../errors";
import type { Host } from "../hosts/config";
import { type Following, follow, isOtherKey, runOk } from "../hosts/run";
import { say } from "../say";
import { describePools, followEvents, zfsVersion } from "../zfs/commands";
import { EventReader, type ZfsEvent } from "../zfs/events";
import { poolOf } from "../zfs/names";
import { type Pool, parsePools, parseVersion } from "../zfs/output";
import { type Reading, type Seen, scanDatasets, scanHost } from "./scan";
import type { HostState, PartialReceive } from "./types";

/** Between two readings. While ZFS tells of every change by itself, reading at rest is a mere safety net. */
const pauses = { followed: 60_000, unfollowed: 30_000, atWork: 3_000, firstTrouble: 5_000 };
/**
 * How long a reading of everything stands in for the next ones while no token moves. What is written to a target, or a
 * key that is loaded, moves none.
 */
const wholeReadingStands = 100_000;
/** A command that hangs in the kernel cannot be killed (facts A20): leave few of them on a host that is in trouble. */
const longestTrouble = 60_000;
/** Events come in bursts; and at first ZFS repeats everything that it remembers. */
const gatherEventsFor = 250;
const repeatsFor = 2_000;
/** From so many changed datasets on, reading the whole list costs less. */
const manyDatasets = 20;
/** The pools' state is known to the kernel without a disk. */
const poolsLimit = { limitMs: 8_000 };

/** What a watcher tells of. */
export type WatcherCallbacks = {
  /** A reading has ended, with or without success. */
  changed: (watcher: HostWatcher) => void;
  /** ZFS said that it did something to these datasets; what concerns receives here has been read again. */
  happened: (datasets: readonly string[]) => void;
  /** What Halfway itself receives into on this host: how far that is, it hears from the sender. */
  working: () => readonly string[];
};

/**
 * Keeps one host's list current. ZFS's own events tell of begins, ends and aborts at once, and only what they name is
 * read again (facts A17); where they may not be read, and for interruptions, which have no event, it reads again and
 * again. Each host has its own watcher, so that a hung or dead one delays nobody else.
 */
export class HostWatcher {
  #state: HostState;
  #reading: Reading = nothingRead;
  #pools: Pool[] | null = null;
  readonly #seen = new Map<string, Seen>();
  #timer: NodeJS.Timeout | null = null;
  /** The last of the readings that are under way or wait: they never overlap, or an older answer could win. */
  #tail: Promise<void> = Promise.resolve();
  #queued = 0;
  #waiting: Promise<void> | null = null;
  #failures = 0;
  #stopped = false;
  #events: Following | null = null;
  #mayFollow = true;
  #readWholeAt = Number.NEGATIVE_INFINITY;
  #readAllAt = Number.NEGATIVE_INFINITY;
  #took: number | null = null;
  #readAt = performance.now();
  #poolsDue = false;
  readonly #touched = new Set<string>();
  readonly #heardOf = new Set<string>();
  #touchedTimer: NodeJS.Timeout | null = null;

  constructor(
    readonly host: Host,
    private readonly tell: WatcherCallbacks,
  ) {
    this.#state = {
      name: host.name,
      address: "local" in host ? say`this machine` : host.ssh.destination,
      status: "reading",
      since: Date.now(),
      problem: null,
      zfsVersion: null,
      answeredAt: null,
      troubledPools: [],
      receives: [],
    };
  }

  get state(): HostState {
    return this.#state;
  }

  /** The last reading that succeeded. */
  get reading(): Reading {
    return this.#reading;
  }

  /** The pools as last read; null where they never were. */
  get pools(): readonly Pool[] | null {
    return this.#pools;
  }

  /** What readings have seen so far, for a reading of somebody else's. */
  get seen(): ReadonlyMap<string, Seen> {
    return this.#seen;
  }

  /** How long the last reading of everything took that succeeded, milliseconds; null before that. */
  get took(): number | null {
    return this.#took;
  }

  /** How long ago a reading last ended, however it did, milliseconds. */
  get age(): number {
    return performance.now() - this.#readAt;
  }

  /** Begins to watch; the first reading starts at once. */
  start(): void {
    void this.refresh();
  }

  /** Ends watching; a reading under way is let go. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#touchedTimer) clearTimeout(this.#touchedTimer);
    this.#events?.stop();
  }

  /**
   * Reads everything now. If a reading is under way, one more follows it, for that one may have missed what just
   * happened; all who ask meanwhile share it.
   */
  refresh(): Promise<void> {
    this.#waiting ??= this.#enqueue(async () => {
      this.#waiting = null;
      await this.#readAll();
    });
    return this.#waiting;
  }

  /** Asks for the pools anew: what was the matter with one may have been mended without a word. */
  async askPools(): Promise<void> {
    if (this.#state.status !== "online") return;
    try {
      await this.#readPools();
      this.#publish({});
    } catch {
      // What is the matter with the host shows at its next reading.
    }
  }

  /** Forgets that a dataset's token was moving: whoever moved it is known to have ended. */
  settle(dataset: string): void {
    this.#seen.delete(dataset);
  }

  #enqueue(read: () => Promise<void>): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#queued += 1;
    this.#tail = this.#tail.then(async () => {
      try {
        if (!this.#stopped) await read();
      } catch (error) {
        console.error(`halfway: reading ${this.host.name} went wrong:`, error);
      }
      this.#queued -= 1;
      this.#readAt = performance.now();
      if (this.#queued === 0) this.#rest();
    });
    return this.#tail;
  }

  /** Sets the alarm for the next reading. */
  #rest(): void {
    if (this.#stopped) return;
    if (this.#timer) clearTimeout(this.#timer);
    const pause = Math.min(this.#pause(), longestTrouble);
    const working = this.#failures > 0 ? [] : this.#atWork();
    // Only what is being received is looked at often: that costs the same however many datasets there are.
    if (working.length > 0 && performance.now() + pauses.atWork < this.#readAllAt + pause) {
      this.#timer = setTimeout(() => void this.#readSome(working), pauses.atWork);
    } else {
      this.#timer = setTimeout(() => void this.refresh(), pause);
    }
  }

  #pause(): number {
    if (this.#failures > 0) return pauses.firstTrouble * 2 ** (this.#failures - 1);
    return this.#events ? pauses.followed : pauses.unfollowed;
  }

  /** What others receive here: only their tokens tell how far they are, and when they have ended. */
  #atWork(): string[] {
    const receiving = this.#state.receives.filter(({ activity }) => activity.kind === "receiving");
    const own = this.tell.working();
    return receiving.map(({ dataset }) => dataset).filter((dataset) => !own.includes(dataset));
  }

  async #readAll(): Promise<void> {
    this.#readAllAt = performance.now();
    try {
      const version = this.#state.zfsVersion ?? parseVersion(await runOk(this.host, zfsVersion()));
      if (this.#pools === null || this.#poolsDue || this.#suspended().length > 0) await this.#readPools();
      this.#take(await this.#list());
      this.#failures = 0;
      this.#took = performance.now() - this.#readAllAt;
      this.#publish({
        status: "online",
        problem: null,
        otherKey: false,
        zfsVersion: version,
        answeredAt: Date.now(),
      });
      this.#followEvents();
    } catch (error) {
      this.#failures += 1;
      const otherKey = error instanceof HalfwayError && isOtherKey(error.stderr);
      this.#publish({ status: "offline", problem: sentence(error), otherKey, zfsVersion: null });
    }
  }

  /**
   * Every receive on the pools that answer. On some versions a suspended pool makes the list hang, on others it is left
   * out without a word (facts A20, L2): in both cases the pools are asked, and what was known of that one is kept.
   */
  async #list(): Promise<Reading> {
    let reading: Reading;
    try {
      reading = await this.#listAnswering();
    } catch (error) {
      const known = this.#suspended().length;
      await this.#readPools();
      if (this.#suspended().length === known) throw error;
      reading = await this.#listAnswering();
    }
    const expected = this.#answering();
    const complete =
      expected.length === reading.pools.size && expected.every((name) => reading.pools.has(name));
    if (!complete) await this.#readPools();
    return reading;
  }

  async #listAnswering(): Promise<Reading> {
    const only = this.#suspended().length > 0 ? this.#answering() : [];
    if (this.#suspended().length > 0 && only.length === 0) return nothingRead;
    const now = performance.now();
    const before = !this.#events && now - this.#readWholeAt < wholeReadingStands ? this.#reading : null;
    const reading = await scanHost(this.host, this.#seen, { only, before });
    if (reading.details !== before?.details) this.#readWholeAt = now;
    return reading;
  }

  #suspended(): Pool[] {
    return (this.#pools ?? []).filter(({ health }) => health === "SUSPENDED");
  }

  #answering(): string[] {
    return (this.#pools ?? []).filter(({ health }) => health !== "SUSPENDED").map(({ name }) => name);
  }

  async #readPools(): Promise<void> {
    this.#poolsDue = false;
    this.#pools = parsePools(await runOk(this.host, describePools(), poolsLimit));
  }

  /** Takes a reading over; what a suspended pool held when it last answered stays. */
  #take(reading: Reading): void {
    const suspended = new Set(this.#suspended().map(({ name }) => name));
    const kept = this.#reading.receives.filter(
      ({ dataset }) => suspended.has(poolOf(dataset)) && !reading.details.has(dataset),
    );
    this.#reading = {
      pools: reading.pools,
      receives: [...reading.receives, ...kept.map((one) => ({ ...one, activity: stopped(one) }))],
      details: new Map([
        ...reading.details,
        ...kept.flatMap(({ dataset }) => {
          const details = this.#reading.details.get(dataset);
          return details ? [[dataset, details] as const] : [];
        }),
      ]),
    };
  }

  /** Listens to what ZFS does, where that is allowed (root only); without it, the readings have to do. */
  #followEvents(): void {
    if (this.#events || this.#stopped || !this.#mayFollow) return;
    const reader = new EventReader();
    const began = performance.now();
    const following = follow(this.host, followEvents(), (text) => {
      const events = reader.read(text);
      // At first ZFS repeats what it remembers: all that says is that something may have happened since the reading.
      if (performance.now() - began < repeatsFor) this.#touch("");
      else for (const event of events) this.#heard(event);
    });
    this.#events = following;
    void following.ended.then((words) => {
      // Where it is not permitted it never will be; a link that broke is followed again after the next reading.
      if (/permission denied|permitted|must be root/i.test(words)) this.#mayFollow = false;
      if (this.#events === following) this.#events = null;
    });
  }

  #heard({ dataset, what }: ZfsEvent): void {
    if (dataset === null) {
      // A pool came, went, or lost its disks. What else concerns a whole pool may come twenty times a second.
      if (!/sysevent\.fs\.zfs\.(pool_|config_sync|vdev_)|statechange|io_failure/.test(what)) return;
      this.#poolsDue = true;
      this.#touch("");
      return;
    }
    // Reading would only slow down what we receive ourselves: its end is told by whoever follows it.
    if (this.tell.working().includes(dataset)) return;
    this.#heardOf.add(dataset);
    this.#touch(
      ...(/receiv/.test(what) ? [dataset] : []),
      ...this.#reading.receives
        .map((receive) => receive.dataset)
        .filter((known) => known === dataset || known.startsWith(`${dataset}/`)),
    );
  }

  /** @param datasets what changed; an empty name for everything. */
  #touch(...datasets: string[]): void {
    for (const dataset of datasets) this.#touched.add(dataset);
    this.#touchedTimer ??= setTimeout(() => {
      this.#touchedTimer = null;
      void this.#followUp();
    }, gatherEventsFor);
  }

  async #followUp(): Promise<void> {
    const touched = [...this.#touched];
    const heardOf = [...this.#heardOf];
    this.#touched.clear();
    this.#heardOf.clear();
    const whole = touched.includes("") || touched.length > manyDatasets;
    if (whole || (touched.length > 0 && this.#state.status !== "online")) await this.refresh();
    else if (touched.length > 0) await this.#readSome(touched);
    if (heardOf.length > 0 && !this.#stopped) this.tell.happened(heardOf);
  }

  #readSome(datasets: readonly string[]): Promise<void> {
    return this.#enqueue(async () => {
      try {
        const some = await scanDatasets(this.host, datasets, this.#seen);
        const others = this.#reading.receives.filter(({ dataset }) => !datasets.includes(dataset));
        const details = new Map(this.#reading.details);
        for (const dataset of datasets) details.delete(dataset);
        for (const [dataset, one] of some.details) details.set(dataset, one);
        this.#reading = { ...this.#reading, receives: [...others, ...some.receives], details };
        this.#publish({ answeredAt: Date.now() });
      } catch {
        // What is the matter with the host shows when all of it is read.
        await this.#readAll();
      }
    });
  }

  #publish(change: Partial<HostState>): void {
    if (this.#stopped) return;
    const troubledPools = (this.#pools ?? [])
      .filter(({ health, readonly }) => readonly || !["ONLINE", "DEGRADED"].includes(health))
      .map(({ name, health, readonly }) => ({ name, health, readonly }));
    const { status, since } = this.#state;
    const sinceNow = change.status === undefined || change.status === status ? since : Date.now();
    const next = {
      ...this.#state,
      troubledPools,
      receives: this.#reading.receives,
      since: sinceNow,
      ...change,
    };
    if (isDeepStrictEqual(next, this.#state)) return;
    this.#state = next;
    this.tell.changed(this);
  }
}

/** Nothing is received on a suspended pool; when that began nobody saw. */
function stopped({ activity }: PartialReceive): PartialReceive["activity"] {
  return activity.kind === "idle" ? activity : { kind: "idle", since: null };
}

const nothingRead: Reading = { receives: [], details: new Map(), pools: new Set() };
