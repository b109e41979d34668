import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plain, recalled, say } from "../say";
import { Store } from "../store/store";
import { Audit, type AuditQuery, type What } from "./audit";
import { beginning, verify } from "./chain";

let directory = "";
let store: Store;
let audit: Audit;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "halfway audit "));
  store = await Store.open(directory);
  audit = new Audit(store);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const abort: What = { act: "receives.abort", actor: "alice", host: "nas", dataset: "backup/a" };

async function done(what: What = abort): Promise<void> {
  const deed = audit.deed(what);
  await deed.intend(true);
  deed.end("done");
  await store.settled();
}

/** Somebody with the file in their hands: what no program of ours can do. */
function tamper(statement: string, ...values: unknown[]): void {
  const database = new Database(join(directory, "halfway.db"));
  for (const name of ["audit_no_update", "audit_no_delete", "audit_next"]) {
    database.exec(`drop trigger if exists ${name}`);
  }
  database.prepare(statement).run(...values);
  database.close();
}

/** What each row says in a word. */
const kinds = async () =>
  (await store.db.selectFrom("audit").select(["kind", "outcome"]).orderBy("id").execute()).map(
    ({ kind, outcome }) => outcome ?? kind,
  );

describe("an act", () => {
  test("is told as one, from what was asked for over what ran to how it ended", async () => {
    const deed = audit.deed({ ...abort, address: "203.0.113.9", fingerprint: "0123456789abcdef" });
    await deed.intend(true);
    expect(await kinds()).toEqual(["intent"]);
    expect((await audit.page({}, null)).acts[0]).toMatchObject({
      outcome: null,
      endedAt: null,
      commands: [],
    });
    await deed.note({ verdict: say`unresumable: ${"gone"}`, commands: ["zfs receive -A backup/a"] });
    deed.end("failed", say`cannot receive: ${"it"} is busy`);
    await store.settled();
    expect(await kinds()).toEqual(["intent", "detail", "failed"]);
    const { acts, next } = await audit.page({}, null);
    expect(next).toBeNull();
    expect(acts).toEqual([
      {
        ...{ id: 1, at: expect.any(Number), endedAt: expect.any(Number) },
        ...{ ...abort, address: "203.0.113.9", fingerprint: "0123456789abcdef", subject: null },
        ...{ verdict: "unresumable: gone", commands: ["zfs receive -A backup/a"] },
        ...{ outcome: "failed", words: "cannot receive: it is busy" },
      },
    ]);
  });

  test("is found by who, where, what, when and how it ended, page by page", async () => {
    for (let at = 0; at < 51; at += 1) await done();
    await done({ act: "users.remove", actor: "bob", subject: "Carol" });
    await audit.deed({ act: "session.signIn", actor: "not signed in", subject: "bob" }).intend(false);
    const found = async (query: AuditQuery) => (await audit.page(query, null)).acts.map(({ act }) => act);
    expect(await found({ actor: "BOB" })).toEqual(["session.signIn", "users.remove"]);
    expect(await found({ actor: "car" })).toEqual(["users.remove"]);
    expect(await found({ outcome: "open" })).toEqual(["session.signIn"]);
    expect(await found({ act: "users.remove", outcome: "done" })).toEqual(["users.remove"]);
    expect(await found({ dataset: "_" })).toEqual([]);
    expect(await found({ from: Date.now() + 1_000 })).toEqual([]);
    expect(await found({ to: 1 })).toEqual([]);
    const first = await audit.page({ host: "nas", dataset: "ackup" }, null);
    expect(first.acts).toHaveLength(50);
    const second = await audit.page({ host: "nas", dataset: "ackup" }, first.next);
    expect(second.acts.map(({ id }) => id)).toEqual([1]);
    expect(second.next).toBeNull();
  });

  test("keeps its sentences so that a page can translate them, and is found by them as they read", async () => {
    const by = say`alice (token “${"nightly"}”)`;
    const deed = audit.deed({ ...abort, actor: by });
    await deed.intend(true);
    deed.end("refused", say`The pool ${"tank"} is full.`);
    await store.settled();
    const found = async (actor: string) => (await audit.page({ actor }, null)).acts;
    expect((await found("(token “night"))[0]?.words === say`The pool ${"tank"} is full.`).toBe(true);
    expect(await found("token nightly")).toEqual([]);
    // Others read the rows, too: nothing in them is invisible, and what they parse is what was hashed.
    const { lines } = await audit.lines({}, 0);
    expect(plain(lines) === lines).toBe(true);
    expect(lines).toContain("\\u2068nightly\\u2069");
    expect(lines.split("\n").map((line) => line && JSON.parse(line).actor)).toEqual([by, by, ""]);
    expect(await verify(store.db)).toMatchObject({ holds: true });
  });

  test("cuts nothing out of the middle of what was said: what is too long is shown as it reads", async () => {
    const deed = audit.deed(abort);
    await deed.intend(true);
    deed.end("failed", say`It said: ${"x".repeat(5_000)}`);
    const [act] = (await audit.page({}, null)).acts;
    expect(act?.words === plain(act?.words ?? "")).toBe(true);
    expect(act?.words).toMatch(/^It said: x+…$/);
  });

  test("names every host that was ever acted on, once", async () => {
    for (const host of ["tower", "nas", "tower"]) await done({ ...abort, host });
    await done({ act: "users.remove", actor: "bob", subject: "carol" });
    expect(await audit.hosts()).toEqual(["nas", "tower"]);
  });

  test("is taken along row by row, so that others can check the hashes", async () => {
    await done();
    await done({ act: "users.remove", actor: "bob", subject: "carol" });
    const { lines, next } = await audit.lines({}, 0);
    expect(next).toBeNull();
    const rows = lines
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    let previous = beginning;
    for (const { hash, ...content } of rows) {
      const sorted = JSON.stringify(content, Object.keys(content).sort());
      expect(hash).toBe(
        createHash("sha256")
          .update(previous + sorted)
          .digest("hex"),
      );
      previous = hash;
    }
    expect(rows).toHaveLength(4);
    const bobs = (await audit.lines({ actor: "bob" }, 0)).lines.trimEnd().split("\n");
    expect(bobs.map((line) => JSON.parse(line).kind)).toEqual(["intent", "outcome"]);
  });
});

describe("the chain", () => {
  test("holds over whatever was written, in any script, and by two at the same moment", async () => {
    const other = await Store.openFile(directory);
    const trails = [audit, new Audit(other)];
    const text = fc.string({ unit: "binary", maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 2, maxLength: 6 }), async (texts) => {
        await Promise.all(
          texts.map(async ([actor, words], at) => {
            const deed = trails[at % 2]?.deed({ ...abort, actor, dataset: words });
            await deed?.intend(true, { commands: [words] });
            deed?.end("done", recalled(words));
          }),
        );
        await Promise.all([store.settled(), other.settled()]);
        expect(await verify(store.db)).toMatchObject({ holds: true });
      }),
      { numRuns: 20 },
    );
    await other.close();
  });

  test("shows the row that was changed, whichever and whatever of it", async () => {
    const columns = ["at", "kind", "ref", "act", "actor", "address", "host", "dataset", "fingerprint"];
    const more = ["subject", "verdict", "commands", "outcome", "words", "hash"];
    for (let at = 0; at < 5; at += 1) await done();
    expect(await verify(store.db)).toMatchObject({ holds: true, last: { id: 10 } });
    for (const [at, column] of [...columns, ...more].entries()) {
      const row = (at % 10) + 1;
      const was = await store.db.selectFrom("audit").selectAll().where("id", "=", row).executeTakeFirst();
      tamper(`update audit set ${column} = 'other' where id = ?`, row);
      expect(`${column}: ${JSON.stringify(await verify(store.db))}`).toContain(
        `"holds":false,"entry":${row},`,
      );
      tamper(`update audit set ${column} = ? where id = ?`, was?.[column as keyof typeof was], row);
      expect(await verify(store.db)).toMatchObject({ holds: true });
    }
  });

  test("shows the row that is missing; that of the end shows by a hash that was noted", async () => {
    for (let at = 0; at < 3; at += 1) await done();
    const whole = await verify(store.db);
    const noted = whole.holds ? whole.last?.hash : undefined;
    expect(await verify(store.db, noted)).toMatchObject({ holds: true, known: 6 });
    tamper("delete from audit where id = 6");
    expect(await verify(store.db)).toMatchObject({ holds: true, last: { id: 5 } });
    expect(await verify(store.db, noted)).toMatchObject({ holds: true, known: null });
    tamper("delete from audit where id = 3");
    expect(await verify(store.db)).toEqual({ holds: false, entry: 3, problem: "It is missing." });
    tamper("delete from audit where id = 1");
    expect(await verify(store.db)).toEqual({ holds: false, entry: 1, problem: "It is missing." });
  });

  test("is only ever added to, at its end", async () => {
    await done();
    const row = await store.db.selectFrom("audit").selectAll().where("id", "=", 1).executeTakeFirstOrThrow();
    const refused = /only ever added to/;
    await expect(store.db.updateTable("audit").set({ actor: "bob" }).execute()).rejects.toThrow(refused);
    await expect(store.db.deleteFrom("audit").execute()).rejects.toThrow(refused);
    await expect(store.db.replaceInto("audit").values(row).execute()).rejects.toThrow(refused);
    const later = { ...row, id: 9 };
    await expect(store.db.insertInto("audit").values(later).execute()).rejects.toThrow(refused);
  });
});

describe("where nothing can be written", () => {
  /** Until it is told that there is room. */
  function fill(): () => void {
    vi.spyOn(console, "error").mockImplementation(() => {});
    let full = true;
    void store.write(async () => {
      if (full) throw Object.assign(new Error("disk full"), { code: "SQLITE_FULL" });
    });
    return () => {
      full = false;
    };
  }

  test("what destroys something is refused; what does not goes on, and is written down later, in order", async () => {
    const empty = fill();
    await store.settled();
    await expect(audit.deed(abort).intend(true)).rejects.toMatchObject({ code: "UNWRITABLE" });
    const resume = audit.deed({ ...abort, act: "transfers.start resume" });
    await resume.intend(false);
    resume.end("done");
    expect(await kinds()).toEqual([]);
    empty();
    await vi.waitFor(async () => expect(await kinds()).toEqual(["intent", "done"]), 5_000);
    expect(await verify(store.db)).toMatchObject({ holds: true });
  });

  test("also nothing is destroyed by a server whose memory ends with it", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    writeFileSync(join(directory, "file"), "");
    const without = await Store.open(join(directory, "file"));
    const trail = new Audit(without);
    await expect(trail.deed(abort).intend(true)).rejects.toMatchObject({ code: "UNWRITABLE" });
    await trail.deed(abort).intend(false);
    expect((await trail.page({}, null)).acts).toHaveLength(1);
    await without.close();
  });
});

test("who is refused a thousand times fills no disk, and is counted", async () => {
  let written = 0;
  for (let at = 0; at < 1_000; at += 1) if (await audit.hasRoomFor("not signed in")) written += 1;
  expect(written).toBe(100);
  expect(await audit.hasRoomFor("vera")).toBe(true);
  await done();
  const { acts } = await audit.page({}, null);
  expect(acts[0]?.words).toEqual("900 more before this were refused and not written down.");
});
