import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { HalfwayError, sentence } from "../errors";
import { type Said, say, verbatim } from "../say";
import { version, versionNumber, versionOf } from "../version";
import { claimFile } from "./claim";
import { fileName, isBehind, isNewer, keepBefore, stamp } from "./files";
import { migrations } from "./migrations";
import type { Schema } from "./schema";

const damagedMark = ".damaged-";
/** A full disk is usually somebody's mistake of the moment. */
const writeAgainAfter = 2_000;

/** Databases that this process could not change so far: every try would take the place of a copy of an earlier upgrade. */
const keptBefore = new Set<string>();

/** Whether what happens is remembered. */
export type Memory =
  | { state: "kept" }
  /** It was damaged, and began anew: what was known is in a file that was set aside. */
  | { state: "begun"; aside: string }
  /** The file cannot be written at the moment; that is tried again until it can. */
  | { state: "waiting"; file: string; problem: Said }
  /** The file cannot be used: all is forgotten when the server ends. */
  | { state: "none"; file: string; problem: Said };

/** What Halfway remembers, in one SQLite file (decision 15). */
export class Store {
  #writing: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** Why nothing can be written at the moment; null where it can. */
  #stuck: Said | null = null;
  #tell: (memory: Memory) => void = () => {};
  readonly #closing = new AbortController();
  readonly db: Kysely<Schema>;

  private constructor(
    private database: Database.Database,
    private readonly file: string,
    /** Why the file is not used; null where it is. */
    private readonly unusable: Said | null,
    /** Whether that is a file which could not be read: nobody knows whose accounts are in it. */
    readonly hidden: boolean,
    /** What was damaged and set aside, as long as it lies there; null for nothing. */
    private readonly aside: string | null = null,
  ) {
    // By way of the field: a copy makes room for its file, and whoever holds `db` does not notice.
    const current = {
      prepare: (query: string) => this.database.prepare(query),
      close: () => this.database.close(),
    };
    this.db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: current }) });
  }

  /**
   * Opens the file in a directory, and brings it up to date.
   * One that is damaged is set aside, never deleted. One that can only be read is read, and written to as soon as that is
   * possible: a full disk makes nobody's account another one's. Where there is none Halfway goes on without a memory:
   * receives are found, judged and finished all the same.
   * @throws HalfwayError `REFUSED` for a file that a newer Halfway has written.
   */
  static async open(directory: string): Promise<Store> {
    const file = join(directory, fileName);
    try {
      ownDirectory(directory);
      return await Store.#at(file).catch((error: unknown) => {
        if (!isDamaged(error)) throw error;
        const aside = `${file}${damagedMark}${stamp()}`;
        renameSync(file, aside);
        // What was written last may still be there.
        if (isThere(`${file}-wal`)) renameSync(`${file}-wal`, `${aside}-wal`);
        console.error(`halfway: ${file} is damaged (${sentence(error)}); it was set aside as ${aside}`);
        return Store.#at(file);
      });
    } catch (error) {
      if (error instanceof HalfwayError) throw error;
      const problem = sentence(error);
      const copy = await readable(file).catch((unreadable: unknown) => {
        console.error(`halfway: ${file} cannot be read, either: ${sentence(unreadable)}`);
        return "hidden" as const;
      });
      if (copy !== null && copy !== "hidden") return Store.#from(copy, file, problem);
      console.error(`halfway: ${file} cannot be used (${problem}): no history will be kept`);
      return new Store(await upToDate(file, ":memory:"), file, problem, copy === "hidden");
    }
  }

  /** Reads a copy of the file until that can be written. */
  static #from(copy: Database.Database, file: string, problem: Said): Store {
    const store = new Store(copy, file, null, false);
    store.#setStuck(problem);
    void store.#takeUp();
    return store;
  }

  /**
   * Opens the file in a directory, or fails: for what makes no sense without it.
   * @throws whatever the database says.
   */
  static async openFile(directory: string): Promise<Store> {
    ownDirectory(directory);
    return Store.#at(join(directory, fileName));
  }

  static async #at(file: string): Promise<Store> {
    return new Store(await upToDate(file, file), file, null, false, asideOf(file));
  }

  /** Takes the place of a copy by its file, as soon as that can be written. */
  async #takeUp(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await sleep(writeAgainAfter, undefined, { ref: false });
      const next = await upToDate(this.file, this.file).catch(() => null);
      if (!next) continue;
      if (this.#closing.signal.aborted) return void next.close();
      this.database.close();
      this.database = next;
      this.#setStuck(null);
      return;
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
    if (this.#stuck !== null) return { state: "waiting", file, problem: this.#stuck };
    return this.aside === null ? { state: "kept" } : { state: "begun", aside: this.aside };
  }

  #setStuck(problem: Said | null): void {
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
   * @throws HalfwayError `UNWRITABLE`, or whatever the database says; also where something earlier cannot be written at the moment.
   */
  async writeNow(act: (db: Kysely<Schema>) => Promise<unknown>): Promise<void> {
    if (this.#stuck !== null) throw unwritable();
    await this.settled();
    if (this.#stuck !== null) throw unwritable();
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
    this.#closing.abort();
    await this.db.destroy();
    // Kysely closes only what it has used.
    this.database.close();
  }
}

/** Keeps every other user out: who is signed in, and what cookies are signed with, stands there. */
export function ownDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const names = readdirSync(directory);
  const files = names.filter((name) => name.startsWith(fileName));
  // One that was there before may be other programs' as well.
  const ours = new Set(["transfers", "ssh", "added-hosts.json", claimFile, ...files]);
  if (names.every((name) => ours.has(name) || /^(before-restore|restoring)-/.test(name)))
    close(directory, 0o700);
  for (const name of files) close(join(directory, name), 0o600);
}

function close(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch {
    // Whose it is instead decides.
  }
}

/**
 * Opens a database, and brings it up to date.
 * @param from the file, bytes of one, or `:memory:`.
 * @throws HalfwayError `REFUSED` for one that a newer Halfway has written; whatever the database says.
 */
async function upToDate(file: string, from: string | Buffer): Promise<Database.Database> {
  // Before anything else: opened for writing it would change.
  if (from === file) refuseNewer(file);
  // SQLite itself would let everybody read it, and what it makes beside it.
  if (from === file) closeSync(openSync(file, "a", 0o600));
  const database = new Database(from);
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
    if (isNewer(database)) throw tooNew(file, database);
    if (from === file && isBehind(database) && !keptBefore.has(file)) {
      await keepBefore(file);
      keptBefore.add(file);
    }
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
    keptBefore.delete(file);
    const number = versionNumber(version);
    if (database.pragma("user_version", { simple: true }) !== number)
      database.pragma(`user_version = ${number}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * A copy of what stands in a file that cannot be written; null where there is none, or nobody in it who could come in.
 * @throws whatever keeps it from being read.
 */
async function readable(file: string): Promise<Database.Database | null> {
  if (!isThere(file)) return null;
  const bytes = hasMore(file) ? serialized(file) : readFileSync(file);
  // That its log is a WAL: SQLite has none of that kind in memory.
  const copy = await upToDate(file, Buffer.from(bytes).fill(1, 18, 20));
  if (copy.prepare("select 1 from user").get() === undefined) {
    copy.close();
    return null;
  }
  copy.pragma("query_only = ON");
  return copy;
}

/** Whether the last of what was written has not been moved into the file itself: without it, who was removed is back. */
function hasMore(file: string): boolean {
  const wal = statSync(`${file}-wal`, { throwIfNoEntry: false });
  return wal !== undefined && wal.size > 0;
}

function serialized(file: string): Buffer {
  const database = new Database(file, { readonly: true });
  try {
    return database.serialize();
  } finally {
    database.close();
  }
}

function isThere(file: string): boolean {
  try {
    return lstatSync(file).size > 0;
  } catch (error) {
    return !["ENOENT", "ENOTDIR"].includes(codeOf(error));
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

/** Whether something could not be written, and may be at another time. */
export function isPassing(error: unknown): boolean {
  return /^SQLITE_(FULL|BUSY|IOERR|READONLY|CANTOPEN)/.test(codeOf(error));
}

function unwritable(): HalfwayError {
  return new HalfwayError("UNWRITABLE", say`The disk of Halfway's state is full, or cannot be written.`);
}

/** @throws HalfwayError `REFUSED` for a file that a newer Halfway has written, which stays as it is to the last byte. */
function refuseNewer(file: string): void {
  let database: Database.Database | null = null;
  try {
    if (!isThere(file)) return;
    database = new Database(file, { readonly: true });
    if (isNewer(database)) throw tooNew(file, database);
  } catch (error) {
    // Opened for writing, a damaged one would lose the log beside it. What else is wrong with it says whoever opens it.
    if (error instanceof HalfwayError || isDamaged(error)) throw error;
  } finally {
    database?.close();
  }
}

/** It keeps the server from starting: no page ever shows it. */
function tooNew(file: string, database: Database.Database): HalfwayError {
  const writer = versionOf(Number(database.pragma("user_version", { simple: true })));
  return new HalfwayError(
    "REFUSED",
    verbatim(
      `${file} was written by a newer Halfway${writer ? ` (${writer}; this is ${version})` : ` than this (${version})`}. Nothing was changed in it. ` +
        `Install that version again. Or go back: the database of before the upgrade is beside it as ${fileName}.before-…; move ${fileName} away ` +
        "with its -wal and -shm, and give that copy its name. What was done since is not in it. Or begin anew: move the file away. " +
        "Interrupted receives are found in any case.",
    ),
  );
}

/** The newest file that was set aside because it was damaged. */
function asideOf(file: string): string | null {
  const begin = `${basename(file)}${damagedMark}`;
  const found = readdirSync(dirname(file)).filter((name) => name.startsWith(begin) && !name.endsWith("-wal"));
  const newest = found.sort().at(-1);
  return newest === undefined ? null : join(dirname(file), newest);
}
