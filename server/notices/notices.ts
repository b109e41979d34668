import { randomUUID } from "node:crypto";
import { z } from "zod";
import { HalfwayError } from "../errors";
import { type Said, say } from "../say";
import { jsonOf } from "../store/json";
import type { Store } from "../store/store";
import { Delivery, enqueue, type Status } from "./delivery";
import { type Translate, testMessage } from "./message";
import { kinds } from "./news";
import { type Memory, observe, type Standing, type World } from "./rules";
import { type Outcome, send } from "./send";
import {
  defaultSettings,
  type NoticeLanguage,
  type NoticeSettings,
  noticeSettings,
  ownZone,
} from "./settings";
import { keptWay, type ShownWay, shownWay, type Way, type WayInput, type WayKind, wayOf } from "./ways";

const lookEvery = 10_000;
const settingsKey = "notices";
const begunKey = "notices.begun";

/** What being told needs of the rest of Halfway. */
export type Surroundings = {
  /** Everything as it stands now. */
  world: () => World;
  /** The words of a language. */
  translatorOf: (language: NoticeLanguage) => Promise<Translate>;
  /** How a message was taken; for whoever counts. */
  delivered?: (kind: WayKind, ok: boolean) => void;
  now?: () => number;
  sending?: typeof send;
};

/** A way, its last delivery, and what still waits for it; as the page may know it. */
export type ListedWay = ShownWay &
  Pick<Status, "lastAt" | "problem" | "failingSince" | "nextAt"> & {
    id: string;
    name: string;
    on: boolean;
    waiting: number;
  };

type Kept = { id: string; name: string; on: boolean; way: Way };

/** Tells people what happens, by the ways and rules that they have chosen. */
export class Notices {
  #memory: Memory = new Map();
  #settings = defaultSettings;
  #ways: Kept[] = [];
  #begunAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #looking = false;
  /** Whether something happened meanwhile that it may not have seen. */
  #lookAgain = false;
  #stopped = false;
  /** When it was looked last, of a clock that nobody sets. */
  #lookedAt = performance.now();
  readonly #delivery: Delivery;
  readonly #now: () => number;
  readonly #send: typeof send;

  constructor(
    private readonly store: Store,
    private readonly surroundings: Surroundings,
  ) {
    this.#now = surroundings.now ?? Date.now;
    this.#send = surroundings.sending ?? send;
    this.#delivery = new Delivery(store, {
      now: this.#now,
      settings: () => this.#settings,
      translate: () => surroundings.translatorOf(this.#settings.language),
      send: async (way, message) => this.#counted(way, await this.#send(way, message)),
    });
  }

  /** Reads what was chosen, what was told already, and what still has to be sent. */
  async load(): Promise<void> {
    const { db } = this.store;
    const rows = await db
      .selectFrom("setting")
      .selectAll()
      .where("key", "in", [settingsKey, begunKey])
      .execute();
    const saved = new Map(rows.map(({ key, value }) => [key, value]));
    const settings = noticeSettings.safeParse(jsonOf(saved.get(settingsKey)));
    if (settings.success) this.#settings = settings.data;
    else if (saved.has(settingsKey))
      console.error("halfway: the rules of notices cannot be read; the usual ones count");
    const begun = z.number().safeParse(jsonOf(saved.get(begunKey)));
    this.#begunAt = begun.success ? begun.data : this.#now();
    if (!begun.success) this.#keep(begunKey, this.#begunAt);
    const ways = await db.selectFrom("notice_way").selectAll().orderBy("made_at").execute();
    this.#ways = ways.flatMap(({ id, name, is_on, kind, config }) => {
      const way = keptWay(kind, jsonOf(config));
      if (!way) console.error(`halfway: the way of notices “${name}” cannot be read; nothing is sent by it`);
      return way ? [{ id, name, on: is_on === 1, way }] : [];
    });
    const told = await db.selectFrom("notice_told").selectAll().execute();
    this.#memory = new Map(
      told.flatMap(({ key, standing }) => {
        const read = standingSchema.safeParse(jsonOf(standing));
        return read.success ? [[key, read.data]] : [];
      }),
    );
    await this.#delivery.load();
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), lookEvery);
    this.#timer.unref();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearInterval(this.#timer);
  }

  /** How long ago it was looked last, milliseconds. */
  get age(): number {
    return performance.now() - this.#lookedAt;
  }

  /** How many messages wait to be sent. */
  async waiting(): Promise<number> {
    const counts = await this.#delivery.waiting();
    return [...counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Compares what is with what was, writes down what is to be told, and sends what is due. */
  async look(): Promise<void> {
    if (this.#stopped) return;
    this.#lookAgain = true;
    if (this.#looking) return;
    this.#looking = true;
    try {
      while (this.#lookAgain && !this.#stopped) {
        this.#lookAgain = false;
        await this.#observe();
      }
      this.#lookedAt = performance.now();
    } catch (error) {
      console.error("halfway: what is to be told could not be found out:", error);
    } finally {
      this.#looking = false;
    }
    // Whoever hangs must not keep the next look from happening.
    await this.#delivery.deliver(this.#ways.filter(({ on }) => on));
  }

  async #observe(): Promise<void> {
    const { rules, restHours } = this.#settings;
    const before = this.#memory;
    const now = this.#now();
    if (this.#begunAt > now) {
      // A clock that was ahead when all this began: else nothing would be news until then.
      this.#begunAt = now;
      this.#keep(begunKey, now);
    }
    const to = this.#ways.filter(({ on }) => on).map(({ id }) => id);
    const rest = restHours * 3_600_000;
    const options = { rules, rest, begunAt: this.#begunAt, heard: to.length > 0 };
    const { memory, news } = observe(before, this.surroundings.world(), options, now);
    this.#memory = memory;
    const gone = [...before.keys()].filter((key) => !memory.has(key));
    const changed = [...memory].filter(
      ([key, standing]) => standing !== before.get(key) && isKept(standing, before.get(key)),
    );
    if (gone.length + changed.length + news.length === 0) return;
    // Together: else a power cut between the two would tell something twice, or never.
    void this.store.write((db) =>
      db.transaction().execute(async (all) => {
        for (const keys of chunked(gone)) {
          await all.deleteFrom("notice_told").where("key", "in", keys).execute();
        }
        for (const some of chunked(changed)) {
          const rows = some.map(([key, standing]) => ({ key, standing: JSON.stringify(standing) }));
          await all
            .insertInto("notice_told")
            .values(rows)
            .onConflict((conflict) =>
              conflict.column("key").doUpdateSet((eb) => ({ standing: eb.ref("excluded.standing") })),
            )
            .execute();
        }
        await enqueue(all, to, news, now);
      }),
    );
    // While the disk is full, it is sent all the same once there is room: no look waits for that.
    if (news.length > 0) await this.store.settled();
  }

  get settings(): NoticeSettings {
    return this.#settings;
  }

  get zone(): string {
    return ownZone();
  }

  async list(): Promise<ListedWay[]> {
    const counts = await this.#delivery.waiting();
    return this.#ways.map(({ id, name, on, way }) => {
      const { lastAt, problem, failingSince, nextAt } = this.#delivery.status(id);
      const waiting = counts.get(id) ?? 0;
      return { ...shownWay(way), id, name, on, lastAt, problem, failingSince, nextAt, waiting };
    });
  }

  /** What a way is called, for the audit trail; null where there is none. */
  nameOf(id: string): string | null {
    return this.#ways.find((one) => one.id === id)?.name ?? null;
  }

  saveSettings(settings: NoticeSettings): void {
    this.#settings = settings;
    this.#keep(settingsKey, settings);
  }

  /** Adds a way, or changes one. @throws HalfwayError `BAD_INPUT`, and `NOT_FOUND` for one that was removed meanwhile. */
  async saveWay(input: WayInput): Promise<void> {
    const { name, on, kind } = input;
    const id = input.id ?? randomUUID();
    const before = this.#ways.find((one) => one.id === id);
    const way = wayOf(input, before?.way ?? null);
    // The secrets of one that is gone are gone with it: without them it would come back as another way.
    if (!before && Object.values(input.secrets).includes(null)) this.#require(id);
    const { open, secrets } = way;
    const row = { name, is_on: on ? 1 : 0, kind, config: JSON.stringify({ open, secrets }) };
    await this.store.writeNow((db) =>
      db
        .insertInto("notice_way")
        .values({ id, ...row, made_at: this.#now() })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute(),
    );
    const kept = { id, name, on, way };
    this.#ways = before ? this.#ways.map((one) => (one.id === id ? kept : one)) : [...this.#ways, kept];
    // What was wrong may be mended. What waited for one that is switched off is not told months later.
    await this.#delivery.again(id);
    if (!on) await this.#delivery.forget(id);
  }

  /** @throws HalfwayError `NOT_FOUND` */
  async removeWay(id: string): Promise<void> {
    this.#require(id);
    await this.store.writeNow((db) => db.deleteFrom("notice_way").where("id", "=", id).execute());
    this.#ways = this.#ways.filter((one) => one.id !== id);
    await this.#delivery.forget(id);
  }

  /** Sends a message now, whatever the hour, and says what became of it. @throws HalfwayError `NOT_FOUND` */
  async test(id: string): Promise<Outcome> {
    const { way } = this.#require(id);
    const translate = await this.surroundings.translatorOf(this.#settings.language);
    const outcome = this.#counted(
      way,
      await this.#send(way, testMessage(randomUUID(), this.#now(), translate)),
    );
    await this.#delivery.tried(id, outcome);
    // Who tests wants to know whether everybody gets it.
    return outcome.ok && outcome.but !== null
      ? { ok: false, problem: outcome.but, answer: outcome.answer, wait: null }
      : outcome;
  }

  #counted(way: Way, outcome: Outcome): Outcome {
    this.surroundings.delivered?.(way.kind, outcome.ok);
    return outcome;
  }

  #require(id: string): Kept {
    const found = this.#ways.find((one) => one.id === id);
    if (!found) throw new HalfwayError("NOT_FOUND", noSuchWay);
    return found;
  }

  #keep(key: string, value: unknown): void {
    const row = { key, value: JSON.stringify(value) };
    this.store.write((db) =>
      db
        .insertInto("setting")
        .values(row)
        .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: row.value }))
        .execute(),
    );
  }
}

const noSuchWay: Said = say`This way of being told is no longer there.`;

const moment = z.number().nullable();
const standingSchema = z.object({
  kind: z.enum(kinds),
  ...{ host: z.string(), mark: z.string(), since: z.number() },
  ...{ toldAt: moment, lastAt: moment, endedAt: moment },
}) satisfies z.ZodType<Standing>;

/** Bytes that arrive change it every few seconds: of that only what was told is worth writing down. */
function isKept({ kind, toldAt, lastAt, endedAt }: Standing, before: Standing | undefined): boolean {
  return (
    kind !== "stalled" ||
    toldAt !== (before?.toldAt ?? null) ||
    lastAt !== (before?.lastAt ?? null) ||
    endedAt !== (before?.endedAt ?? null)
  );
}

/** SQLite takes so many values at once. */
function chunked<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / 500) }, (_, at) => all.slice(at * 500, at * 500 + 500));
}
