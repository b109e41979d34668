import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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
