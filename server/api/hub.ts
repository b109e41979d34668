import { isDeepStrictEqual } from "node:util";
import type { HostState, PartialReceive } from "../receives/types";
import type { Memory } from "../store/store";
import type { Transfer } from "../transfers/types";

/** A host without its receives: these change far less often than the time it last answered. */
export type HostSummary = Omit<HostState, "receives">;

/** What the page is told: always the newest state of one thing, never a difference. */
export type HalfwayEvent =
  | { type: "host"; host: HostSummary }
  | { type: "host-gone"; host: string }
  | { type: "receives"; host: string; receives: PartialReceive[] }
  | { type: "transfer"; transfer: Transfer }
  | { type: "memory"; memory: Memory };

/** Between two batches to one page; progress is state, so what comes in between is simply newer. */
const flushEvery = 500;
/** What happens at one moment comes in one batch. */
const gatherFor = 30;

/**
 * The newest state of everything the page shows, and the pages that look at it.
 * A page that falls behind skips states instead of queueing them, so that no slow reader costs memory.
 */
export class Hub {
  readonly #latest = new Map<string, HalfwayEvent>();
  readonly #readers = new Set<{ dirty: Set<string>; wake: () => void }>();
  readonly #closing = new AbortController();

  /** Takes the new state of a thing; tells the readers only if it differs. */
  put(event: HalfwayEvent): void {
    const key = keyOf(event);
    if (isDeepStrictEqual(this.#latest.get(key), event)) return;
    this.#latest.set(key, event);
    if (event.type === "host-gone") this.#latest.delete(`receives ${event.host}`);
    for (const reader of this.#readers) {
      reader.dirty.add(key);
      reader.wake();
    }
  }

  /** Forgets a transfer: pages that open later are not told of it. */
  forget(transferId: string): void {
    this.#latest.delete(`transfer ${transferId}`);
  }

  /** All there is to know now. */
  snapshot(): HalfwayEvent[] {
    return [...this.#latest.values()];
  }

  /**
   * First everything, then what changed: at once after a quiet while, else in batches half a second apart.
   * Ends by throwing an `AbortError`: a stream that returns would tell the browser not to come back (decision 4).
   */
  async *stream(signal: AbortSignal): AsyncGenerator<HalfwayEvent[]> {
    let wake = () => {};
    const reader = { dirty: new Set<string>(), wake: () => wake() };
    this.#readers.add(reader);
    const wakeUp = () => wake();
    signal.addEventListener("abort", wakeUp);
    this.#closing.signal.addEventListener("abort", wakeUp);
    try {
      let flushedAt = performance.now();
      yield this.snapshot();
      for (;;) {
        if (reader.dirty.size === 0 && !this.#over(signal)) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (this.#over(signal)) throw new DOMException("the stream is closing", "AbortError");
        await pause(Math.max(gatherFor, flushedAt + flushEvery - performance.now()));
        flushedAt = performance.now();
        const changed = [...reader.dirty].flatMap((key) => this.#latest.get(key) ?? []);
        reader.dirty.clear();
        if (changed.length > 0) yield changed;
      }
    } finally {
      this.#readers.delete(reader);
      signal.removeEventListener("abort", wakeUp);
      this.#closing.signal.removeEventListener("abort", wakeUp);
    }
  }

  /** Ends all streams: the server is going down, and open ones would keep it from exiting (decision 4). */
  close(): void {
    this.#closing.abort();
  }

  #over(signal: AbortSignal): boolean {
    return signal.aborted || this.#closing.signal.aborted;
  }
}

function keyOf(event: HalfwayEvent): string {
  switch (event.type) {
    case "host":
      return `host ${event.host.name}`;
    // It takes the place of the last state: a page that missed it is told all the same.
    case "host-gone":
      return `host ${event.host}`;
    case "receives":
      return `receives ${event.host}`;
    case "transfer":
      return `transfer ${event.transfer.id}`;
    case "memory":
      return "memory";
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
