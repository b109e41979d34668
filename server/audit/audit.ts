import { randomUUID } from "node:crypto";
import { type Expression, type ExpressionBuilder, type Kysely, type RawBuilder, sql } from "kysely";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { HalfwayError, sentence } from "../errors";
import { counted, escapeMarks, joined, marksOfSaid, recalled, type Said, say } from "../say";
import type { AuditTable, Schema } from "../store/schema";
import type { Store } from "../store/store";
import { beginning, type Content, hashOf } from "./chain";
import { briefly, withoutSecrets } from "./secrets";

/**
 * How an act ended.
 * - `done`        as it was asked for
 * - `code-asked`  nothing was done yet: the password was right, and the code of the second factor is still to come
 * - `proof-asked` nothing was done yet: whoever asked may, and was to prove once more that it is them
 * - `refused`     nothing was done: it could not be, or not as things stood
 * - `denied`      nothing was done: whoever asked may not, or did not know the secret
 * - `failed`      it was begun, and went wrong
 * - `stopped`     it was begun, and ended on purpose before it was through
 * - `unknown`     it was begun, and nobody saw how it ended
 */
export const outcomes = [
  ...(["done", "code-asked", "proof-asked", "refused"] as const),
  ...(["denied", "failed", "stopped", "unknown"] as const),
] as const;
export type Outcome = (typeof outcomes)[number];

/** What no procedure does: an attempt of a transfer, what a policy begins, and who stands outside with `npm run admin`. */
export type OwnAct = "attempt" | "policy" | "admin create-admin" | "admin reset-password";

/** Who does what to what. Who it is and what it is about may be names, or said. */
export type What = {
  act: string;
  actor: string;
  address?: string | null;
  host?: string | null;
  dataset?: string | null;
  fingerprint?: string | null;
  subject?: string | null;
};

/** What becomes known of an act before it is done. */
export type Detail = {
  fingerprint?: string | null;
  subject?: string;
  verdict?: Said | null;
  commands?: readonly string[];
  words?: Said;
  /** How it ends if nothing goes wrong; `done` unless told. */
  comesTo?: Outcome;
};

/** An act, with all that was written down of it. */
export type PastAct = {
  /** Of its first row. */
  id: number;
  at: number;
  act: string;
  actor: string;
  address: string | null;
  host: string | null;
  dataset: string | null;
  fingerprint: string | null;
  subject: string | null;
  verdict: Said | null;
  commands: string[];
  /** Null while it is not over, and where Halfway ended before it was. */
  outcome: Outcome | null;
  words: Said | null;
  endedAt: number | null;
};

/** Which acts are asked for. Names by a part of them, times in milliseconds. */
export type AuditQuery = {
  /** Who did it, or whose account it was about. */
  actor?: string | undefined;
  host?: string | undefined;
  dataset?: string | undefined;
  act?: string | undefined;
  /** `open` is without an outcome. */
  outcome?: Outcome | "open" | undefined;
  from?: number | undefined;
  to?: number | undefined;
};

type Entry = Omit<Content, "id">;

const perPage = 50;
const exportedAtOnce = 1_000;
/** Anybody on the network can be refused as often as they like: of that so much is written down in five minutes. */
const unaskedFor = { points: 100, duration: 5 * 60 };
/** How often another process may be quicker. */
const tries = 50;

/** What was done and what was asked for, by whom, and how it ended: rows that are only ever added (decision 19). */
export class Audit {
  readonly #refusals = new RateLimiterMemory(unaskedFor);
  #passedOver = 0;

  constructor(private readonly store: Store) {}

  /**
   * An act that is going to be written down.
   * @param ref names it; to be given where its outcome may come after a restart.
   */
  deed(what: What, ref: string = randomUUID()): Deed {
    return new Deed(what, ref, (entry, required) => this.#add(entry, required));
  }

  /** Whether there is room for one more act that leads to nothing, by somebody; what there is none for is counted. */
  async hasRoomFor(actor: string): Promise<boolean> {
    try {
      await this.#refusals.consume(actor);
      return true;
    } catch {
      this.#passedOver += 1;
      return false;
    }
  }

  /** A page of acts, newest first. */
  async page(query: AuditQuery, before: number | null): Promise<{ acts: PastAct[]; next: number | null }> {
    await this.store.settled();
    const { db } = this.store;
    let asked = db.selectFrom("audit").select(["id", "ref"]).where(fits(query));
    if (before !== null) asked = asked.where("id", "<", before);
    const found = await asked
      .orderBy("id", "desc")
      .limit(perPage + 1)
      .execute();
    const shown = found.slice(0, perPage);
    const refs = shown.map(({ ref }) => ref);
    const rows =
      refs.length === 0
        ? []
        : await db.selectFrom("audit").selectAll().where("ref", "in", refs).orderBy("id").execute();
    return {
      acts: refs.flatMap((ref) => pastAct(rows.filter((row) => row.ref === ref))),
      next: found.length > perPage ? (shown.at(-1)?.id ?? null) : null,
    };
  }

  /** The hosts that acts were about, by name; also those that are there no longer. */
  async hosts(): Promise<string[]> {
    await this.store.settled();
    const rows = await this.store.db
      .selectFrom("audit")
      .select("host")
      .distinct()
      .where("kind", "=", "intent")
      .where("host", "is not", null)
      .orderBy("host")
      .execute();
    return rows.flatMap(({ host }) => host ?? []);
  }

  /**
   * The rows of acts as JSON Lines, oldest first, as they are hashed.
   * @param after the row that was read last.
   */
  async lines(query: AuditQuery, after: number): Promise<{ lines: string; next: number | null }> {
    await this.store.settled();
    const { db } = this.store;
    const rows = await db
      .selectFrom("audit")
      .selectAll()
      .where("id", ">", after)
      .$if(
        Object.values(query).some((wanted) => wanted !== undefined),
        (all) => all.where("ref", "in", db.selectFrom("audit").select("ref").where(fits(query))),
      )
      .orderBy("id")
      .limit(exportedAtOnce)
      .execute();
    return {
      lines: rows.map((row) => `${escapeMarks(JSON.stringify(row))}\n`).join(""),
      next: rows.length < exportedAtOnce ? null : (rows.at(-1)?.id ?? null),
    };
  }

  /**
   * @param required whether nothing may be done before this is on disk.
   * @throws HalfwayError `UNWRITABLE` where that is so, and cannot be.
   */
  async #add(entry: Entry, required: boolean): Promise<void> {
    const passedOver = entry.kind === "intent" ? this.#passedOver : 0;
    this.#passedOver -= passedOver;
    const words = passedOver > 0 ? passedOverWords(passedOver) : entry.words;
    const write = (db: Kysely<Schema>) => append(db, { ...entry, words });
    if (!required) {
      void this.store.write(write);
      return this.store.settled();
    }
    try {
      if (!this.store.lasting) {
        throw new HalfwayError("UNWRITABLE", say`Halfway has no file that it could write to.`);
      }
      await this.store.writeNow(write);
    } catch (error) {
      this.#passedOver += passedOver;
      throw new HalfwayError(
        "UNWRITABLE",
        say`Nothing was done: this cannot be undone, and could not be written down first. ${sentence(error)}`,
      );
    }
  }
}

function passedOverWords(count: number): Said {
  return counted(
    count,
    say`One more before this was refused and not written down.`,
    say`${count} more before this were refused and not written down.`,
  );
}

/** One act, as it is written down: its intent, what is about to run, its outcome. */
export class Deed {
  #required = false;
  #noted = false;
  #comesTo: Outcome = "done";

  constructor(
    private readonly what: What,
    private readonly ref: string,
    private readonly add: (entry: Entry, required: boolean) => Promise<void>,
  ) {}

  /** Whether it was known what would run: then it was about to. */
  get noted(): boolean {
    return this.#noted;
  }

  /** How it ends if nothing goes wrong. */
  get comesTo(): Outcome {
    return this.#comesTo;
  }

  /**
   * To be called before anything is done.
   * @param required whether it may only be done when that is on disk.
   * @throws HalfwayError `UNWRITABLE`
   */
  async intend(required: boolean, detail: Detail = {}): Promise<void> {
    this.#required = required;
    await this.add(this.#entry("intent", detail), required);
  }

  /**
   * To be called as soon as it is known what will run, before it does.
   * @param required as with the intent, where that did not know it yet.
   * @throws HalfwayError `UNWRITABLE`
   */
  async note({ comesTo, ...detail }: Detail, required: boolean = this.#required): Promise<void> {
    if (comesTo !== undefined) this.#comesTo = comesTo;
    if (Object.keys(detail).length === 0) return;
    await this.add(this.#entry("detail", detail), required);
    this.#noted = true;
  }

  /** Writes down how it ended; while that cannot be, it waits, and nobody waits for it. */
  end(outcome: Outcome, words: Said | null = null): void {
    void this.add({ ...this.#entry("outcome", {}), outcome, words: words && briefly(words) }, false);
  }

  #entry(kind: "intent" | "detail" | "outcome", { commands, ...detail }: Detail): Entry {
    const { act, actor, ...known } = { ...this.what, ...detail };
    const text = (value: string | null | undefined) => (value == null ? null : briefly(value));
    return {
      ...{ at: Date.now(), kind, ref: this.ref, act: briefly(act), actor: briefly(actor) },
      ...{ address: text(known.address), host: text(known.host), dataset: text(known.dataset) },
      ...{ fingerprint: text(known.fingerprint), subject: text(known.subject), verdict: text(known.verdict) },
      // Whole, however long: a command that is cut off is another one.
      commands: commands ? JSON.stringify(commands.map(withoutSecrets)) : null,
      ...{ outcome: null, words: text(known.words) },
    };
  }
}

/** Adds a row at the end, whoever else does at the same moment. */
async function append(db: Kysely<Schema>, entry: Entry): Promise<void> {
  for (let left = tries; ; left -= 1) {
    const last = await db
      .selectFrom("audit")
      .select(["id", "hash"])
      .orderBy("id", "desc")
      .limit(1)
      .executeTakeFirst();
    const content = { id: (last?.id ?? 0) + 1, ...entry };
    try {
      const hash = hashOf(last?.hash ?? beginning, content);
      await db
        .insertInto("audit")
        .values({ ...content, hash })
        .execute();
      return;
    } catch (error) {
      if (left === 0 || !isTaken(error)) throw error;
    }
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_CONSTRAINT");
}

/** A column as `plain` gives it. */
function withoutMarks(column: Expression<unknown>): RawBuilder<string> {
  return marksOfSaid.reduce(
    (text, mark) => sql<string>`replace(${text}, ${mark}, '')`,
    sql<string>`${column}`,
  );
}

/** The intents that a query asks for. */
function fits({ actor, host, dataset, act, outcome, from, to }: AuditQuery) {
  return (row: ExpressionBuilder<Schema, "audit">) => {
    // By what people read: a name's marks are not part of it.
    const part = (column: "actor" | "subject" | "dataset", text: string) =>
      sql<boolean>`lower(${withoutMarks(row.ref(column))}) like lower(${`%${text.replace(/[\\%_]/g, "\\$&")}%`}) escape '\\'`;
    const ended = row
      .selectFrom("audit as later")
      .select("later.id")
      .whereRef("later.ref", "=", "audit.ref")
      .where("later.kind", "=", "outcome");
    return row.and([
      row("kind", "=", "intent"),
      ...(actor === undefined ? [] : [row.or([part("actor", actor), part("subject", actor)])]),
      ...(host === undefined ? [] : [row("host", "=", host)]),
      ...(dataset === undefined ? [] : [part("dataset", dataset)]),
      ...(act === undefined ? [] : [row("act", "=", act)]),
      ...(outcome === undefined
        ? []
        : [
            outcome === "open"
              ? row.not(row.exists(ended))
              : row.exists(ended.where("later.outcome", "=", outcome)),
          ]),
      ...(from === undefined ? [] : [row("at", ">=", from)]),
      ...(to === undefined ? [] : [row("at", "<", to)]),
    ]);
  };
}

/** What the rows of one act say together: what is known later counts. */
function pastAct(rows: readonly AuditTable[]): PastAct[] {
  const [first] = rows;
  if (!first) return [];
  const ended = rows.find(({ kind }) => kind === "outcome");
  const last = <K extends keyof AuditTable>(key: K) =>
    rows.findLast((row) => row[key] !== null)?.[key] ?? first[key];
  const [commands, verdict] = [last("commands"), last("verdict")];
  const words = rows.flatMap(({ words }) => words || []);
  return [
    {
      ...{ id: first.id, at: first.at, act: first.act, actor: first.actor, address: first.address },
      ...{ host: last("host"), dataset: last("dataset"), fingerprint: last("fingerprint") },
      subject: last("subject"),
      verdict: verdict === null ? null : recalled(verdict),
      words: words.length === 0 ? null : joined(words.map(recalled)),
      commands: commands === null ? [] : (JSON.parse(commands) as string[]),
      outcome: outcomes.find((one) => one === ended?.outcome) ?? null,
      endedAt: ended?.at ?? null,
    },
  ];
}
