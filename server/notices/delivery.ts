import type { Kysely, Transaction } from "kysely";
import { z } from "zod";
import type { Said } from "../say";
import { jsonOf } from "../store/json";
import type { Schema } from "../store/schema";
import type { Store } from "../store/store";
import { compose, type Message, type Translate } from "./message";
import { kinds, type News } from "./news";
import { longestWish, type Outcome } from "./send";
import { isQuiet, type NoticeSettings } from "./settings";
import type { Way } from "./ways";

const minute = 60_000;
/** Between two messages of one way: what happens meanwhile comes in one. */
const gap = minute;
/** Between attempts: doubled each time. What could not be sent for a day is let go. */
const pauses = { first: 30_000, longest: 60 * minute };
const givesUpAfter = 24 * 60 * minute;
const longestWait = Math.max(pauses.longest, longestWish);
/** So much is read of what waits; the rest comes with the next message. */
const mostAtOnce = 500;

/** How a way stands. */
export type Status = {
  /** When a message was taken last. */
  lastAt: number | null;
  /** Why the last one was not; null where it was. */
  problem: Said | null;
  failingSince: number | null;
  tries: number;
  /** When the next attempt is due; null for at once. */
  nextAt: number | null;
};

/** Writes down what is to be sent by each of these ways; what is urgent by itself, since it may overtake the rest. */
export async function enqueue(
  all: Transaction<Schema>,
  to: readonly string[],
  news: readonly News[],
  at: number,
): Promise<void> {
  if (news.length === 0 || to.length === 0) return;
  // One that was taken out a moment ago must not keep the others from being told.
  const there = await all.selectFrom("notice_way").select("id").where("id", "in", to).execute();
  for (const urgent of [1, 0]) {
    const some = news.filter((one) => one.urgent === (urgent === 1));
    if (some.length === 0 || there.length === 0) continue;
    const said = JSON.stringify(some);
    const rows = there.map(({ id: way_id }) => ({ way_id, at, urgent, news: said }));
    await all.insertInto("notice_outbox").values(rows).execute();
  }
}

const untried: Status = { lastAt: null, problem: null, failingSince: null, tries: 0, nextAt: null };

/** What delivery needs of the rest. */
type Needs = {
  now: () => number;
  settings: () => NoticeSettings;
  translate: () => Promise<Translate>;
  send: (way: Way, message: Message) => Promise<Outcome>;
};

/** Sends what was written down, each way in its own order and at its own pace, until it is taken. */
export class Delivery {
  readonly #status = new Map<string, Status>();
  readonly #busy = new Set<string>();
  /** When a message of each way was taken last; a test is none. */
  readonly #sentAt = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly needs: Needs,
  ) {}

  async load(): Promise<void> {
    const ways = await this.store.db.selectFrom("notice_way").selectAll().execute();
    for (const { id, status } of ways) this.#status.set(id, statusOf(status));
  }

  status(id: string): Status {
    return this.#status.get(id) ?? untried;
  }

  /** How much waits for each way that something waits for. */
  async waiting(): Promise<ReadonlyMap<string, number>> {
    const counts = await this.store.db
      .selectFrom("notice_outbox")
      .select(({ fn }) => ["way_id", fn.countAll<number>().as("count")])
      .groupBy("way_id")
      .execute();
    return new Map(counts.map(({ way_id, count }) => [way_id, count]));
  }

  /** Sends by each way what is due there. One that fails or hangs holds up no other. */
  async deliver(ways: readonly { id: string; way: Way }[]): Promise<void> {
    await Promise.all(ways.map((one) => this.#deliverBy(one)));
  }

  async #deliverBy({ id, way }: { id: string; way: Way }): Promise<void> {
    if (this.#busy.has(id)) return;
    const now = this.needs.now();
    const { nextAt, failingSince } = this.status(id);
    const sentAt = this.#sentAt.get(id) ?? Number.NEGATIVE_INFINITY;
    // Whatever is further away than anybody waits was said by a clock that was wrong.
    if (nextAt !== null ? isAhead(nextAt - now, longestWait) : Math.abs(now - sentAt) < gap) return;
    this.#busy.add(id);
    try {
      const rows = await this.#due(id, isQuiet(this.needs.settings(), now));
      // Held back by the quiet hours it did not fail: a day counts from the first attempt.
      const stale = rows.filter(
        ({ at }) => failingSince !== null && now - Math.max(at, failingSince) > givesUpAfter,
      );
      if (stale.length > 0) await this.#drop(stale);
      const batch = rows.filter((row) => !stale.includes(row));
      const [first, last] = [batch.at(0), batch.at(-1)];
      if (!first || !last) return;
      const message = compose(
        // The same for each attempt, unless there is more to tell meanwhile.
        `${id}/${first.id}-${last.id}`,
        now,
        batch.flatMap(({ news }) => newsOf(news)),
        await this.needs.translate(),
      );
      const outcome = await this.needs.send(way, message);
      if (outcome.ok) {
        this.#sentAt.set(id, now);
        await this.#drop(batch);
      }
      await this.tried(id, outcome);
    } catch (error) {
      console.error("halfway: a notice could not be sent:", error);
    } finally {
      this.#busy.delete(id);
    }
  }

  async #due(id: string, quiet: boolean) {
    const waiting = this.store.db.selectFrom("notice_outbox").selectAll().where("way_id", "=", id);
    const due = quiet ? waiting.where("urgent", "=", 1) : waiting;
    return due.orderBy("id").limit(mostAtOnce).execute();
  }

  async #drop(rows: readonly { id: number }[]): Promise<void> {
    const ids = rows.map((row) => row.id);
    await this.#write((db) => db.deleteFrom("notice_outbox").where("id", "in", ids).execute());
  }

  /** Notes how an attempt ended, and when the next one is due. */
  async tried(id: string, outcome: Outcome): Promise<void> {
    const now = this.needs.now();
    const before = this.status(id);
    if (outcome.ok) return this.#set(id, { ...untried, lastAt: now, problem: outcome.but });
    const pause = Math.min(pauses.first * 2 ** before.tries, pauses.longest);
    await this.#set(id, {
      ...{ lastAt: before.lastAt, problem: outcome.problem, failingSince: before.failingSince ?? now },
      ...{ tries: before.tries + 1, nextAt: now + Math.max(pause, outcome.wait ?? 0) },
    });
  }

  /** Tries again without waiting: something was changed. */
  async again(id: string): Promise<void> {
    const status = this.#status.get(id);
    if (status) await this.#set(id, { ...status, tries: 0, nextAt: null });
  }

  /** Forgets what waits to be sent by a way. */
  async forget(id: string): Promise<void> {
    await this.#write((db) => db.deleteFrom("notice_outbox").where("way_id", "=", id).execute());
  }

  async #set(id: string, status: Status): Promise<void> {
    this.#status.set(id, status);
    const row = { status: JSON.stringify(status) };
    await this.#write((db) => db.updateTable("notice_way").set(row).where("id", "=", id).execute());
  }

  /** Where the disk is full it is written when there is room again: then it must not be sent again meanwhile, so this waits. */
  async #write(act: (db: Kysely<Schema>) => Promise<unknown>): Promise<void> {
    await this.store.write(act);
  }
}

function isAhead(ms: number, most: number): boolean {
  return ms > 0 && ms <= most;
}

const moment = z.number().nullable();
const statusSchema = z.object({
  ...{ lastAt: moment, problem: z.string().nullable(), failingSince: moment },
  ...{ tries: z.number(), nextAt: moment },
});

function statusOf(json: string | null): Status {
  const read = statusSchema.safeParse(jsonOf(json));
  return read.success ? (read.data as Status) : untried;
}

const newsSchema = z.array(
  z.object({
    ...{ kind: z.enum(kinds), at: z.number(), urgent: z.boolean(), says: z.string() },
    ...{ host: z.string(), dataset: z.string().nullable(), pool: z.string().nullable() },
    transferId: z.string().nullable(),
  }),
);

function newsOf(json: string): News[] {
  const read = newsSchema.safeParse(jsonOf(json));
  return read.success ? (read.data as News[]) : [];
}
