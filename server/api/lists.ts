import type { Aim } from "../receives/planner";
import { type PartialReceive, receiveId, type Verdict } from "../receives/types";
import { type Hub, type ListedReceive, listed } from "./hub";

/** What changes within so long is told at once: ten thousand verdicts in a row are not ten thousand lists. */
const gatherFor = 50;

/** Of ten thousand receives each has its newest token. */
const mostShown = 20_000;

/** What lists are made of. */
export type Known = {
  /** The receives of a host as last read; null where it has not answered yet, or is none. */
  receivesOf: (host: string) => readonly PartialReceive[] | null;
  verdictOf: (receive: PartialReceive) => Verdict | null;
  /** The transfers that are at work or going to be, by the id of the receive. */
  active: () => ReadonlyMap<string, { id: string }>;
};

type Told = { verdict: Verdict | null; transferId: string | undefined; line: ListedReceive };

/** A receive with its verdict, and with Halfway's own transfer into it marked as such. */
export function pictured(
  receive: PartialReceive,
  verdictOf: Known["verdictOf"],
  transferId: string | undefined,
): PartialReceive {
  if (transferId === undefined) return { ...receive, verdict: verdictOf(receive) };
  return { ...receive, activity: { kind: "receiving", by: "halfway", transferId } };
}

/** Tells pages of each host's receives; of a list of ten thousand only what has changed is looked at. */
export class Lists {
  /** Tokens that the list has shown, newest last: a page may be a moment behind, above all when a transfer has just ended. */
  readonly #shown = new Map<string, Aim>();
  /** By host: the ids of what may have changed. */
  readonly #due = new Map<string, Set<string>>();
  /** What was told of a receive as it was read. */
  readonly #told = new WeakMap<PartialReceive, Told>();
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly hub: Hub,
    private readonly known: Known,
  ) {}

  /** A host was read: what it holds is told together with how it is, or for a moment it would seem to hold nothing. */
  hostRead(host: string): void {
    this.#due.delete(host);
    const receives = this.known.receivesOf(host);
    if (receives) this.hub.putReceives(host, this.#linesOf(receives));
  }

  /** Something of one receive has changed: its verdict, or who is at work on it. */
  changed(host: string, id: string): void {
    const due = this.#due.get(host) ?? new Set();
    this.#due.set(host, due.add(id));
    this.#timer ??= setTimeout(() => this.#tell(), gatherFor);
  }

  /** A transfer goes on: how far it is, it tells itself, so that this matters once. */
  transferMoves({ host, dataset, id }: { host: string; dataset: string; id: string }): void {
    const receive = receiveId(host, dataset);
    const activity = this.hub.receive(host, receive)?.activity;
    const known = activity?.kind === "receiving" && activity.by === "halfway" && activity.transferId === id;
    // What is in no list comes with a reading.
    if (activity && !known) this.changed(host, receive);
  }

  /** A host is gone, or is another one now: what was to be told of it is not any more. */
  forget(host: string): void {
    this.#due.delete(host);
  }

  /** What a token was for that the list has shown. */
  shown(id: string, fingerprint: string): Aim | undefined {
    return this.#shown.get(shownKey(id, fingerprint));
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#timer = null;
    const all = [...this.#due];
    this.#due.clear();
    for (const [host, ids] of all) {
      const some = this.known.receivesOf(host)?.filter(({ id }) => ids.has(id)) ?? [];
      this.hub.changeReceives(host, this.#linesOf(some));
    }
  }

  #linesOf(receives: readonly PartialReceive[]): ListedReceive[] {
    for (const receive of receives) this.#show(receive);
    for (const key of this.#shown.keys()) {
      if (this.#shown.size <= mostShown) break;
      this.#shown.delete(key);
    }
    const active = this.known.active();
    return receives.map((receive) => this.#lineOf(receive, active.get(receive.id)?.id));
  }

  #show({ id, fingerprint, token }: PartialReceive): void {
    const key = shownKey(id, fingerprint);
    this.#shown.delete(key);
    if (token.ok) this.#shown.set(key, { toGuid: token.value.toGuid, fromGuid: token.value.fromGuid });
  }

  #lineOf(receive: PartialReceive, transferId: string | undefined): ListedReceive {
    const verdict = this.known.verdictOf(receive);
    const before = this.#told.get(receive);
    if (before && before.verdict === verdict && before.transferId === transferId) return before.line;
    const line = listed(pictured(receive, () => verdict, transferId));
    this.#told.set(receive, { verdict, transferId, line });
    return line;
  }
}

function shownKey(id: string, fingerprint: string): string {
  return `${id} ${fingerprint}`;
}
