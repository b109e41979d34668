import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { version } from "../version";
import { backUp, checkBackup, restore } from "./backup";
import { claim } from "./claim";
import { Store } from "./store";

const files = ["added-hosts.json", "ssh/id_ed25519"];
let root = "";
let directory = "";
let file = "";
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "halfway backup "));
  directory = join(root, "state");
  file = join(root, "halfway.backup");
  await write("then");
  mkdirSync(join(directory, "ssh"));
  writeFileSync(join(directory, "ssh", "id_ed25519"), "the key", { mode: 0o600 });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

/** Leaves one setting in the database, as a server would. */
async function write(value: string, where = directory): Promise<void> {
  const store = await Store.open(where);
  await store.db.deleteFrom("setting").execute();
  await store.db.insertInto("setting").values({ key: "a", value }).execute();
  await store.close();
}

async function read(where = directory): Promise<string[]> {
  const store = await Store.open(where);
  const rows = await store.db.selectFrom("setting").select("value").execute();
  await store.close();
  return rows.map(({ value }) => value);
}

function transfer(database: Database.Database, id: string, state: string): void {
  database
    .prepare(
      `insert into transfer (id, host, dataset, state, "order", asked_at, fruitless) values (?, 'nas', 'tank/a', ?, '{}', 1, 0)`,
    )
    .run(id, state);
}

test("a backup is one file for its owner alone, says what it is, and overwrites nothing", async () => {
  const made = await backUp(directory, file, files);
  expect(made).toMatchObject({ version, files: ["ssh/id_ed25519"] });
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  expect(readdirSync(root).sort()).toEqual(["halfway.backup", "state"]);
  expect(checkBackup(file)).toEqual(made);
  const bytes = readFileSync(file);
  await expect(backUp(directory, file, files)).rejects.toThrow("not overwritten");
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test("what was backed up is back after a restore, here or on another machine, and what was there is kept", async () => {
  await backUp(directory, file, files);
  await write("since");
  writeFileSync(join(directory, "ssh", "id_ed25519"), "another key");
  writeFileSync(join(directory, "added-hosts.json"), '{"hosts":[]}');
  mkdirSync(join(directory, "transfers", "running"), { recursive: true });
  const { aside } = await restore(directory, file, files);
  expect(await read()).toEqual(["then"]);
  expect(readFileSync(join(directory, "ssh", "id_ed25519"), "utf8")).toBe("the key");
  expect((statSync(join(directory, "ssh", "id_ed25519")).mode & 0o777).toString(8)).toBe("600");
  expect(existsSync(join(directory, "added-hosts.json"))).toBe(false);
  expect(existsSync(join(directory, "transfers", "running"))).toBe(true);
  expect(await read(aside ?? "")).toEqual(["since"]);
  expect(readFileSync(join(aside ?? "", "ssh", "id_ed25519"), "utf8")).toBe("another key");
  const elsewhere = join(root, "elsewhere", "halfway");
  expect(await restore(elsewhere, file, files)).toMatchObject({ aside: null });
  expect(await read(elsewhere)).toEqual(["then"]);
  // Nothing of a backup is left in what became of it, the key least of all.
  expect(readFileSync(join(elsewhere, "halfway.db")).includes("the key")).toBe(false);
});

test("a backup beside a busy writer is of one moment", async () => {
  const setting = new Database(join(directory, "halfway.db"));
  setting.exec("delete from setting; insert into setting values ('one', '0'), ('other', '0')");
  setting.close();
  const worker = new Worker(
    `const { workerData, parentPort } = require("node:worker_threads");
     const db = new (require(workerData.module))(workerData.file);
     db.pragma("busy_timeout = 5000");
     const one = db.prepare("update setting set value = ? where key = 'one'");
     const other = db.prepare("update setting set value = ? where key = 'other'");
     const more = db.prepare("insert into setting values (?, ?)");
     let at = 0;
     const step = () => {
       for (let i = 0; i < 20; i += 1) {
         at += 1;
         db.transaction(() => { one.run(String(at)); more.run("k" + at, "x".repeat(2000)); other.run(String(at)); })();
       }
       parentPort.postMessage(at);
       if (at < 20_000) setImmediate(step);
     };
     step();`,
    {
      eval: true,
      workerData: {
        file: join(directory, "halfway.db"),
        module: createRequire(import.meta.url).resolve("better-sqlite3"),
      },
    },
  );
  let written = 0;
  worker.on("message", (at: number) => {
    written = at;
  });
  try {
    for (let round = 0; round < 5; round += 1) {
      const before = written;
      await vi.waitFor(() => expect(written).toBeGreaterThan(before), 10_000);
      const one = `${file}-${round}`;
      await backUp(directory, one, files);
      const copy = new Database(one, { readonly: true });
      const value = copy.prepare("select value from setting where key = ?").pluck();
      expect(value.get("one")).toBe(value.get("other"));
      const rows = copy.prepare("select count(*) from setting where key like 'k%'").pluck().get();
      expect(String(rows)).toBe(value.get("one"));
      expect(Number(rows)).toBeGreaterThanOrEqual(before);
      copy.close();
    }
  } finally {
    await worker.terminate();
  }
});

test("nothing is restored while a server runs, and nothing is changed by trying", async () => {
  await backUp(directory, file, files);
  await write("since");
  const release = claim(directory);
  expect(claim(directory)).toBeNull();
  await expect(restore(directory, file, files)).rejects.toMatchObject({ code: "CONFLICT" });
  release?.();
  expect(await read()).toEqual(["since"]);
  expect(readdirSync(directory).filter((name) => /restor/.test(name))).toEqual([]);
  await restore(directory, file, files);
  expect(await read()).toEqual(["then"]);
});

test("a backup that is not as it was written is refused before anything is touched", async () => {
  await backUp(directory, file, files);
  const whole = readFileSync(file);
  await write("since");
  const damage: [what: string, () => void][] = [
    ["cut off", () => writeFileSync(file, whole.subarray(0, whole.length / 2))],
    ["no database", () => writeFileSync(file, "rubbish ".repeat(2_000))],
    [
      "another key",
      () => {
        const at = whole.indexOf("the key");
        writeFileSync(
          file,
          Buffer.concat([whole.subarray(0, at), Buffer.from("THE"), whole.subarray(at + 3)]),
        );
      },
    ],
    [
      "another value",
      () => {
        writeFileSync(file, whole);
        const database = new Database(file);
        database.exec("update setting set value = 'forged'");
        database.close();
      },
    ],
    ["another database of Halfway's", () => writeFileSync(file, readFileSync(join(directory, "halfway.db")))],
  ];
  for (const [what, act] of damage) {
    act();
    await expect(restore(directory, file, files), what).rejects.toMatchObject({ code: "BAD_INPUT" });
  }
  await expect(restore(directory, join(root, "none"), files)).rejects.toMatchObject({ code: "NOT_FOUND" });
  writeFileSync(file, whole);
  await expect(restore(directory, file, ["added-hosts.json"])).rejects.toThrow("none of Halfway's");
  expect(await read()).toEqual(["since"]);
});

test("one of a newer Halfway says which version it takes", async () => {
  await backUp(directory, file, files);
  const database = new Database(file);
  database.exec(
    "insert into kysely_migration values ('2099-01-future', '2099-01-01'); update backup_meta set value = '9.1.0' where key = 'version'",
  );
  database.close();
  await expect(restore(directory, file, files)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("Halfway 9.1.0"),
  });
});

test("what was under way then does not begin by itself now; what runs now is left to run", async () => {
  const database = new Database(join(directory, "halfway.db"));
  for (const [id, state] of [
    ["queued", "queued"],
    ["running", "running"],
    ["done", "finished"],
  ] as const)
    transfer(database, id, state);
  database.close();
  await backUp(directory, file, files);
  mkdirSync(join(directory, "transfers", "running", "1"), { recursive: true });
  expect(await restore(directory, file, files)).toMatchObject({ ended: 1 });
  const after = new Database(join(directory, "halfway.db"), { readonly: true });
  const states = after.prepare("select id, state from transfer order by id").raw().all();
  after.close();
  expect(states).toEqual([
    ["done", "finished"],
    ["queued", "stopped"],
    ["running", "running"],
  ]);
});

test("what waited to be told then is not told now; by a backup of before that there is nothing to forget", async () => {
  const database = new Database(join(directory, "halfway.db"));
  database.exec(`insert into notice_way values ('way', 'phone', 1, 'ntfy', '{}', null, 1);
    insert into notice_outbox (way_id, at, urgent, news) values ('way', 1, 0, '[]')`);
  database.close();
  await backUp(directory, file, files);
  await restore(directory, file, files);
  const after = new Database(join(directory, "halfway.db"));
  const count = (table: string) => after.prepare(`select count(*) from ${table}`).pluck().get();
  expect([count("notice_way"), count("notice_outbox")]).toEqual([1, 0]);
  after.exec("drop table notice_outbox");
  after.close();
  await backUp(directory, `${file}-2`, files);
  await restore(directory, `${file}-2`, files);
});

test("where there is no database there is nothing to back up, and no file is left", async () => {
  await expect(backUp(join(root, "nowhere"), file, files)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(existsSync(file)).toBe(false);
});
