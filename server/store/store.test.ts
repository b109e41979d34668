import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Store } from "./store";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "halfway store "));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true, force: true });
});

const setting = { key: "a", value: "1" };
const write = (store: Store) => store.write((db) => db.insertInto("setting").values(setting).execute());
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

test("a damaged file is set aside, not deleted, and Halfway starts all the same", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  writeFileSync(
    join(directory, "halfway.db"),
    "this is no database, and longer than a header of SQLite: ".repeat(40),
  );
  const store = await Store.open(directory);
  expect(await read(store)).toEqual([]);
  expect(readdirSync(directory).filter((name) => name.startsWith("halfway.db.damaged-"))).toHaveLength(1);
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

test("while nothing can be written, readers do not wait, and what must be written now is refused", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const store = await Store.open(directory);
  let full = true;
  const kept = store.write(async (db) => {
    if (full) throw Object.assign(new Error("disk full"), { code: "SQLITE_FULL" });
    await db.insertInto("setting").values(setting).execute();
  });
  await store.settled();
  await expect(store.writeNow(async () => {})).rejects.toThrow("full");
  expect(await read(store)).toEqual([]);
  full = false;
  expect(await kept).toBe(true);
  expect(await read(store)).toEqual([setting]);
  await store.writeNow(async (db) => db.deleteFrom("setting").execute());
  expect(await read(store)).toEqual([]);
  await store.close();
});

test("a file of a newer Halfway is refused in plain words, and left as it is", async () => {
  await (await Store.open(directory)).close();
  const database = new Database(join(directory, "halfway.db"));
  database.prepare("insert into kysely_migration values ('2099-01-future', '2099-01-01')").run();
  database.close();
  await expect(Store.open(directory)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("newer Halfway"),
  });
});

test("where nothing can be written Halfway works without a memory", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  writeFileSync(join(directory, "file"), "");
  const store = await Store.open(join(directory, "file", "below a file"));
  expect(await read(store)).toEqual([]);
  await store.close();
});
