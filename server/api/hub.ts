import { isDeepStrictEqual } from "node:util";
import type { Finding, HostState, Obstacle, PartialReceive, Verdict } from "../receives/types";
import type { Memory } from "../store/store";
import type { Transfer } from "../transfers/types";
import type { ResumeToken } from "../zfs/token";

/** A host without its receives: these change far less often than the time it last answered. */
export type HostSummary = Omit<HostState, "receives">;

type ListedToken = Pick<
  ResumeToken,
  "toName" | "fromGuid" | "bytes" | "raw" | "compressed" | "embedded" | "largeBlocks"
>;
type ListedFinding =
  | Exclude<Finding, { kind: "blocked" }>
  | { kind: "blocked"; obstacles: Pick<Obstacle, "what" | "certain">[] };

/** A verdict without what it rests on and what repairs it: `receives.inspect` has those. */
export type ListedVerdict = Omit<Verdict, "kind" | "reason" | "reasons" | "obstacles" | "evidence"> &
  ListedFinding;

/**
 * A receive as a list of ten thousand of them shows it. Every `PartialReceive` is one, too; `listed` leaves out what is
 * read one at a time.
 */
export type ListedReceive = Omit<PartialReceive, "token" | "verdict"> & {
  token: { ok: true; value: ListedToken } | { ok: false; problem: string };
  verdict: ListedVerdict | null;
};

/** All receives of a host in numbers, whether or not they have been sent yet. */
export type Tally = {
  /** Where nothing moves, and what these hold, bytes. */
  stopped: number;
  held: bigint;
  arriving: number;
  /** Of those that stopped, how many were judged as what. */
  verdicts: Partial<Record<Verdict["kind"], number>>;
  /** Of those that are blocked, how many surely are. */
  surelyBlocked: number;
};

/** What the page is told: always the newest state of one thing, never a difference. */
export type HalfwayEvent =
  | { type: "host"; host: HostSummary }
  | { type: "host-gone"; host: string }
  /** Receives of a host that are new or have changed, ids of those that are no more, and what all of them come to. */
  | { type: "receives"; host: string; tally: Tally; receives: ListedReceive[]; gone: string[] }
  | { type: "transfer"; transfer: Transfer }
  | { type: "memory"; memory: Memory }
  /** All there was when the stream began has been told by now. */
  | { type: "complete" };

/** Between two batches to one page; progress is state, so what comes in between is simply newer. */
const flushEvery = 500;
/** What happens at one moment comes in one batch. */
const gatherFor = 30;
/** So many receives at most in one batch: nobody else waits while they are put into words, here or there. */
const batchOf = 500;

type List = { tally: Tally; receives: Map<string, ListedReceive> };

/**
 * The newest state of everything the page shows, and the pages that look at it.
 * A page that falls behind skips states instead of queueing them, so that no slow reader costs memory.
 */
export class Hub {
  readonly #latest = new Map<string, HalfwayEvent>();
  readonly #lists = new Map<string, List>();
  readonly #readers = new Set<{ dirty: Set<string>; wake: () => void }>();
  readonly #closing = new AbortController();

  /** Takes the new state of a thing; tells the readers only if it differs. */
  put(event: Exclude<HalfwayEvent, { type: "receives" | "complete" }>): void {
    const key = keyOf(event);
    if (isDeepStrictEqual(this.#latest.get(key), event)) return;
    this.#latest.set(key, event);
    // A page that missed this and finds the host there again must not keep what it had of the one before.
    const gone = event.type === "host-gone" ? [...(this.#lists.get(event.host)?.receives.keys() ?? [])] : [];
    if (event.type === "host-gone") this.#lists.delete(event.host);
    this.#tell([key, ...gone.map(receiveKey)]);
  }

  /** Takes all receives of a host; tells the readers of those that differ, and of those that are gone. */
  putReceives(host: string, receives: readonly ListedReceive[]): void {
    const before = this.#lists.get(host)?.receives;
    const after = new Map(receives.map((receive) => [receive.id, receive]));
    // A host without receives is news as well: until now nothing was known of it.
    const changed = before ? [] : [listKey(host)];
    for (const [id, receive] of after) {
      if (!isSame(before?.get(id), receive)) changed.push(receiveKey(id));
    }
    for (const id of before?.keys() ?? []) if (!after.has(id)) changed.push(receiveKey(id));
    if (changed.length === 0) return;
    this.#lists.set(host, { tally: tallyOf(receives), receives: after });
    this.#tell(changed);
  }

  /** Takes some receives of a host whose list is known; tells the readers of those that differ. */
  changeReceives(host: string, receives: readonly ListedReceive[]): void {
    const list = this.#lists.get(host);
    const changed = list ? receives.filter((one) => !isSame(list.receives.get(one.id), one)) : [];
    if (!list || changed.length === 0) return;
    for (const one of changed) list.receives.set(one.id, one);
    list.tally = tallyOf(list.receives.values());
    this.#tell(changed.map(({ id }) => receiveKey(id)));
  }

  /** A receive as pages know it. */
  receive(host: string, id: string): ListedReceive | undefined {
    return this.#lists.get(host)?.receives.get(id);
  }

  /** Forgets a transfer: pages that open later are not told of it. */
  forget(transferId: string): void {
    this.#latest.delete(`transfer ${transferId}`);
  }

  /** How many pages follow it. */
  get readers(): number {
    return this.#readers.size;
  }

  /** All there is to know now. */
  snapshot(): HalfwayEvent[] {
    const lists = [...this.#lists].map(
      ([host, { tally, receives }]): HalfwayEvent => ({
        ...{ type: "receives", host, tally, receives: [...receives.values()], gone: [] },
      }),
    );
    return [...this.#latest.values(), ...lists];
  }

  /**
   * First everything, long lists in batches, then what changed: at once after a quiet while, else in batches half a second
   * apart. Ends by throwing an `AbortError`: a stream that returns would tell the browser not to come back (decision 4).
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
      const receives = this.#receiveKeys();
      yield this.#news([...this.#latest.keys(), ...receives.splice(0, batchOf)]);
      while (receives.length > 0 && !this.#over(signal)) {
        await pause(0);
        yield this.#news(receives.splice(0, batchOf));
      }
      // Nobody may take half a list for the whole.
      if (this.#over(signal)) throw new DOMException("the stream is closing", "AbortError");
      yield [{ type: "complete" }];
      for (;;) {
        if (reader.dirty.size === 0 && !this.#over(signal)) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (this.#over(signal)) throw new DOMException("the stream is closing", "AbortError");
        await pause(Math.max(gatherFor, flushedAt + flushEvery - performance.now()));
        flushedAt = performance.now();
        const changed = this.#news([...reader.dirty]);
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

  #tell(keys: readonly string[]): void {
    for (const reader of this.#readers) {
      for (const key of keys) reader.dirty.add(key);
      reader.wake();
    }
  }

  #receiveKeys(): string[] {
    return [...this.#lists].flatMap(([host, { receives }]) => [
      listKey(host),
      ...[...receives.keys()].map(receiveKey),
    ]);
  }

  /** The newest state of things by their keys; those of one host's list together. */
  #news(keys: readonly string[]): HalfwayEvent[] {
    const lists = new Map<string, { receives: ListedReceive[]; gone: string[] }>();
    const withoutList = new Set<string>();
    const events = keys.flatMap((key) => {
      const entry = entryOf(key);
      if (!entry) return this.#latest.get(key) ?? [];
      const known = this.#lists.get(entry.host);
      if (!known) {
        withoutList.add(entry.host);
        return [];
      }
      const list = lists.get(entry.host) ?? { receives: [], gone: [] };
      lists.set(entry.host, list);
      if (entry.id === null) return [];
      const receive = known.receives.get(entry.id);
      if (receive) list.receives.push(receive);
      else list.gone.push(entry.id);
      return [];
    });
    // Of a host that is gone its own event tells; one that came back and was not read yet has none of what it had.
    for (const host of withoutList) {
      if (events.some((event) => event.type === "host" && event.host.name === host))
        events.unshift({ type: "host-gone", host });
    }
    for (const [host, list] of lists) {
      const tally = this.#lists.get(host)?.tally;
      if (tally) events.push({ type: "receives", host, tally, ...list });
    }
    return events;
  }
}

/** A receive as it is listed: without the evidence and the commands that fill kilobytes each. */
export function listed(receive: PartialReceive): ListedReceive {
  const { token, verdict } = receive;
  return {
    ...receive,
    token: token.ok ? { ok: true, value: listedToken(token.value) } : token,
    verdict: verdict && listedVerdict(verdict),
  };
}

/** Whether two lines say the same. What a token says is compared by its fingerprint: there may be ten thousand of them. */
function isSame(one: ListedReceive | undefined, other: ListedReceive): boolean {
  if (one === other) return true;
  if (one?.fingerprint !== other.fingerprint) return false;
  const [{ token: _, verdict, ...rest }, { token: __, verdict: otherVerdict, ...otherRest }] = [one, other];
  return (
    isDeepStrictEqual(rest, otherRest) &&
    (verdict === otherVerdict || isDeepStrictEqual(verdict, otherVerdict))
  );
}

function listedToken(token: ResumeToken): ListedToken {
  const { toName, fromGuid, bytes, raw, compressed, embedded, largeBlocks } = token;
  return { toName, fromGuid, bytes, raw, compressed, embedded, largeBlocks };
}

/** A verdict is never changed, only replaced: so is its line. */
const listedVerdicts = new WeakMap<Verdict, ListedVerdict>();

function listedVerdict(verdict: Verdict): ListedVerdict {
  const known = listedVerdicts.get(verdict);
  if (known) return known;
  const { evidence: _, ...rest } = verdict;
  const made: ListedVerdict =
    rest.kind === "blocked"
      ? { ...rest, obstacles: rest.obstacles.map(({ what, certain }) => ({ what, certain })) }
      : rest;
  listedVerdicts.set(verdict, made);
  return made;
}

/** Counts receives. What was judged while it was still being received is not a verdict on one that has stopped. */
export function tallyOf(receives: Iterable<ListedReceive>): Tally {
  const tally: Tally = { stopped: 0, held: 0n, arriving: 0, verdicts: {}, surelyBlocked: 0 };
  for (const { activity, spaceHeld, verdict } of receives) {
    if (activity.kind === "receiving") {
      tally.arriving += 1;
      continue;
    }
    tally.stopped += 1;
    tally.held += spaceHeld;
    if (!verdict || verdict.kind === "receiving") continue;
    tally.verdicts[verdict.kind] = (tally.verdicts[verdict.kind] ?? 0) + 1;
    if (verdict.kind === "blocked" && verdict.obstacles.some(({ certain }) => certain)) {
      tally.surelyBlocked += 1;
    }
  }
  return tally;
}

function keyOf(event: Exclude<HalfwayEvent, { type: "receives" | "complete" }>): string {
  switch (event.type) {
    case "host":
      return `host ${event.host.name}`;
    // It takes the place of the last state: a page that missed it is told all the same.
    case "host-gone":
      return `host ${event.host}`;
    case "transfer":
      return `transfer ${event.transfer.id}`;
    case "memory":
      return "memory";
  }
}

function listKey(host: string): string {
  return `list ${host}`;
}

function receiveKey(id: string): string {
  return `receive ${id}`;
}

/** Which list a key belongs to, and which receive of it, if it is about one; null for other keys. */
function entryOf(key: string): { host: string; id: string | null } | null {
  if (key.startsWith("list ")) return { host: key.slice("list ".length), id: null };
  if (!key.startsWith("receive ")) return null;
  const id = key.slice("receive ".length);
  return { host: id.slice(0, id.indexOf(":")), id };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
