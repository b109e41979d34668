import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { say } from "../say";
import { migrations } from "./migrations";
import type { Schema } from "./schema";
import { type Memory, Store } from "./store";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "halfway store "));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
});

const setting = { key: "a", value: "1" };
const write = (store: Store) => store.write((db) => db.insertInto("setting").values(setting).execute());
/** What is said of the memory from now on, in a list that grows. */
function followed(store: Store): Memory[] {
  const told: Memory[] = [];
  store.follow((memory) => told.push(memory));
  return told;
}
const read = (store: Store) => store.db.selectFrom("setting").selectAll().execute();

test("what was written is there after a restart", async () => {
  const store = await Store.open(directory);
  write(store);
  await store.settled();
  await store.close();
  const next = await Store.open(directory);
  expect(await read(next)).toEqual([setting]);
  await next.close();
});

test("nobody else on the machine reads it, also where it was open to all before", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const modes = (...names: string[]) =>
    names.map((name) => (statSync(join(directory, name)).mode & 0o777).toString(8));
  chmodSync(directory, 0o755);
  const store = await Store.open(directory);
  expect(modes(".", "halfway.db", "halfway.db-wal")).toEqual(["700", "600", "600"]);
  await store.close();
  writeFileSync(join(directory, "halfway.db"), "this is no database, and longer than a header: ".repeat(40));
  chmodSync(join(directory, "halfway.db"), 0o644);
  await (await Store.open(directory)).close();
  const aside = readdirSync(directory).find((name) => name.startsWith("halfway.db.damaged-")) ?? "none";
  expect(modes("halfway.db", aside)).toEqual(["600", "600"]);
  // A directory that other programs use, too, is theirs.
  writeFileSync(join(directory, "hosts.json"), "{}");
  chmodSync(directory, 0o755);
  await (await Store.open(directory)).close();
  expect(modes(".")).toEqual(["755"]);
});

test("a damaged file is set aside, not deleted, and Halfway starts all the same", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  writeFileSync(
    join(directory, "halfway.db"),
    "this is no database, and longer than a header of SQLite: ".repeat(40),
  );
  const store = await Store.open(directory);
  expect(await read(store)).toEqual([]);
  expect(readdirSync(directory).filter((name) => name.startsWith("halfway.db.damaged-"))).toHaveLength(1);
  const [aside = ""] = readdirSync(directory).filter((name) => name.startsWith("halfway.db.damaged-"));
  const begun = [{ state: "begun", aside: join(directory, aside) }];
  expect(followed(store)).toEqual(begun);
  await store.close();
  // It is said for as long as that lies there, not once to whoever looked.
  const next = await Store.open(directory);
  expect(followed(next)).toEqual(begun);
  await next.close();
  rmSync(join(directory, aside));
  const last = await Store.open(directory);
  expect(followed(last)).toEqual([{ state: "kept" }]);
  await last.close();
});

test("what was written last, beside a damaged file, is set aside with it", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  writeFileSync(join(directory, "halfway.db"), "this is no database, and longer than a header: ".repeat(40));
  writeFileSync(join(directory, "halfway.db-wal"), "the last of it");
  await (await Store.open(directory)).close();
  const [log = "none"] = readdirSync(directory).filter((name) => /\.damaged-.*-wal$/.test(name));
  expect(readFileSync(join(directory, log), "utf8")).toBe("the last of it");
});

/** Makes a database as a Halfway wrote it that knew only the first of all changes. */
async function old(): Promise<void> {
  const database = new Database(join(directory, "halfway.db"));
  database.pragma("journal_mode = WAL");
  const [first = "", migration] = Object.entries(migrations)[0] ?? [];
  const provider = { getMigrations: async () => (migration ? { [first]: migration } : {}) };
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
  await new Migrator({ db, provider }).migrateToLatest();
  await db.insertInto("setting").values(setting).execute();
  await db.destroy();
}

const copies = () => readdirSync(directory).filter((name) => name.startsWith("halfway.db.before-"));

test("before an upgrade changes a database, a copy of it is kept beside it, and it goes on", async () => {
  await old();
  const store = await Store.open(directory);
  expect(await read(store)).toEqual([setting]);
  expect(await store.db.selectFrom("user").selectAll().execute()).toEqual([]);
  await store.close();
  const [copy = "none", ...others] = copies();
  expect(others).toEqual([]);
  expect((statSync(join(directory, copy)).mode & 0o777).toString(8)).toBe("600");
  const before = new Database(join(directory, copy));
  const tables = before.prepare("select name from sqlite_master where type = 'table'").pluck().all();
  expect(tables).toContain("transfer");
  expect(tables).not.toContain("user");
  expect(before.prepare("select value from setting").pluck().all()).toEqual(["1"]);
  before.close();
  // A start that changes nothing needs none.
  await (await Store.open(directory)).close();
  expect(copies().filter((name) => !/-(wal|shm)$/.test(name))).toEqual([copy]);
});

test("of such copies the last three are kept", async () => {
  for (let round = 0; round < 5; round += 1) {
    for (const suffix of ["", "-wal", "-shm"])
      rmSync(join(directory, `halfway.db${suffix}`), { force: true });
    await old();
    await (await Store.open(directory)).close();
  }
  expect(copies()).toHaveLength(3);
});

test("one that cannot even be set aside stays where it is; Halfway starts without a memory, and says so", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.useFakeTimers({ toFake: ["Date"], now: 0 });
  const file = join(directory, "halfway.db");
  const rubbish = "this is no database, and longer than a header of SQLite: ".repeat(40);
  writeFileSync(file, rubbish);
  mkdirSync(`${file}.damaged-1970-01-01T000000.000Z`);
  const store = await Store.open(directory);
  expect(await read(store)).toEqual([]);
  expect(followed(store)).toEqual([{ state: "none", file, problem: expect.stringContaining("rename") }]);
  expect(readFileSync(file, "utf8")).toBe(rubbish);
  await store.close();
});

test("damage further in is found at the start, not in the middle of something", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const store = await Store.open(directory);
  for (let at = 0; at < 500; at += 1) {
    await store.write((db) =>
      db
        .insertInto("setting")
        .values({ key: `${at}`, value: "x".repeat(500) })
        .execute(),
    );
  }
  await store.close();
  const file = join(directory, "halfway.db");
  const bytes = readFileSync(file);
  bytes.fill(0xa5, Math.floor(bytes.length / 2));
  writeFileSync(file, bytes);
  const next = await Store.open(directory);
  expect(await read(next)).toEqual([]);
  expect(readdirSync(directory).some((name) => name.startsWith("halfway.db.damaged-"))).toBe(true);
  await next.close();
});

test("while nothing can be written that is said, readers do not wait, and what must be written now is refused", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const store = await Store.open(directory);
  const told = followed(store);
  let full = true;
  const kept = store.write(async (db) => {
    if (full) throw Object.assign(new Error("disk full"), { code: "SQLITE_FULL" });
    await db.insertInto("setting").values(setting).execute();
  });
  await store.settled();
  await expect(store.writeNow(async () => {})).rejects.toThrow("full");
  expect(await read(store)).toEqual([]);
  const file = join(directory, "halfway.db");
  const waiting: Memory = { state: "waiting", file, problem: say`disk full` };
  expect(told).toEqual([{ state: "kept" }, waiting]);
  full = false;
  expect(await kept).toBe(true);
  expect(told).toEqual([{ state: "kept" }, waiting, { state: "kept" }]);
  expect(await read(store)).toEqual([setting]);
  await store.writeNow(async (db) => db.deleteFrom("setting").execute());
  expect(await read(store)).toEqual([]);
  await store.close();
});

test("a file that can only be read is read, says so, and is written to as soon as that is possible", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const store = await Store.open(directory);
  const user = { id: "1", name: "alice", username: "alice", email: "alice@halfway.invalid" };
  const times = { createdAt: "2026-01-01", updatedAt: "2026-01-01" };
  await store.db
    .insertInto("user")
    .values({ ...user, ...times, emailVerified: 1, role: "admin" } as never)
    .execute();
  await store.close();
  const wal = join(directory, "halfway.db-wal");
  symlinkSync(join(directory, "no", "where"), wal);
  const next = await Store.open(directory);
  const told = followed(next);
  expect(told).toMatchObject([{ state: "waiting", problem: expect.stringContaining("unable") }]);
  expect(await next.db.selectFrom("user").select("id").execute()).toEqual([{ id: "1" }]);
  await expect(next.writeNow(async () => {})).rejects.toThrow("full");
  const kept = write(next);
  rmSync(wal);
  expect(await kept).toBe(true);
  await vi.waitFor(() => expect(told.at(-1)).toEqual({ state: "kept" }), 5_000);
  await next.close();
  const last = await Store.open(directory);
  expect(await read(last)).toEqual([setting]);
  await last.close();
});

test("a file of a newer Halfway is refused in plain words, and left as it is", async () => {
  await (await Store.open(directory)).close();
  const database = new Database(join(directory, "halfway.db"));
  database.prepare("insert into kysely_migration values ('2099-01-future', '2099-01-01')").run();
  database.pragma("user_version = 9001002");
  database.close();
  const file = join(directory, "halfway.db");
  const bytes = readFileSync(file);
  await expect(Store.open(directory)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("newer Halfway (9.1.2; this is "),
  });
  expect(readFileSync(file).equals(bytes)).toBe(true);
  expect(copies()).toEqual([]);
});

test("where nothing can be written Halfway works without a memory, and says so", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  writeFileSync(join(directory, "file"), "");
  const below = join(directory, "file", "below a file");
  const store = await Store.open(below);
  expect(await read(store)).toEqual([]);
  expect(followed(store)).toEqual([
    { state: "none", file: join(below, "halfway.db"), problem: expect.stringContaining("ENOTDIR") },
  ]);
  await store.close();
});
