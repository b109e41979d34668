import { type Selectable, sql } from "kysely";
import type { Step } from "../receives/plan";
import { recalled, type Said } from "../say";
import type { Schema } from "../store/schema";
import type { Store } from "../store/store";
import { type MessageId, messageIds } from "../zfs/catalogue";
import type { ExitCodes, Stderr } from "../zfs/messages";
import { redactTokens } from "../zfs/token";
import type { Ending } from "./attempt";
import { toJson } from "./json";
import { type Order, orderSchema } from "./order";
import type { Curve } from "./progress";
import type { Run } from "./run-dir";
import { hasEnded, isTransferState } from "./states";
import type { Transfer, TransferState } from "./types";

/** A transfer as it was written down. */
export type Remembered = {
  id: string;
  order: Order;
  state: TransferState;
  askedAt: number;
  endedAt: number | null;
  place: number | null;
  retryAt: number | null;
  limit: number | null;
  fruitless: number;
  message: Said | null;
  stderr: string | null;
  cause: MessageId | null;
  left: string | null;
  last: PastAttempt | null;
  /** Whether an attempt has discarded what there was before, for a start-over. */
  discarded: boolean;
};

/** An attempt that has ended. */
export type PastAttempt = {
  number: number;
  steps: Step[];
  before: bigint;
  sent: bigint;
  total: bigint | null;
  startedAt: number;
  endedAt: number;
  exitCodes: ExitCodes;
  stderr: Stderr;
  message: Said;
  cause: MessageId | null;
  curve: Curve;
};

/** The same in the few words of a list. */
export type AttemptInBrief = Pick<
  PastAttempt,
  "number" | "before" | "sent" | "total" | "startedAt" | "endedAt" | "message"
> & { transferId: string };

/** A change of a transfer; ids only ever grow. */
export type PastEvent = { id: number; at: number; state: TransferState; words: Said | null };

/** Where the next page begins; null where there is none. */
export type Cursor = { askedAt: number; id: string } | null;

/** Which of the past is asked for: what goes to a host, what has these letters in its dataset's name, how it stands. */
export type PastQuery = {
  host?: string | undefined;
  dataset?: string | undefined;
  /** Its very name. */
  into?: string | undefined;
  /** `open` is whatever has not ended. */
  state?: "open" | "finished" | "failed" | "stopped" | undefined;
  cursor?: Cursor | undefined;
};

type Row = Selectable<Schema["transfer"]>;

const perPage = 30;
/** Of a transfer that tried for weeks its own page has all. */
const attemptsInBrief = 200;

/**
 * What Halfway remembers of its transfers. Written behind what happens and never waited for, but for the one thing that
 * must be certain: that a transfer was asked for.
 */
export class History {
  /** Why each transfer waits, as last written down: one that waits for a month for the same reason says so once. */
  readonly #waiting = new Map<string, string | null>();

  constructor(private readonly store: Store) {}

  /** Everything that has not ended, and the newest of what has. Called once, before anything else. */
  async load(ended: number): Promise<Remembered[]> {
    const { db } = this.store;
    const open = await db.selectFrom("transfer").selectAll().where("ended_at", "is", null).execute();
    const closed = await db
      .selectFrom("transfer")
      .selectAll()
      .where("ended_at", "is not", null)
      .orderBy("asked_at", "desc")
      .limit(ended)
      .execute();
    return this.#remembered([...open, ...closed]);
  }

  /** One transfer, also one of long ago; null where nothing is remembered of it. */
  async one(id: string): Promise<Remembered | null> {
    await this.store.settled();
    const rows = await this.store.db.selectFrom("transfer").selectAll().where("id", "=", id).execute();
    return (await this.#remembered(rows))[0] ?? null;
  }

  /** A page of all that was ever asked for and is not forgotten yet, newest first. */
  async page({
    host,
    dataset,
    into,
    state,
    cursor,
  }: PastQuery): Promise<{ transfers: Remembered[]; next: Cursor }> {
    await this.store.settled();
    let query = this.store.db.selectFrom("transfer").selectAll();
    if (host !== undefined) query = query.where("host", "=", host);
    if (dataset !== undefined) {
      const part = `%${dataset.replace(/[\\%_]/g, "\\$&")}%`;
      query = query.where(sql<boolean>`lower(dataset) like lower(${part}) escape '\\'`);
    }
    if (into !== undefined) query = query.where("dataset", "=", into);
    if (state === "open") query = query.where("ended_at", "is", null);
    else if (state !== undefined) query = query.where("state", "=", state);
    if (cursor) {
      const { askedAt, id } = cursor;
      query = query.where(({ eb, and, or }) =>
        or([eb("asked_at", "<", askedAt), and([eb("asked_at", "=", askedAt), eb("id", "<", id)])]),
      );
    }
    const rows = await query
      .orderBy("asked_at", "desc")
      .orderBy("id", "desc")
      .limit(perPage + 1)
      .execute();
    const last = rows.length > perPage ? rows[perPage - 1] : undefined;
    return {
      transfers: await this.#remembered(rows.slice(0, perPage)),
      next: last ? { askedAt: last.asked_at, id: last.id } : null,
    };
  }

  /** Transfers as they were written down, each with its last attempt. */
  async #remembered(rows: Row[]): Promise<Remembered[]> {
    const remembered = await Promise.all(
      rows.map(async (row) => {
        const order = parsed(() => orderSchema.parse(JSON.parse(row.order)));
        if (!order || !isTransferState(row.state)) {
          console.error(
            `halfway: what was written down of transfer ${row.id} cannot be read; it is left alone`,
          );
          return [];
        }
        const attempts = await this.#attempts(row.id, 1);
        return [
          {
            ...{ id: row.id, order, state: row.state, askedAt: row.asked_at, endedAt: row.ended_at },
            ...{
              place: row.place,
              retryAt: row.retry_at,
              limit: row.bytes_per_second,
              fruitless: row.fruitless,
            },
            message: row.message === null ? null : recalled(row.message),
            ...{ stderr: row.stderr, cause: messageId(row.cause), left: row.left },
            last: attempts[0] ?? null,
            discarded: await this.#hasDiscarded(row.id),
          },
        ];
      }),
    );
    return remembered.flat();
  }

  /**
   * Writes a transfer down before anything of it runs.
   * @throws whatever the database says: then it must not begin.
   */
  async begin(id: string, order: Order, askedAt: number, place: number): Promise<void> {
    const row = newRow(id, order, askedAt, "queued", place);
    await this.store.writeNow((db) => db.insertInto("transfer").values(row).execute());
  }

  /** The same for one that was found running, which nobody remembers. */
  found(id: string, order: Order, askedAt: number): void {
    const row = newRow(id, order, askedAt, "running", null);
    this.store.write((db) =>
      db
        .insertInto("transfer")
        .values(row)
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute(),
    );
  }

  /** A change of state, with what there is to know about it. */
  changed(transfer: Transfer, fruitless: number, words: Said | null, place: number | null): void {
    const { id, state, endedAt, retryAt, limit, message, stderr, cause, left } = transfer;
    const event = this.#isNews(id, state, words) ? { at: Date.now(), transfer_id: id, state, words } : null;
    this.store.write((db) =>
      db.transaction().execute(async (all) => {
        await all
          .updateTable("transfer")
          .set({
            state,
            ended_at: endedAt,
            retry_at: retryAt,
            place,
            fruitless,
            message,
            stderr,
            cause,
            left,
          })
          .set({ bytes_per_second: limit })
          .where("id", "=", id)
          .execute();
        if (event) await all.insertInto("event").values(event).execute();
      }),
    );
  }

  #isNews(id: string, state: TransferState, words: string | null): boolean {
    const before = this.#waiting.get(id);
    if (state === "waiting") this.#waiting.set(id, words);
    else if (state !== "starting") this.#waiting.delete(id);
    return before === undefined || (state !== "starting" && (state !== "waiting" || words !== before));
  }

  /** Another place in the queue, or another rate. */
  adjusted(id: string, place: number | null, limit: number | null): void {
    this.store.write((db) =>
      db.updateTable("transfer").set({ place, bytes_per_second: limit }).where("id", "=", id).execute(),
    );
  }

  /** Forgets one that never began. */
  forget(id: string): void {
    this.store.write((db) => db.deleteFrom("transfer").where("id", "=", id).execute());
  }

  /**
   * An attempt that has ended, with all it said; tokens are no business of a history.
   * @returns whether that is written, once it is known.
   */
  attempted({ transferId, number, steps, before, total, startedAt }: Run, ending: Ending): Promise<boolean> {
    const row = {
      ...{ transfer_id: transferId, number, steps: redactTokens(toJson(steps)), before: String(before) },
      ...{ sent: String(ending.sent), total: total === null ? null : String(total) },
      ...{ started_at: startedAt, ended_at: ending.at, message: ending.message, cause: ending.cause },
      ...{ exit_codes: toJson(ending.exitCodes), stderr: toJson(ending.stderr), curve: toJson(ending.curve) },
    };
    return this.store.write((db) =>
      db
        .insertInto("attempt")
        .values(row)
        .onConflict((conflict) => conflict.columns(["transfer_id", "number"]).doNothing())
        .execute(),
    );
  }

  /** Resolves when all of that is on disk. */
  settled(): Promise<void> {
    return this.store.settled();
  }

  /** Every attempt of a transfer that has ended, and every change of it, oldest first. */
  async of(id: string): Promise<{ attempts: PastAttempt[]; events: PastEvent[] }> {
    await this.store.settled();
    const events = await this.store.db
      .selectFrom("event")
      .selectAll()
      .where("transfer_id", "=", id)
      .orderBy("id")
      .execute();
    return {
      attempts: (await this.#attempts(id)).reverse(),
      events: events.flatMap(({ id: number, at, state, words }) =>
        isTransferState(state)
          ? [{ id: number, at, state, words: words === null ? null : recalled(words) }]
          : [],
      ),
    };
  }

  /** The newest attempt of a transfer that has ended; null where none has. */
  async lastAttempt(id: string): Promise<PastAttempt | null> {
    await this.store.settled();
    return (await this.#attempts(id, 1))[0] ?? null;
  }

  /** The newest attempts of some transfers that have ended, newest first, in brief. */
  async attemptsOf(ids: readonly string[]): Promise<AttemptInBrief[]> {
    if (ids.length === 0) return [];
    const rows = await this.store.db
      .selectFrom("attempt")
      .select(["transfer_id", "number", "before", "sent", "total", "started_at", "ended_at", "message"])
      .where("transfer_id", "in", ids)
      .orderBy("started_at", "desc")
      .orderBy("number", "desc")
      .limit(attemptsInBrief)
      .execute();
    return rows.map((row) => ({
      ...{ transferId: row.transfer_id, number: row.number, message: recalled(row.message) },
      ...{ before: BigInt(row.before), sent: BigInt(row.sent) },
      ...{ total: row.total === null ? null : BigInt(row.total) },
      ...{ startedAt: row.started_at, endedAt: row.ended_at },
    }));
  }

  /** What was asked for of one snapshot into one dataset, as far as it is remembered, and how that stands; oldest first. */
  async askedFor(host: string, dataset: string, toGuid: bigint): Promise<{ by: string; state: string }[]> {
    const rows = await this.store.db
      .selectFrom("transfer")
      .select(["order", "state"])
      .where("host", "=", host)
      .where("dataset", "=", dataset)
      .orderBy("asked_at")
      .execute();
    return rows.flatMap(({ order, state }) => {
      const asked = parsed(() => orderSchema.parse(JSON.parse(order)));
      return asked?.toGuid === toGuid ? [{ by: asked.by, state }] : [];
    });
  }

  /** Forgets what ended before a moment, milliseconds. Returns the ids. */
  async forgetBefore(moment: number): Promise<string[]> {
    const gone = await this.store.db
      .deleteFrom("transfer")
      .where("ended_at", "<", moment)
      .returning("id")
      .execute();
    return gone.map(({ id }) => id);
  }

  async #hasDiscarded(id: string): Promise<boolean> {
    const rows = await this.store.db
      .selectFrom("attempt")
      .select("exit_codes")
      .where("transfer_id", "=", id)
      .where("exit_codes", "like", '%"before":0,%')
      .execute();
    return rows.length > 0;
  }

  /** Newest first. */
  async #attempts(id: string, limit?: number): Promise<PastAttempt[]> {
    const all = this.store.db
      .selectFrom("attempt")
      .selectAll()
      .where("transfer_id", "=", id)
      .orderBy("number", "desc");
    const rows = await (limit === undefined ? all : all.limit(limit)).execute();
    return rows.flatMap(
      (row) =>
        parsed(() => ({
          ...{ number: row.number, steps: JSON.parse(row.steps) as Step[], message: recalled(row.message) },
          ...{
            before: BigInt(row.before),
            sent: BigInt(row.sent),
            total: row.total === null ? null : BigInt(row.total),
          },
          ...{ startedAt: row.started_at, endedAt: row.ended_at, cause: messageId(row.cause) },
          exitCodes: JSON.parse(row.exit_codes) as ExitCodes,
          stderr: JSON.parse(row.stderr) as Stderr,
          curve: (JSON.parse(row.curve) as [number, string][]).map(([at, sent]) => [at, BigInt(sent)]),
        })) ?? [],
    );
  }
}

/** How a transfer looks that nobody works on at the moment. */
export function pictureOf({ id, order, last, ...rest }: Remembered): Transfer {
  const { intent, host, dataset, source, by, flags } = order;
  const { state, askedAt, endedAt, retryAt, limit, message, stderr, cause, left } = rest;
  return {
    ...{ id, intent, host, dataset, source, by, flags, state, endedAt, message, stderr, cause, left },
    startedAt: askedAt,
    attempt: last?.number ?? 0,
    retryAt: hasEnded(state) ? null : retryAt,
    ...{ place: null, limit, rate: null, notHeld: null },
    steps: last?.steps ?? [],
    before: last?.before ?? 0n,
    sent: last?.sent ?? 0n,
    total: last?.total ?? null,
  };
}

function messageId(text: string | null): MessageId | null {
  return messageIds.find((id) => id === text) ?? null;
}

function parsed<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}

/** A transfer of which nothing has happened yet. */
function newRow(id: string, order: Order, askedAt: number, state: TransferState, place: number | null) {
  const { host, dataset } = order;
  return {
    ...{ id, host, dataset, state, order: toJson(order), asked_at: askedAt, ended_at: null, place },
    ...{ retry_at: null, bytes_per_second: null, fruitless: 0 },
    ...{ message: null, stderr: null, cause: null, left: null },
  };
}
