import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { z } from "zod";
import { HalfwayError, sentence } from "../errors";
import { say, verbatim } from "../say";
import { version } from "../version";
import { claim, giveToOwner } from "./claim";
import { copyDatabase, fileName, isNewer, stamp as now } from "./files";

/*
 * A backup is a database by itself: a copy of Halfway's, with two tables more, one for the files beside it and one that says
 * what it is. So it is one file, and consistent by SQLite's own means while a server writes.
 */

const format = "1";
/** Those of a transfer that is over. */
const endedStates = ["finished", "failed", "stopped"];
const metaRow = z.object({ key: z.string(), value: z.string() });
const fileRow = z.object({ path: z.string(), bytes: z.instanceof(Uint8Array), sha256: z.string() });

/** What is in a backup. */
export type Backup = { madeAt: string; version: string; host: string; files: string[] };

/**
 * Writes a backup of a state directory into one new file that only its owner reads; a server may be at work there.
 * @param files what else to keep, by its path in the directory, where it is there.
 * @throws HalfwayError `CONFLICT` where there is a file of that name, `NOT_FOUND` where there is no database.
 */
export async function backUp(directory: string, to: string, files: readonly string[]): Promise<Backup> {
  const from = join(directory, fileName);
  if (!existsSync(from)) throw outside("NOT_FOUND", `There is nothing to back up: ${from} does not exist.`);
  makeNew(to);
  try {
    await copyDatabase(from, to);
    const copy = new Database(to);
    try {
      // One file, without a log beside it.
      copy.pragma("journal_mode = DELETE");
      copy.exec(
        "create table backup_file (path text primary key, bytes blob not null, sha256 text not null)",
      );
      copy.exec("create table backup_meta (key text primary key, value text not null)");
      const add = copy.prepare("insert into backup_file values (?, ?, ?)");
      for (const path of files.filter((one) => existsSync(join(directory, one)))) {
        const bytes = readFileSync(join(directory, path));
        add.run(path, bytes, sha256(bytes));
      }
      const meta = {
        format,
        madeAt: new Date().toISOString(),
        version,
        host: hostname(),
        digest: digestOf(copy),
      };
      const note = copy.prepare("insert into backup_meta values (?, ?)");
      for (const [key, value] of Object.entries(meta)) note.run(key, value);
    } finally {
      copy.close();
    }
    flush(to);
    return checkBackup(to);
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  }
}

/**
 * Reads a backup through, and changes nothing.
 * @throws HalfwayError `BAD_INPUT` where it is none, or not as it was written; `REFUSED` where a newer Halfway has made it.
 */
export function checkBackup(file: string): Backup {
  if (!existsSync(file)) throw outside("NOT_FOUND", `${file} does not exist.`);
  let database: Database.Database;
  try {
    database = new Database(file, { readonly: true });
  } catch (error) {
    throw outside("BAD_INPUT", `${file} cannot be read: ${sentence(error)}`);
  }
  try {
    const [state] = database.pragma("integrity_check(1)") as { integrity_check: string }[];
    if (state?.integrity_check !== "ok") throw new Error(state?.integrity_check ?? "it cannot be checked");
    const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all();
    if (!tables.includes("backup_meta")) throw outside("BAD_INPUT", `${file} is no backup of Halfway's.`);
    const rows = z.array(metaRow).parse(database.prepare("select * from backup_meta").all());
    const meta = new Map(rows.map(({ key, value }) => [key, value]));
    const made = {
      version: meta.get("version") ?? "",
      madeAt: meta.get("madeAt") ?? "",
      host: meta.get("host") ?? "",
    };
    if (meta.get("format") !== format || isNewer(database)) {
      throw outside(
        "REFUSED",
        `${file} was made by Halfway ${made.version}, which is newer than this one (${version}). Install that version or a newer one to restore it. Nothing was changed.`,
      );
    }
    const files = filesIn(database);
    for (const { path, bytes, sha256: noted } of files) {
      if (sha256(bytes) !== noted) throw new Error(`${path} in it is not as it was written`);
    }
    if (digestOf(database) !== meta.get("digest"))
      throw new Error("what stands in it is not as it was written");
    return { ...made, files: files.map(({ path }) => path) };
  } catch (error) {
    if (error instanceof HalfwayError) throw error;
    throw outside("BAD_INPUT", `${file} is damaged, or no backup: ${sentence(error)}. Nothing was changed.`);
  } finally {
    database.close();
  }
}

/**
 * Puts a backup in the place of what is in a state directory, which is kept beside it. Run directories stay where they are: what
 * runs now runs on, and the next server takes it up.
 * @returns what was restored, and where that is which was there before; null where there was nothing.
 * @throws HalfwayError as `checkBackup`, and `CONFLICT` while a server runs; then nothing was changed.
 */
export async function restore(
  directory: string,
  from: string,
  files: readonly string[],
): Promise<Backup & { aside: string | null; ended: number }> {
  const backup = checkBackup(from);
  const strange = backup.files.find((path) => !files.includes(path));
  if (strange !== undefined)
    throw outside("BAD_INPUT", `${from} has a file in it that is none of Halfway's: ${strange}.`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const release = claim(directory);
  if (!release) {
    throw outside(
      "CONFLICT",
      `A server runs on ${directory}. Stop it first; transfers go on meanwhile. Nothing was changed.`,
    );
  }
  const stamp = now();
  const fresh = join(directory, `restoring-${stamp}`);
  const aside = join(directory, `before-restore-${stamp}`);
  try {
    // First all of it beside what there is, on disk: then only names change.
    mkdirSync(fresh, { mode: 0o700 });
    makeNew(join(fresh, fileName));
    await copyDatabase(from, join(fresh, fileName));
    const ended = prepared(fresh, directory);
    const all = [fileName, ...backup.files];
    for (const path of all) {
      flush(join(fresh, path));
      for (let at = path; at !== "."; at = dirname(at)) giveToOwner(directory, join(fresh, at));
    }
    const former = [fileName, `${fileName}-wal`, `${fileName}-shm`, ...files].filter((path) =>
      existsSync(join(directory, path)),
    );
    const moved: [from: string, to: string][] = [];
    const move = (one: string, other: string) => {
      if (mkdirSync(dirname(other), { recursive: true, mode: 0o700 })) giveToOwner(directory, dirname(other));
      renameSync(one, other);
      moved.push([one, other]);
    };
    try {
      for (const path of former) move(join(directory, path), join(aside, path));
      for (const path of all) move(join(fresh, path), join(directory, path));
    } catch (error) {
      for (const [one, other] of moved.reverse()) renameSync(other, one);
      throw error;
    }
    return { ...backup, aside: former.length === 0 ? null : aside, ended };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    release();
  }
}

/** Makes of a copy what it was before it became a backup. @returns how many transfers were under way in it that are not now. */
function prepared(fresh: string, directory: string): number {
  const database = new Database(join(fresh, fileName));
  try {
    for (const { path, bytes } of filesIn(database)) {
      const file = join(fresh, path);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, bytes, { mode: 0o600 });
    }
    // A key must not stay behind in pages that are free.
    database.pragma("secure_delete = ON");
    database.exec("drop table backup_file; drop table backup_meta;");
    // What was to be done then may have been done since, and what it would discard may be something else now.
    const running = runningIn(directory);
    const open = database
      .prepare(`select id from transfer where state not in (${endedStates.map(() => "?").join(", ")})`)
      .pluck()
      .all(...endedStates) as string[];
    const over = open.filter((id) => !running.includes(id));
    // What was to be told then is old news. A Halfway of before there was any had no table for it.
    if (database.prepare("select 1 from sqlite_master where name = 'notice_outbox'").get())
      database.exec("delete from notice_outbox");
    const end = database.prepare(
      "update transfer set state = 'stopped', ended_at = ?, place = null, retry_at = null, message = ? where id = ?",
    );
    const words = say`It was under way when the backup was made that was restored. Look at its receive before you resume it.`;
    for (const id of over) end.run(Date.now(), words, id);
    return over.length;
  } finally {
    database.close();
  }
}

/** The transfers that have a run directory now. */
function runningIn(directory: string): string[] {
  try {
    return readdirSync(join(directory, "transfers"));
  } catch {
    return [];
  }
}

/** Makes an empty file that only its owner reads. @throws HalfwayError `CONFLICT` where there is one. */
function makeNew(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw outside("CONFLICT", `${basename(file)} is there already, and is not overwritten.`);
    }
    throw error;
  }
}

function filesIn(database: Database.Database): z.output<typeof fileRow>[] {
  return z.array(fileRow).parse(database.prepare("select * from backup_file order by path").all());
}

/** Of everything in a database but what says so itself. */
function digestOf(database: Database.Database): string {
  const hash = createHash("sha256");
  const tables = database
    .prepare(
      "select name from sqlite_master where type = 'table' and name not in ('backup_meta', 'sqlite_sequence') order by name",
    )
    .pluck()
    .all() as string[];
  for (const table of tables) {
    const rows = database
      .prepare(`select * from "${table.replaceAll('"', '""')}"`)
      .raw()
      .safeIntegers();
    hash.update(`${table}\n`);
    for (const row of rows.iterate()) {
      hash.update(JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `${value}n` : value)));
    }
  }
  return hash.digest("hex");
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function flush(file: string): void {
  const fd = openSync(file, "r+");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** For whoever stands outside, at a shell: no page ever shows it. */
function outside(code: HalfwayError["code"], words: string): HalfwayError {
  return new HalfwayError(code, verbatim(words));
}
