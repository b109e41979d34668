import { closeSync, openSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { giveToOwner } from "./claim";
import { migrations } from "./migrations";

/** The database, in the state directory. */
export const fileName = "halfway.db";

/** More pages than a database has. */
const allPages = 0x7fffffff;

/** So many copies of before an upgrade are kept. */
const copiesKept = 3;

/** Copies a database as it is at one moment, whoever writes to it. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  // Nobody else reads it, also while it is being written.
  closeSync(openSync(to, "a", 0o600));
  const source = new Database(from, { readonly: true });
  try {
    // All at once: in steps, each write of somebody else's would make it begin anew, and a fast writer outruns it for ever.
    await source.backup(to, { progress: () => allPages });
  } finally {
    source.close();
  }
}

/** The changes of the schema that a database has seen; none for a new one. */
function applied(database: Database.Database): string[] {
  const table = "select 1 from sqlite_master where name = 'kysely_migration'";
  if (database.prepare(table).get() === undefined) return [];
  return database.prepare("select name from kysely_migration").pluck().all() as string[];
}

/** Whether a database is of a Halfway that knows more than this one. */
export function isNewer(database: Database.Database): boolean {
  return applied(database).some((name) => !(name in migrations));
}

/** Whether there is something in a database that this Halfway will change. */
export function isBehind(database: Database.Database): boolean {
  const names = applied(database);
  return names.length > 0 && Object.keys(migrations).some((name) => !names.includes(name));
}

/** Keeps what a database is before its schema changes, beside it; the last few of these. */
export async function keepBefore(file: string): Promise<void> {
  const begin = `${basename(file)}.before-`;
  const copy = join(dirname(file), `${begin}${stamp()}`);
  await copyDatabase(file, copy);
  giveToOwner(dirname(file), copy);
  const copies = readdirSync(dirname(file))
    .filter((name) => name.startsWith(begin) && !/-(wal|shm|journal)$/.test(name))
    .sort();
  for (const name of copies.slice(0, -copiesKept)) rmSync(join(dirname(file), name), { force: true });
}

/** A moment, as it stands in names of files. */
export function stamp(): string {
  return new Date().toISOString().replaceAll(":", "");
}
