import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { HalfwayError, sentence } from "../errors";
import { migrations } from "./migrations";
import type { Schema } from "./schema";

const fileName = "halfway.db";
/** A full disk is usually somebody's mistake of the moment. */
const writeAgainAfter = 2_000;

/** Whether what happens is remembered. */
export type Memory =
  | { state: "kept" }
  /** The file cannot be written at the moment; that is tried again until it can. */
  | { state: "waiting"; file: string; problem: string }
  /** The file cannot be used: all is forgotten when the server ends. */
  | { state: "none"; file: string; problem: string };

/** What Halfway remembers, in one SQLite file (decision 15). */
export class Store {
  #writing: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** Why nothing can be written at the moment; null where it can. */
  #stuck: string | null = null;
  #tell: (memory: Memory) => void = () => {};

  private constructor(
    readonly db: Kysely<Schema>,
    private readonly file: string,
    /** Why the file is not used; null where it is. */
    private readonly unusable: string | null,
  ) {}

  /**
   * Opens the file in a directory, and brings it up to date.
   * One that is damaged is set aside, never deleted; where nothing can be written at all Halfway goes on without a
   * memory: receives are found, judged and finished all the same.
   * @throws HalfwayError `REFUSED` for a file that a newer Halfway has written.
   */
  static async open(directory: string): Promise<Store> {
    const file = join(directory, fileName);
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      return await Store.#at(file).catch((error: unknown) => {
        if (!isDamaged(error)) throw error;
        const aside = `${file}.damaged-${new Date().toISOString().replaceAll(":", "")}`;
        renameSync(file, aside);
        console.error(`halfway: ${file} is damaged (${sentence(error)}); it was set aside as ${aside}`);
        return Store.#at(file);
      });
    } catch (error) {
      if (error instanceof HalfwayError) throw error;
      console.error(`halfway: ${file} cannot be used (${sentence(error)}): no history will be kept`);
      return Store.#at(file, sentence(error));
    }
  }

  /**
   * Opens the file in a directory, or fails: for what makes no sense without it.
   * @throws whatever the database says.
   */
  static async openFile(directory: string): Promise<Store> {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return Store.#at(join(directory, fileName));
  }

  /** @param unusable why the file is not used; null to use it. */
  static async #at(file: string, unusable: string | null = null): Promise<Store> {
    const database = new Database(unusable === null ? file : ":memory:");
    try {
      // FULL: what was said to be written survives a power cut.
      for (const pragma of [
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "busy_timeout = 5000",
      ]) {
        database.pragma(pragma);
      }
      // Damage further in shows only when it is read: better now than in the middle of something.
      const [state] = database.pragma("quick_check(1)") as { quick_check: string }[];
      if (state?.quick_check !== "ok") throw damaged(state?.quick_check ?? "it cannot be checked");
      const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
      const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
      const { error } = await migrator.migrateToLatest();
      if (error) throw isFromNewer(error) ? tooNew(file) : error;
      return new Store(db, file, unusable);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Whether what is written outlives the server. */
  get lasting(): boolean {
    return this.unusable === null;
  }

  /** Tells how the memory is: now, and whenever that changes. */
  follow(tell: (memory: Memory) => void): void {
    this.#tell = tell;
    tell(this.#memory);
  }

  get #memory(): Memory {
    const { file } = this;
    if (this.unusable !== null) return { state: "none", file, problem: this.unusable };
    return this.#stuck === null ? { state: "kept" } : { state: "waiting", file, problem: this.#stuck };
  }

  #setStuck(problem: string | null): void {
    if (this.#stuck === problem) return;
    this.#stuck = problem;
    if (problem !== null) console.error(`halfway: the history cannot be written at the moment: ${problem}`);
    this.#tell(this.#memory);
  }

  /**
   * Writes something down behind everything that was to be written before. What cannot be written now is tried again
   * until it can: a transfer never waits for its own history.
   * @returns whether it is written, once that is known.
   */
  write(act: (db: Kysely<Schema>) => Promise<unknown>): Promise<boolean> {
    this.#waiting += 1;
    const writing = this.#writing.then(() => this.#insist(act));
    this.#writing = writing;
    return writing;
  }

  /**
   * Writes something that must be written before anything else is done, and only now.
   * @throws whatever the database says, also where something earlier cannot be written at the moment.
   */
  async writeNow(act: (db: Kysely<Schema>) => Promise<unknown>): Promise<void> {
    if (this.#stuck !== null) throw new Error("The disk of Halfway's state is full, or cannot be written.");
    await this.settled();
    if (this.#stuck !== null) throw new Error("The disk of Halfway's state is full, or cannot be written.");
    await act(this.db);
  }

  /** Resolves when everything so far has been written; while nothing can be, at once: who reads sees what there is. */
  async settled(): Promise<void> {
    while (this.#waiting > 0 && this.#stuck === null) {
      await Promise.race([this.#writing, sleep(writeAgainAfter, undefined, { ref: false })]);
    }
  }

  async #insist(act: (db: Kysely<Schema>) => Promise<unknown>): Promise<boolean> {
    try {
      for (;;) {
        try {
          await act(this.db);
          return true;
        } catch (error) {
          if (!isPassing(error)) {
            console.error("halfway: something could not be written down:", error);
            return false;
          }
          this.#setStuck(sentence(error));
          await sleep(writeAgainAfter, undefined, { ref: false });
        }
      }
    } finally {
      this.#setStuck(null);
      this.#waiting -= 1;
    }
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function damaged(how: string): Error {
  return Object.assign(new Error(how), { code: "SQLITE_CORRUPT" });
}

function isDamaged(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));
}

function isPassing(error: unknown): boolean {
  return /^SQLITE_(FULL|BUSY|IOERR|READONLY|CANTOPEN)/.test(codeOf(error));
}

function isFromNewer(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("corrupted migrations");
}

function tooNew(file: string): HalfwayError {
  return new HalfwayError(
    "REFUSED",
    `${file} was written by a newer Halfway. Install that version, or move the file away.`,
  );
}
