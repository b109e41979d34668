import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getMigrations } from "better-auth/db/migration";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Store } from "../store/store";
import { Access } from "./access";
import type { RoleSaid } from "./accounts";
import { type Person, personOf } from "./caller";
import { Provider } from "./provider";
import { providerSettings } from "./provider-config";
import type { Role } from "./roles";
import { deviceOf } from "./sessions";

const password = "correct horse battery";
let directory = "";
let store: Store;
let access: Access;
let log: string[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "halfway access "));
  vi.spyOn(console, "log").mockImplementation((line: string) => void log.push(line));
  log = [];
  store = await Store.open(directory);
  access = await Access.open(store);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const tokenInLog = () => /token: (\S+)/.exec(log.join("\n"))?.[1] ?? "none";
const headersOf = (cookies: readonly string[], more: Record<string, string> = {}) =>
  new Headers({ ...more, cookie: cookies.map((cookie) => cookie.split(";")[0]).join("; ") });
const signIn = (name: string, secret = password, code: string | null = null) =>
  access.signIn(name, secret, code, new Headers());
const personWith = async (cookies: readonly string[]): Promise<Person> =>
  personOf(await access.identify(headersOf(cookies)));
const whoIs = async (cookies: readonly string[]) => {
  const caller = await access.identify(headersOf(cookies));
  return caller.kind === "person" ? `${caller.name} ${caller.role}` : caller.kind;
};

test("the tables are those that the account library wants, to the last column", async () => {
  const plan = await getMigrations(access.accounts.library.http.options);
  expect(plan.toBeCreated.map(({ table }) => table)).toEqual([]);
  expect(plan.toBeAdded).toEqual([]);
  expect(plan.toBeAddedIndexes).toEqual([]);
  expect(plan.schemaProblems).toEqual([]);
});

describe("the first account", () => {
  test("is made by whoever can read the log, and by nobody else", async () => {
    await expect(access.setUp("guess", "mallory", password)).rejects.toMatchObject({ code: "REFUSED" });
    await access.setUp(tokenInLog(), "alice", password);
    expect(await access.accounts.list()).toMatchObject([{ name: "alice", role: "admin" }]);
    await expect(access.setUp(tokenInLog(), "mallory", password)).rejects.toMatchObject({ code: "REFUSED" });
  });

  test("is made once, by however many at the same moment", async () => {
    const tries = ["alice", "bob", "carol"].map((name) => access.setUp(tokenInLog(), name, password));
    const made = (await Promise.allSettled(tries)).filter(({ status }) => status === "fulfilled");
    expect(made).toHaveLength(1);
    expect(await access.accounts.list()).toHaveLength(1);
  });

  test("cannot be made where there are others, also by a server that starts with them", async () => {
    await access.setUp(tokenInLog(), "alice", password);
    log = [];
    const next = await Access.open(store);
    expect(await next.needsSetUp()).toBe(false);
    expect(log).toEqual([]);
  });

  test("has to be made again where the memory is lost: nobody is let in by that", async () => {
    await access.setUp(tokenInLog(), "alice", password);
    const { cookies } = await signIn("alice");
    vi.spyOn(console, "error").mockImplementation(() => {});
    const empty = await Store.open(join(directory, "halfway.db"));
    const without = await Access.open(empty);
    expect(without.lasting).toBe(false);
    expect(await without.needsSetUp()).toBe(true);
    expect(await without.identify(headersOf(cookies))).toEqual({ kind: "nobody" });
    await expect(without.signIn("alice", password, null, new Headers())).rejects.toMatchObject({
      code: "REFUSED",
    });
    await empty.close();
  });
});

describe("where the file cannot be written", () => {
  /** What a disk without room does not allow, either: the file's log cannot be made beside it. */
  const withoutRoom = () => symlinkSync(join(directory, "no", "where"), join(directory, "halfway.db-wal"));
  let cookies: string[] = [];
  beforeEach(async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    await access.setUp(tokenInLog(), "alice", password);
    cookies = (await signIn("alice")).cookies;
    await store.close();
    log = [];
  });

  test("accounts are those that are in it; nobody makes a first one, and who is in stays in", async () => {
    withoutRoom();
    store = await Store.open(directory);
    access = await Access.open(store);
    expect(await access.needsSetUp()).toBe(false);
    expect(log).toEqual([]);
    expect(await whoIs(cookies)).toBe("alice admin");
    await expect(signIn("alice")).rejects.toMatchObject({ code: "UNWRITABLE" });
    const forget = vi.fn();
    await expect(access.signOut(headersOf(cookies), forget)).rejects.toMatchObject({ code: "UNWRITABLE" });
    expect(forget.mock.calls.join()).toContain("Max-Age=0");
    expect(await whoIs(cookies)).toBe("alice admin");

    rmSync(join(directory, "halfway.db-wal"));
    await new Promise<void>((kept) => store.follow(({ state }) => state === "kept" && kept()));
    expect((await signIn("alice")).done).toBe(true);
    await access.signOut(headersOf(cookies), forget);
    expect(await whoIs(cookies)).toBe("nobody");
  });

  test("nor be read, nobody comes in at all", async () => {
    rmSync(join(directory, "halfway.db"));
    mkdirSync(join(directory, "halfway.db"));
    store = await Store.open(directory);
    access = await Access.open(store);
    expect(await access.needsSetUp()).toBe(false);
    expect(log).toEqual([]);
    await expect(signIn("alice")).rejects.toMatchObject({ code: "UNWRITABLE" });
    await expect(access.setUp("guess", "mallory", password)).rejects.toMatchObject({ code: "REFUSED" });
  });
});

describe("a session", () => {
  beforeEach(() => access.setUp(tokenInLog(), "alice", password));

  test("belongs to who knows name and password; nobody learns which of them was wrong", async () => {
    expect(await whoIs((await signIn("alice")).cookies)).toBe("alice admin");
    const wrong = [signIn("alice", "not the password"), signIn("nobody")];
    const words = (await Promise.allSettled(wrong)).map(
      (one) => one.status === "rejected" && one.reason.message,
    );
    expect(words[0]).toBe(words[1]);
    expect(words[0]).toContain("do not belong together");
  });

  test("is kept by the browser from scripts and other sites, and by HTTPS from everybody", async () => {
    const [plain] = (await signIn("alice")).cookies;
    expect(plain).toMatch(/^halfway\.session_token=.*; Path=\/; HttpOnly; SameSite=Lax$/);
    const https = new Headers({ "x-forwarded-proto": "https" });
    const [secure] = (await access.signIn("alice", password, null, https)).cookies;
    expect(secure).toMatch(/^__Host-halfway\.session_token=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(await whoIs([secure ?? ""])).toBe("nobody");
  });

  test("ends when it is signed out, when the password changes, and with its account", async () => {
    const { cookies } = await signIn("alice");
    await access.signOut(headersOf(cookies), () => {});
    expect(await whoIs(cookies)).toBe("nobody");

    await access.accounts.create("bob", "operator", password);
    const second = (await signIn("bob")).cookies;
    await access.accounts.setPassword("bob", "another long password");
    expect(await whoIs(second)).toBe("nobody");

    const third = (await signIn("bob", "another long password")).cookies;
    expect(await whoIs(third)).toBe("bob operator");
    await access.accounts.setRole("bob", "viewer");
    expect(await whoIs(third)).toBe("bob viewer");
    await access.accounts.remove("bob");
    expect(await whoIs(third)).toBe("nobody");
  });

  test("of one's own goes on when one changes the password; others end", async () => {
    const [here, elsewhere] = [(await signIn("alice")).cookies, (await signIn("alice")).cookies];
    const caller = await access.identify(headersOf(here));
    const next = await access.changePassword(caller, password, "another long password", headersOf(here));
    expect(await whoIs(next)).toBe("alice admin");
    expect(await whoIs(elsewhere)).toBe("nobody");
  });

  test("counts as fresh again once the password was typed once more", async () => {
    const { cookies } = await signIn("alice");
    await store.db.updateTable("session").set({ authenticatedAt: 1 }).execute();
    const headers = headersOf(cookies);
    const before = await access.identify(headers);
    expect(before).toMatchObject({ authenticatedAt: 1 });
    await expect(access.reauthenticate(before, "wrong", headers)).rejects.toMatchObject({ code: "REFUSED" });
    await access.reauthenticate(before, password, headers);
    const after = await access.identify(headers);
    expect(after.kind === "person" && Date.now() - after.authenticatedAt).toBeLessThan(5_000);
  });

  test("is listed for its owner, and ended one by one or all but the one that asks", async () => {
    const firefox = new Headers({
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    });
    const { cookies: here } = await access.signIn("alice", password, null, firefox);
    const [phone, tablet] = [(await signIn("alice")).cookies, (await signIn("alice")).cookies];
    await access.accounts.create("bob", "viewer", password);
    const bob = await personWith((await signIn("bob")).cookies);
    const alice = await personWith(here);
    const [first, second, ...more] = await access.sessions.list(alice);
    expect(first).toMatchObject({ device: "Firefox on Linux", current: true });
    expect([second?.current, more.length]).toEqual([false, 1]);

    await expect(access.sessions.revoke(bob, second?.id ?? "")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await access.sessions.revoke(alice, second?.id ?? "");
    expect((await Promise.all([phone, tablet].map(whoIs))).sort()).toEqual(["alice admin", "nobody"]);
    await access.sessions.revokeOthers(alice);
    expect(await Promise.all([here, phone, tablet].map(whoIs))).toEqual(["alice admin", "nobody", "nobody"]);
    expect(await access.sessions.list(bob)).toHaveLength(1);
  });

  test("says when it was used last, and its account when somebody signed in last", async () => {
    const { cookies } = await signIn("alice");
    const later = Date.now() + 60 * 60_000;
    vi.spyOn(Date, "now").mockReturnValue(later);
    const alice = await personWith(cookies);
    expect(await access.sessions.list(alice)).toMatchObject([{ seenAt: later }]);
    const [account] = await access.accounts.list();
    expect(account).toMatchObject({ sessions: 1 });
    expect(later - (account?.signedInAt ?? 0)).toBeGreaterThanOrEqual(59 * 60_000);
    await access.signOut(headersOf(cookies), () => {});
    expect(await access.accounts.list()).toMatchObject([
      { sessions: 0, signedInAt: account?.signedInAt ?? null },
    ]);
  });

  test("of a browser that never came back leaves nothing once it has expired; others go on", async () => {
    const [gone, here] = [(await signIn("alice")).cookies, (await signIn("alice")).cookies];
    const { session } = await personWith(gone);
    const before = { expiresAt: new Date(Date.now() - 1_000).toISOString() };
    await store.db.updateTable("session").set(before).where("token", "=", session).execute();
    const count = async () => (await store.db.selectFrom("session").select("id").execute()).length;
    // Those of the set-up count, too.
    const all = await count();
    await access.sessions.forgetExpired();
    expect(await count()).toBe(all - 1);
    expect(await Promise.all([gone, here].map(whoIs))).toEqual(["nobody", "alice admin"]);
  });

  test("is refused for a while after many wrong passwords, also to the right one", async () => {
    for (let at = 0; at < 10; at += 1) await signIn("alice", "wrong").catch(() => {});
    await expect(signIn("alice")).rejects.toMatchObject({ code: "TOO_MANY" });
  });
});

test("nobody at the door keeps from theirs who is signed in, nor the machine's owner from the first account", async () => {
  for (let at = 0; at < 70; at += 1) await access.setUp("guess", "mallory", password).catch(() => {});
  await access.setUp(tokenInLog(), "alice", password);
  const { cookies } = await signIn("alice");
  for (let at = 0; at < 10; at += 1) await signIn("alice", "wrong").catch(() => {});
  await expect(signIn("alice")).rejects.toMatchObject({ code: "TOO_MANY" });
  const caller = await personWith(cookies);
  const headers = headersOf(cookies);
  await access.reauthenticate(caller, password, headers);
  // A session that somebody stole buys no more guesses than the door does.
  for (let at = 0; at < 10; at += 1) await access.reauthenticate(caller, "wrong", headers).catch(() => {});
  await expect(access.reauthenticate(caller, password, headers)).rejects.toMatchObject({ code: "TOO_MANY" });
});

test("wrong codes are counted once, by us: no lock of the library's outlasts that", async () => {
  await access.setUp(tokenInLog(), "alice", password);
  const { cookies } = await signIn("alice");
  const caller = await personWith(cookies);
  const { uri, backupCodes } = await access.beginSecondFactor(caller, password, headersOf(cookies));
  const secret = fromBase32(new URL(uri).searchParams.get("secret") ?? "");
  const { code } = await access.accounts.library.http.api.generateTOTP({ body: { secret } });
  await access.confirmSecondFactor(caller, code, headersOf(cookies));
  for (let at = 0; at < 10; at += 1) await signIn("alice", password, "not-a-code").catch(() => {});
  await expect(signIn("alice")).rejects.toMatchObject({ code: "TOO_MANY" });
  const later = await Access.open(store);
  expect((await later.signIn("alice", password, backupCodes[0] ?? "", new Headers())).done).toBe(true);
});

test("an account with a second factor is signed in to with its code, or with a backup code once", async () => {
  await access.setUp(tokenInLog(), "alice", password);
  const { cookies } = await signIn("alice");
  const headers = headersOf(cookies);
  const caller = await access.identify(headers);
  const { uri, backupCodes } = await access.beginSecondFactor(caller, password, headers);
  // Until a code was seen, the password alone counts: a secret that no app has would lock its owner out.
  expect((await signIn("alice")).done).toBe(true);
  const api = access.accounts.library.http.api;
  const base32 = new URL(uri).searchParams.get("secret") ?? "";
  expect(uri).toMatch(/^otpauth:\/\/totp\/Halfway:alice\?/);
  const { code } = await api.generateTOTP({ body: { secret: fromBase32(base32) } });
  await access.confirmSecondFactor(caller, code, headers);

  expect(await signIn("alice")).toEqual({ done: false, cookies: [] });
  await expect(signIn("alice", password, "000000")).rejects.toMatchObject({ code: "REFUSED" });
  // Each code counts once, also while the app still shows it.
  await expect(signIn("alice", password, code)).rejects.toMatchObject({ code: "REFUSED" });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30_000 });
  const { code: next } = await api.generateTOTP({ body: { secret: fromBase32(base32) } });
  expect(await whoIs((await signIn("alice", password, next)).cookies)).toBe("alice admin");
  await expect(signIn("alice", password, next)).rejects.toMatchObject({ code: "REFUSED" });
  vi.useRealTimers();
  const backup = backupCodes[0] ?? "";
  expect(await whoIs((await signIn("alice", password, backup)).cookies)).toBe("alice admin");
  await expect(signIn("alice", password, backup)).rejects.toMatchObject({ code: "REFUSED" });

  await access.accounts.dropSecondFactor("alice");
  expect((await signIn("alice")).done).toBe(true);
});

test("a second factor is switched off by whoever has both of it at hand, and by nobody else", async () => {
  await access.setUp(tokenInLog(), "alice", password);
  const { cookies } = await signIn("alice");
  const before = await personWith(cookies);
  await expect(access.dropSecondFactor(before, password, "1", headersOf(cookies))).rejects.toMatchObject({
    code: "REFUSED",
  });
  const { uri, backupCodes } = await access.beginSecondFactor(before, password, headersOf(cookies));
  const secret = fromBase32(new URL(uri).searchParams.get("secret") ?? "");
  const { code } = await access.accounts.library.http.api.generateTOTP({ body: { secret } });
  const headers = headersOf(await access.confirmSecondFactor(before, code, headersOf(cookies)));
  const alice = personOf(await access.identify(headers));
  const [backup = ""] = backupCodes;
  for (const [typed, shown] of [
    ["not the password", code],
    [password, "000000"],
    [password, "not-a-code"],
  ] as const) {
    await expect(access.dropSecondFactor(alice, typed, shown, headers)).rejects.toMatchObject({
      code: "REFUSED",
    });
  }
  await access.dropSecondFactor(alice, password, backup, headers);
  expect((await signIn("alice")).done).toBe(true);
  expect(personOf(await access.identify(headers))).toMatchObject({ secondFactor: false });
});

test("a right password buys no guesses at the code of the second factor", async () => {
  await access.setUp(tokenInLog(), "alice", password);
  const { cookies } = await signIn("alice");
  const alice = { ...(await personWith(cookies)), secondFactor: true };
  const guess = () => access.dropSecondFactor(alice, password, "123456", headersOf(cookies));
  for (let at = 0; at < 10; at += 1) await expect(guess()).rejects.toMatchObject({ code: "REFUSED" });
  await expect(guess()).rejects.toMatchObject({ code: "TOO_MANY" });
});

test("a browser is named in words that its owner recognises", () => {
  const iPhone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
  expect(deviceOf(iPhone)).toEqual("Safari on iPhone");
  expect(deviceOf("curl/8.5.0")).toEqual("curl/8.5.0");
  expect(deviceOf("")).toContain("does not say");
});

describe("who signs in at the provider", () => {
  const erin = { issuer: "https://id.lan", subject: "e-1" };
  const before = vi.fn(async (_: RoleSaid) => {});
  const there = (role: "viewer" | "admin" = "viewer", known = erin, name = "erin") =>
    access.accounts.ofSubject(known, () => name, role, before);
  beforeEach(() => access.setUp(tokenInLog(), "alice", password));

  test("is known by what the provider knows them by, and never by a name", async () => {
    const { id } = await there();
    // They may be called otherwise now; a role is what is said last.
    expect(await there("admin", erin, "ines")).toMatchObject({ id, name: "erin", role: "admin" });
    const others = [
      { ...erin, issuer: "https://other.lan" },
      { ...erin, subject: "e-2" },
    ];
    for (const other of others) {
      await expect(there("viewer", other)).rejects.toMatchObject({ code: "CONFLICT" });
      expect((await there("viewer", other, "other-one")).id).not.toBe(id);
      await access.accounts.remove("other-one");
    }
    await expect(there("admin", { ...erin, subject: "a-1" }, "alice")).rejects.toThrow(
      "does not make it yours",
    );
    expect(await access.accounts.isOf(id, erin)).toBe(true);
    expect(await access.accounts.isOf((await access.accounts.require("alice")).id, erin)).toBe(false);
  });

  test("has no password here, and gets none", async () => {
    await there();
    const hash = vi.spyOn(access.accounts, "hash");
    await expect(signIn("erin", "")).rejects.toMatchObject({ code: "REFUSED" });
    // It takes as long as a wrong password: nobody learns by a clock that there is such an account.
    expect(hash).toHaveBeenCalledOnce();
    await expect(access.accounts.setPassword("erin", password)).rejects.toMatchObject({ code: "REFUSED" });
    await expect(signIn("erin")).rejects.toMatchObject({ code: "REFUSED" });
  });

  test("does not become less where nobody else is an admin: then they do not come in", async () => {
    await there("admin");
    await access.accounts.remove("alice");
    await expect(there("viewer")).rejects.toMatchObject({ code: "REFUSED" });
    expect(await access.accounts.list()).toMatchObject([{ name: "erin", role: "admin" }]);
  });
});

describe("what the provider says of somebody", () => {
  const here = { host: "localhost:3000" };
  const says = { subject: "c-1", authenticatedAt: Date.now(), name: () => "carol" };
  const before = vi.fn(async (_: RoleSaid) => {});

  /** Goes there and comes back, with this role. */
  async function comeBack(role: Role | null, cookies: string[], again: boolean) {
    const pending = { state: "s", nonce: "n", verifier: "v", again, next: "/" };
    vi.spyOn(Provider.prototype, "begin").mockResolvedValue({ url: "https://id.lan", pending });
    vi.spyOn(Provider.prototype, "finish").mockResolvedValue({ ...says, role });
    const begun = await access.beginProvider(pending, headersOf(cookies, here));
    const headers = headersOf([...cookies, ...begun.cookies], here);
    return access.finishProvider(await access.identify(headers), "?code=x", headers, before);
  }

  let carol: string[] = [];
  beforeEach(async () => {
    await access.setUp(tokenInLog(), "alice", password);
    const home = { name: "Home", issuer: "https://id.lan", clientId: "halfway", defaultRole: "viewer" };
    access = await Access.open(store, { oidc: providerSettings.parse(home) });
    before.mockClear();
    carol = (await comeBack("admin", [], false)).cookies;
  });

  test("is told before it comes to be", async () => {
    expect(before.mock.calls).toEqual([[{ name: "carol", was: null, becomes: "admin" }]]);
    before.mockRejectedValueOnce(new Error("the disk is full"));
    await comeBack("viewer", [], false).catch(() => {});
    expect(before).toHaveBeenLastCalledWith({ name: "carol", was: "admin", becomes: "viewer" });
    expect(await whoIs(carol)).toBe("carol admin");
  });

  test("counts also where they only prove that it is them", async () => {
    await comeBack("viewer", carol, true);
    expect(await whoIs(carol)).toBe("carol viewer");
  });

  test("is asked for by a sign-in that was begun here, and not without end", async () => {
    const pending = { state: "s", nonce: "n", verifier: "v", again: false, next: "/" };
    const forged = Buffer.from(JSON.stringify(pending)).toString("base64url");
    const finish = vi.mocked(Provider.prototype.finish).mockClear();
    for (const cookie of [forged, `${forged}.`, `${forged}.${forged}`]) {
      const headers = headersOf([`halfway.provider=${cookie}`], here);
      const asked = access.finishProvider({ kind: "nobody" }, "?code=x", headers, before);
      await expect(asked).rejects.toThrow("begun elsewhere");
    }
    expect(finish).not.toHaveBeenCalled();
    for (let at = 1; at < 60; at += 1) await comeBack("admin", [], false);
    await expect(comeBack("admin", [], false)).rejects.toMatchObject({ code: "TOO_MANY" });
    // Who is signed in is counted by themselves.
    expect(await comeBack("admin", carol, true)).toMatchObject({ name: "carol", again: true });
  });

  test("ends what lets them in, where it gives them no role any more", async () => {
    for (const again of [true, false]) {
      const { cookies } = await comeBack("operator", [], false);
      const token = await access.apiTokens.create(
        await access.accounts.require("carol"),
        "nightly",
        "viewer",
        1,
      );
      await expect(comeBack(null, cookies, again)).rejects.toThrow("a role here");
      expect(await whoIs(cookies)).toBe("nobody");
      expect(await access.apiTokens.find(token)).toBeNull();
    }
  });
});

test("a password that somebody else sets ends what else opened the account", async () => {
  await access.setUp(tokenInLog(), "alice", password);
  await access.accounts.create("bob", "viewer", password);
  for (const name of ["alice", "bob"]) {
    const { id } = await access.accounts.require(name);
    const key = { name: "phone", site: "nas.lan", credential: `key of ${name}`, public_key: "", counter: 0 };
    await store.db
      .insertInto("passkey")
      .values({ id: name, user_id: id, ...key, transports: "[]", made_at: 1, used_at: null })
      .execute();
  }
  const bob = await access.apiTokens.create(await access.accounts.require("bob"), "nightly", "viewer", 1);
  const alice = await access.apiTokens.create(await access.accounts.require("alice"), "all", "admin", 1);
  await access.accounts.setPassword("bob", "another long password");
  expect(await access.apiTokens.find(bob)).toBeNull();
  expect(await access.apiTokens.find(alice)).toMatchObject({ owner: "alice" });
  const left = await store.db.selectFrom("passkey").select("id").execute();
  expect(left).toEqual([{ id: "alice" }]);
});

test("a stream goes on by what a proxy said for five minutes, and without a proxy until its session ends", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  const proxy = { userHeader: "remote-user", secret: "a secret of many letters", peers: ["127.0.0.1"] };
  const [proxied, plain] = [await Access.open(store, { proxy }), await Access.open(store)].map((one) => {
    const known: Person = { ...({} as Person), kind: "person" };
    vi.spyOn(one, "identify").mockResolvedValue(known);
    return one.whileKnown(new Headers(), new AbortController().signal);
  });
  await vi.advanceTimersByTimeAsync(4 * 60_000);
  expect([proxied?.aborted, plain?.aborted]).toEqual([false, false]);
  await vi.advanceTimersByTimeAsync(61_000);
  expect([proxied?.aborted, plain?.aborted]).toEqual([true, false]);
  vi.useRealTimers();
});

test("there is always an admin", async () => {
  await access.setUp(tokenInLog(), "alice", password);
  await expect(access.accounts.setRole("alice", "viewer")).rejects.toMatchObject({ code: "REFUSED" });
  await expect(access.accounts.remove("alice")).rejects.toMatchObject({ code: "REFUSED" });
  await access.accounts.create("bob", "admin", password);
  const both = [access.accounts.remove("alice"), access.accounts.remove("bob")];
  expect((await Promise.allSettled(both)).filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

describe("an API token", () => {
  const bearer = (token: string) => new Headers({ authorization: `Bearer ${token}` });

  beforeEach(() => access.setUp(tokenInLog(), "alice", password));

  test("is kept as a digest only, works until it is revoked, and then never again", async () => {
    const alice = await access.accounts.require("alice");
    const token = await access.apiTokens.create(alice, "nightly", "operator", 1);
    expect(JSON.stringify(await store.db.selectFrom("api_token").selectAll().execute())).not.toContain(token);
    expect(await access.identify(bearer(token))).toEqual({
      ...{ kind: "program", name: "nightly", owner: "alice", role: "operator" },
    });
    const [listed] = await access.apiTokens.list();
    expect(Date.now() - (listed?.usedAt ?? 0)).toBeLessThan(5_000);
    await access.apiTokens.revoke(listed?.id ?? "");
    expect(await access.identify(bearer(token))).toEqual({ kind: "nobody" });
  });

  test("that is no good is not made up for by a session", async () => {
    const { cookies } = await signIn("alice");
    const headers = headersOf(cookies, { authorization: "Bearer halfway_old" });
    expect(await access.identify(headers)).toEqual({ kind: "nobody" });
  });

  test("expires, may never more than its owner, and goes with its owner", async () => {
    const bob = await access.accounts.create("bob", "admin", password);
    const token = await access.apiTokens.create(bob, "all", "admin", 1);
    await access.accounts.setRole("bob", "viewer");
    expect(await access.identify(bearer(token))).toMatchObject({ role: "viewer" });
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 25 * 60 * 60_000);
    expect(await access.identify(bearer(token))).toEqual({ kind: "nobody" });
    vi.mocked(Date.now).mockRestore();
    await access.accounts.remove("bob");
    expect(await access.apiTokens.list()).toEqual([]);
  });
});

/** What an app that shows codes does with the secret in the address. */
function fromBase32(text: string): string {
  let bits = "";
  for (const letter of text)
    bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0");
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return Buffer.from(bytes).toString();
}
