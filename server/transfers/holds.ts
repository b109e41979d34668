import type { Selectable } from "kysely";
import { HalfwayError, sentence } from "../errors";
import { type Host, uniqueName } from "../hosts/config";
import { shellQuote } from "../hosts/quote";
import { runOn } from "../hosts/run";
import { snapshotsToHold } from "../receives/plan";
import { plain, type Said, say, verbatim } from "../say";
import type { Schema } from "../store/schema";
import type { Store } from "../store/store";
import { hold, holdTag, isOurTag, listHeld, listHolds, release } from "../zfs/commands";
import { type Hold, parseHeld, parseHolds } from "../zfs/output";
import type { Order } from "./order";

/** A hold of Halfway's, wherever it was found. */
export type HeldSnapshot = {
  host: string;
  snapshot: string;
  tag: string;
  /** When it was made, in ZFS's words; and in milliseconds where Halfway remembers making it. */
  since: string;
  madeAt: number | null;
  /** The receive it is for, where Halfway remembers it. */
  for: { host: string; dataset: string } | null;
  /** What releases it, for a shell of its host. */
  release: string;
};

/** What a host said of its holds; or why it said nothing. */
export type HostHolds = { host: string; holds: HeldSnapshot[]; problem: Said | null };

/** Listing every snapshot of a host with many takes its time. */
const patience = { limitMs: 60_000 };
/** Snapshots that are asked about in one command: names are long, and a command line has its limits. */
const askedAtOnce = 200;

/**
 * Keeps sources alive: between two attempts nothing but a hold keeps the snapshot that is being sent, or its base, from
 * being destroyed by whoever prunes snapshots (facts A12, C.5).
 */
export class Holds {
  /** What is done for one receive is done one after the other: a release must not meet the next transfer's holds. */
  readonly #chains = new Map<string, Promise<unknown>>();

  constructor(
    private readonly store: Store,
    private readonly hosts: readonly Host[],
  ) {}

  /**
   * Holds the snapshot that is sent, and its base where that is a snapshot. Holding one twice changes nothing.
   * @returns why it could not, in words; null where all is held. It is no reason not to send.
   */
  keep(order: Pick<Order, "host" | "dataset" | "source">): Promise<Said | null> {
    return this.#inTurn(order.host, order.dataset, () => this.#keep(order));
  }

  async #keep({ host, dataset, source }: Pick<Order, "host" | "dataset" | "source">): Promise<Said | null> {
    const on = this.hosts.find(({ name }) => name === source.host);
    if (!on) return say`${source.host} is not configured any more.`;
    const target = this.hosts.find(({ name }) => name === host);
    if (!target) return say`${host} is not configured any more.`;
    const tag = holdTag(uniqueName(target), dataset);
    for (const snapshot of snapshotsToHold(source)) {
      // Written down before it is made: what is not known of cannot be released.
      const row = {
        ...{ host: on.name, snapshot, tag, target_host: host, target_dataset: dataset },
        made_at: Date.now(),
      };
      this.store.write((db) =>
        db
          .insertInto("hold")
          .values(row)
          .onConflict((conflict) => conflict.columns(["host", "snapshot", "tag"]).doNothing())
          .execute(),
      );
      try {
        const { code, stderr } = await runOn(on, hold(tag, snapshot));
        if (code === 0 || stderr.includes("tag already exists")) continue;
        void this.#forget(on.name, snapshot, tag);
        return say`${snapshot} on ${on.name} could not be held, so nothing keeps it from being destroyed there. ${stderr.trim()}`;
      } catch (error) {
        // It may have been made all the same: what is remembered is released in the end.
        return say`Whether ${snapshot} is held on ${on.name} is not known. ${sentence(error)}`;
      }
    }
    return null;
  }

  /**
   * Releases what was held for a receive. What cannot be released now stays listed, and is tried again.
   * @param stillWanted asked when it is its turn: whether somebody needs them again by then.
   * @returns how many are still held.
   */
  releaseFor(host: string, dataset: string, stillWanted: () => boolean = () => false): Promise<number> {
    return this.#inTurn(host, dataset, async () => (stillWanted() ? 0 : this.#releaseAll(host, dataset)));
  }

  async #releaseAll(host: string, dataset: string): Promise<number> {
    await this.store.settled();
    const rows = await this.store.db
      .selectFrom("hold")
      .selectAll()
      .where("target_host", "=", host)
      .where("target_dataset", "=", dataset)
      .execute();
    let left = 0;
    for (const { host: on, snapshot, tag } of rows) {
      // One that is not configured any more may be again.
      if (this.hosts.every(({ name }) => name !== on)) continue;
      try {
        await this.release(on, snapshot, tag);
      } catch (error) {
        left += 1;
        console.error(`halfway: ${tag} on ${snapshot} could not be released yet: ${plain(sentence(error))}`);
      }
    }
    return left;
  }

  /**
   * Releases one hold of Halfway's. One that is gone already, with or without its snapshot, is released.
   * @throws HalfwayError `BAD_INPUT` for anybody else's, `NOT_FOUND`, `UNREACHABLE`, `ZFS_FAILED`.
   */
  async release(host: string, snapshot: string, tag: string): Promise<void> {
    if (!isOurTag(tag)) throw new HalfwayError("BAD_INPUT", say`${tag} is not a hold of Halfway's.`);
    const on = this.hosts.find(({ name }) => name === host);
    if (!on) throw new HalfwayError("NOT_FOUND", say`There is no host named “${host}”.`);
    const { code, stderr } = await runOn(on, release(tag, snapshot));
    if (code !== 0 && !/no such tag|does not exist/.test(stderr)) {
      throw new HalfwayError("ZFS_FAILED", say`${snapshot} could not be released: ${stderr.trim()}`, stderr);
    }
    this.#forget(host, snapshot, tag);
  }

  /** The receives that something is held for, and what. */
  async receives(): Promise<{ host: string; dataset: string; snapshots: string[] }[]> {
    await this.store.settled();
    const rows = await this.store.db.selectFrom("hold").selectAll().execute();
    const receives = new Map<string, { host: string; dataset: string; snapshots: string[] }>();
    for (const { target_host: host, target_dataset: dataset, snapshot } of rows) {
      const key = `${host}:${dataset}`;
      const one = receives.get(key) ?? { host, dataset, snapshots: [] };
      receives.set(key, { ...one, snapshots: [...one.snapshots, snapshot] });
    }
    return [...receives.values()];
  }

  /** Every hold of Halfway's on every host, as ZFS has it: also those that nobody remembers. */
  async list(): Promise<HostHolds[]> {
    await this.store.settled();
    const known = await this.store.db.selectFrom("hold").selectAll().execute();
    return Promise.all(
      this.hosts.map(async (on): Promise<HostHolds> => {
        const { name } = on;
        try {
          const found = await this.#ask(on);
          return { host: name, holds: found.map((hold) => heldAs(name, hold, known)), problem: null };
        } catch (error) {
          return { host: name, holds: [], problem: sentence(error) };
        }
      }),
    );
  }

  /**
   * Every hold on some snapshots of one host, whoever made it.
   * @throws HalfwayError `NOT_FOUND`, `UNREACHABLE`, `ZFS_FAILED` where one of them is not there.
   */
  async on(host: string, snapshots: readonly string[]): Promise<HeldSnapshot[]> {
    const on = this.hosts.find(({ name }) => name === host);
    if (!on) throw new HalfwayError("NOT_FOUND", say`There is no host named “${host}”.`);
    await this.store.settled();
    const known = await this.store.db.selectFrom("hold").selectAll().where("host", "=", host).execute();
    const { code, stdout, stderr } = await runOn(on, listHolds(snapshots));
    if (code !== 0) throw new HalfwayError("ZFS_FAILED", verbatim(stderr.trim()), stderr);
    return parseHolds(stdout).map((hold) => heldAs(host, hold, known));
  }

  async #ask(on: Host) {
    const listed = await runOn(on, listHeld(), patience);
    if (listed.code !== 0)
      throw new HalfwayError("ZFS_FAILED", verbatim(listed.stderr.trim()), listed.stderr);
    const held = parseHeld(listed.stdout);
    const found = [];
    for (let at = 0; at < held.length; at += askedAtOnce) {
      const { stdout } = await runOn(on, listHolds(held.slice(at, at + askedAtOnce)), patience);
      found.push(...parseHolds(stdout).filter(({ tag }) => isOurTag(tag)));
    }
    return found;
  }

  #inTurn<T>(host: string, dataset: string, act: () => Promise<T>): Promise<T> {
    const key = `${host}:${dataset}`;
    const before = this.#chains.get(key) ?? Promise.resolve();
    const turn = before.then(act, act);
    const over = turn
      .catch(() => {})
      .finally(() => {
        if (this.#chains.get(key) === over) this.#chains.delete(key);
      });
    this.#chains.set(key, over);
    return turn;
  }

  #forget(host: string, snapshot: string, tag: string): void {
    this.store.write((db) =>
      db
        .deleteFrom("hold")
        .where("host", "=", host)
        .where("snapshot", "=", snapshot)
        .where("tag", "=", tag)
        .execute(),
    );
  }
}

/** A hold as ZFS lists it, with what is remembered of it. */
function heldAs(
  host: string,
  { snapshot, tag, since }: Hold,
  known: readonly Selectable<Schema["hold"]>[],
): HeldSnapshot {
  const row = known.find((one) => one.host === host && one.snapshot === snapshot && one.tag === tag);
  return {
    ...{ host, snapshot, tag, since, madeAt: row?.made_at ?? null },
    for: row ? { host: row.target_host, dataset: row.target_dataset } : null,
    release: shellQuote(release(tag, snapshot)),
  };
}
