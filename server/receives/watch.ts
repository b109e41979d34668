import { sentence } from "../errors";
import type { Host } from "../hosts/config";
import { runOk } from "../hosts/run";
import { zfsVersion } from "../zfs/commands";
import { parseVersion } from "../zfs/output";
import { type Seen, scanHost } from "./scan";
import type { HostState, PartialReceive } from "./types";

const atRest = 10_000;
const atWork = 3_000;
/** A command that hangs in the kernel cannot be killed (facts A20): leave few of them on a host that is in trouble. */
const inTrouble = 60_000;

/**
 * Keeps one host's list current: reads it again and again, quickly while something is being received there.
 * Each host has its own watcher, so that a hung or dead one delays nobody else.
 */
export class HostWatcher {
  #state: HostState;
  readonly #seen = new Map<string, Seen>();
  #timer: NodeJS.Timeout | null = null;
  #reading: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #failures = 0;
  #stopped = false;

  /**
   * @param changed called with the new state after each reading.
   * @param busy whether Halfway itself has a transfer on this host, which makes it read more often.
   */
  constructor(
    readonly host: Host,
    private readonly changed: (state: HostState) => void,
    private readonly busy: () => boolean,
  ) {
    this.#state = {
      name: host.name,
      address: "local" in host ? "this machine" : host.ssh.destination,
      status: "reading",
      problem: null,
      zfsVersion: null,
      answeredAt: null,
      receives: [],
    };
  }

  get state(): HostState {
    return this.#state;
  }

  /** Begins to watch; the first reading starts at once. */
  start(): void {
    void this.refresh();
  }

  /** Ends watching; a reading under way is let go. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  /**
   * Reads now. If a reading is under way, one more follows it, for that one may have missed what just happened; all
   * who ask meanwhile share it.
   */
  refresh(): Promise<void> {
    if (!this.#reading) {
      this.#reading = this.#readAndRest();
      return this.#reading;
    }
    this.#next ??= this.#reading.then(() => {
      this.#next = null;
      this.#reading = this.#readAndRest();
      return this.#reading;
    });
    return this.#next;
  }

  async #readAndRest(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    try {
      await this.#read();
    } catch (error) {
      console.error(`halfway: reading ${this.host.name} went wrong:`, error);
    }
    this.#reading = null;
    if (!this.#stopped) this.#timer = setTimeout(() => void this.refresh(), this.#pause());
  }

  /** What readings have seen so far, for a reading of somebody else's. */
  get seen(): ReadonlyMap<string, Seen> {
    return this.#seen;
  }

  /** Forgets that a dataset's token was moving: whoever moved it is known to have ended. */
  settle(dataset: string): void {
    this.#seen.delete(dataset);
  }

  #pause(): number {
    if (this.#failures > 0) return Math.min(atRest * 2 ** (this.#failures - 1), inTrouble);
    const receiving = this.#state.receives.some(({ activity }) => activity.kind === "receiving");
    return receiving || this.busy() ? atWork : atRest;
  }

  async #read(): Promise<void> {
    try {
      const version = this.#state.zfsVersion ?? parseVersion(await runOk(this.host, zfsVersion()));
      const receives = await scanHost(this.host, this.#seen, Date.now());
      this.#failures = 0;
      this.#publish({
        status: "online",
        problem: null,
        zfsVersion: version,
        answeredAt: Date.now(),
        receives,
      });
    } catch (error) {
      this.#failures += 1;
      this.#publish({ status: "offline", problem: sentence(error), zfsVersion: null });
    }
  }

  #publish(change: Partial<HostState> & { receives?: PartialReceive[] }): void {
    if (this.#stopped) return;
    this.#state = { ...this.#state, ...change };
    this.changed(this.#state);
  }
}
