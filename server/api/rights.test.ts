import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NextRequest } from "next/server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { GET, POST } from "@/app/api/trpc/[trpc]/route";
import { proxy } from "@/proxy";
import { Access } from "../access/access";
import { Audit } from "../audit/audit";
import { HalfwayError } from "../errors";
import { defaultSettings } from "../notices/settings";
import { plain, say, verbatim } from "../say";
import { Store } from "../store/store";
import { accountRefusal, type ProcedurePath, refusalsFor } from "./rights";
import { appRouter } from "./root";

/*
 * Every procedure × everybody who may knock × every way to knock, through the guard and the route that the server runs.
 * Only what is behind the door is replaced: it says that it was reached.
 */

const callers = [
  ...["nobody", "expired", "viewer", "operator", "admin", "staleAdmin"],
  ...["viewerToken", "operatorToken", "adminToken"],
] as const satisfies string[];
type CallerName = (typeof callers)[number];

/** Who gets through, written down once more and by itself: a slip in the table of rights shows here. */
const all = callers;
const looks = callers.filter((name) => name !== "nobody" && name !== "expired");
const moves = looks.filter((name) => !name.startsWith("viewer"));
const admins = moves.filter((name) => !name.startsWith("operator"));
const destroys = admins.filter((name) => name !== "staleAdmin");
const people: readonly CallerName[] = looks.filter((name) => !name.endsWith("Token"));
const fresh = people.filter((name) => name !== "staleAdmin");
const decides = destroys.filter((name) => name !== "adminToken");

const id = "3f1f8f0e-6f7a-4a55-9d53-0f6a1e6b2c11";
const receive = { id: "nas:backup/a", fingerprint: "0123456789abcdef" };
const plan = "0123456789abcdef";
const send = {
  source: { host: "nas", snapshot: "tank/a@now" },
  target: { host: "tower", dataset: "backup/a" },
  options: {
    raw: null,
    largeBlocks: false,
    compressed: true,
    embedded: false,
    steps: false,
    properties: false,
  },
};
const password = "correct horse battery";
/** What a browser says of a passkey. */
function passkey(response: Record<string, string>) {
  return {
    ...{ id: "a", rawId: "a", type: "public-key", clientExtensionResults: {} },
    response: { clientDataJSON: "a", ...response },
  };
}
/** Nobody answers there, and no name has to be looked up for it. */
const way = { destination: "halfway@127.0.0.1", port: 9 };
const host = { ...way, name: "tower", hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==" };

/** For each procedure an input that it takes, and who may call it. One that is missing does not compile. */
const matrix: Record<ProcedurePath, { input?: unknown; may: readonly CallerName[] }> = {
  "session.me": { may: all },
  "session.signIn": { input: { name: "alice", password, code: null }, may: all },
  "session.askPasskey": { may: all },
  "session.signInByPasskey": {
    input: { proof: passkey({ authenticatorData: "a", signature: "a" }) },
    may: all,
  },
  "session.askProvider": { input: { again: false, next: "/" }, may: all },
  "session.signInByProvider": { input: { answer: "?code=x&state=x" }, may: all },
  "session.signInByProxy": { may: all },
  "session.signOut": { may: all },
  "session.setUp": { input: { token: "x", name: "alice", password }, may: all },
  "session.reauthenticate": { input: { password }, may: people },
  "session.reauthenticateByPasskey": {
    ...{ input: { proof: passkey({ authenticatorData: "a", signature: "a" }) }, may: people },
  },
  "session.passkeys": { may: people },
  "session.offerPasskey": { may: fresh },
  "session.addPasskey": { input: { name: "phone", made: passkey({ attestationObject: "a" }) }, may: fresh },
  "session.removePasskey": { input: { id }, may: fresh },
  "session.changePassword": { input: { from: password, to: password }, may: people },
  "session.beginSecondFactor": { input: { password }, may: people },
  "session.confirmSecondFactor": { input: { code: "123456" }, may: people },
  "session.dropSecondFactor": { input: { password, code: "123456" }, may: people },
  "session.list": { may: people },
  "session.revoke": { input: { id }, may: people },
  "session.revokeOthers": { may: people },
  "receives.list": { may: looks },
  "receives.inspect": { input: { id: receive.id }, may: looks },
  "receives.plan": { input: { ...receive, intent: "abort" }, may: looks },
  "receives.past": { input: { id: receive.id }, may: looks },
  "receives.needs": { input: { id: receive.id }, may: looks },
  "receives.protect": { input: receive, may: moves },
  "receives.abort": { input: receive, may: destroys },
  "transfers.list": { may: looks },
  "transfers.get": { input: { id }, may: looks },
  "transfers.rest": { input: { id }, may: looks },
  "transfers.history": { input: { id }, may: looks },
  "transfers.past": { input: {}, may: looks },
  "transfers.log": { input: { id }, may: looks },
  "transfers.curve": { input: { id }, may: looks },
  "transfers.start": { input: { ...receive, intent: "resume" }, may: moves },
  "transfers.continue": { input: { id, plan }, may: moves },
  "transfers.retry": { input: { id }, may: moves },
  "transfers.move": { input: { id, before: null }, may: moves },
  "transfers.limit": { input: { id, bytesPerSecond: null }, may: moves },
  "transfers.stop": { input: { id }, may: moves },
  "sends.plan": { input: send, may: looks },
  "sends.start": { input: { ...send, plan }, may: moves },
  "snapshots.datasets": { input: { host: "nas" }, may: looks },
  "snapshots.list": { input: { host: "nas", dataset: "tank/a" }, may: looks },
  "hosts.list": { may: looks },
  "hosts.here": { may: admins },
  "hosts.line": { may: admins },
  "hosts.hostKey": { input: way, may: admins },
  "hosts.check": { input: { name: "tower" }, may: admins },
  "hosts.add": { input: host, may: decides },
  "hosts.update": { input: host, may: decides },
  "hosts.remove": { input: { name: "tower" }, may: decides },
  "tokens.decode": { input: { token: "1-abc" }, may: looks },
  "holds.list": { may: looks },
  "holds.release": { input: { host: "nas", snapshot: "tank/a@now", tag: "halfway" }, may: admins },
  "policies.list": { may: looks },
  "policies.preview": { input: {}, may: looks },
  "policies.save": { input: [], may: admins },
  "settings.get": { may: looks },
  "settings.update": { input: { overall: 3 }, may: admins },
  "notices.get": { may: looks },
  "notices.saveWay": {
    input: {
      id,
      name: "phone",
      on: true,
      kind: "slack",
      open: {},
      secrets: { url: "https://hooks.invalid/x" },
    },
    may: admins,
  },
  "notices.removeWay": { input: { id }, may: admins },
  "notices.testWay": { input: { id }, may: admins },
  "notices.saveSettings": { input: defaultSettings, may: admins },
  "users.list": { may: admins },
  "users.create": { input: { name: "bob", role: "viewer", password }, may: decides },
  "users.setRole": { input: { name: "bob", role: "viewer" }, may: decides },
  "users.setPassword": { input: { name: "bob", password }, may: decides },
  "users.remove": { input: { name: "bob" }, may: decides },
  "apiTokens.list": { may: admins },
  "apiTokens.create": { input: { name: "nightly", role: "viewer", days: 1 }, may: decides },
  "apiTokens.revoke": { input: { id }, may: decides },
  "audit.list": { input: {}, may: admins },
  "audit.hosts": { may: admins },
  "audit.export": { input: {}, may: admins },
  "events.stream": { may: looks },
};

/** What needs more than the rest of its procedure. */
const forced = (["resume-with-rollback", "start-over"] as const).map((intent) => ({
  path: "transfers.start" as const,
  input: { ...receive, intent },
  may: destroys,
}));
const cases = [
  ...Object.entries(matrix).map(([path, one]) => ({ path: path as ProcedurePath, ...one })),
  ...forced,
];

const credentials = new Map<CallerName, Record<string, string>>();
const directory = mkdtempSync(join(tmpdir(), "halfway rights "));
let store: Store;
/** What stands before the door itself; the rest is behind it. */
let server: { access: Access; audit: Audit };

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  store = await Store.open(directory);
  const access = await Access.open(store);
  const cookieOf = async (name: string) => {
    const { cookies } = await access.signIn(name, password, null, new Headers());
    return { cookie: cookies.map((cookie) => cookie.split(";")[0]).join("; ") };
  };
  credentials.set("nobody", {});
  for (const role of ["viewer", "operator", "admin"] as const) {
    const account = await access.accounts.create(role, role, password);
    credentials.set(role, await cookieOf(role));
    const token = await access.apiTokens.create(account, "a program", role, 1);
    credentials.set(`${role}Token`, { authorization: `Bearer ${token}` });
  }
  await access.accounts.create("late", "admin", password);
  credentials.set("expired", await cookieOf("late"));
  await sessionsOf("late", { expiresAt: new Date(0).toISOString() });
  await access.accounts.create("stale", "admin", password);
  credentials.set("staleAdmin", await cookieOf("stale"));
  await sessionsOf("stale", { authenticatedAt: Date.now() - 6 * 60_000 });
  server = { access: behindTheDoor(access, ["identify", "whileKnown"]), audit: new Audit(store) };
  const running = behindTheDoor(server, ["access", "audit"]);
  (globalThis as Record<symbol, unknown>)[Symbol.for("halfway.server")] = Promise.resolve(running);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function sessionsOf(
  name: string,
  change: { expiresAt: string } | { authenticatedAt: number },
): Promise<void> {
  const { id: userId } = await store.db
    .selectFrom("user")
    .select("id")
    .where("username", "=", name)
    .executeTakeFirstOrThrow();
  await store.db.updateTable("session").set(change).where("userId", "=", userId).execute();
}

/** An object of which only some properties are there; whoever wants another one got through. */
function behindTheDoor<T extends object>(real: T, known: readonly (keyof T)[]): T {
  return new Proxy(real, {
    get(target, key) {
      if (key === "then") return undefined;
      if (!known.includes(key as keyof T)) throw new HalfwayError("NOT_FOUND", verbatim("reached"));
      const value = target[key as keyof T];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

type Knock = { method: "GET" | "POST"; headers?: Record<string, string>; drop?: string };
const own = { host: "localhost:3000", origin: "http://localhost:3000" };

/** One request as the server gets it: first the guard, then the route. */
async function knock(path: string, input: unknown, who: CallerName, { method, headers, drop }: Knock) {
  const search = new URLSearchParams({ input: JSON.stringify({ json: input }) });
  const body = method === "POST" ? JSON.stringify({ json: input }) : undefined;
  const all = new Headers({
    ...(method === "POST"
      ? {
          ...own,
          "content-type": "application/json",
          "x-halfway": "page",
          "content-length": `${body?.length}`,
        }
      : { host: own.host }),
    ...credentials.get(who),
    ...headers,
  });
  if (drop) all.delete(drop);
  const url = `http://localhost:3000/api/trpc/${path}${method === "GET" && input !== undefined ? `?${search}` : ""}`;
  const refused = proxy(new NextRequest(url, { method, headers: all, ...(body ? { body } : {}) }));
  if (refused.headers.get("x-middleware-next") !== "1") return { status: refused.status, reason: "GUARD" };
  const request = new Request(url, { method, headers: all, ...(body ? { body } : {}) });
  const response = await (method === "GET" ? GET(request) : POST(request));
  // A stream that is refused says so as an event; one that was reached ends there and then.
  const said = await response.text();
  const reason = said.includes('"message":"reached"') ? null : (/"reason":"(\w+)"/.exec(said)?.[1] ?? null);
  return { status: response.status, reason };
}

const typeOf = (path: ProcedurePath) =>
  (appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)[path]?._def.type;

/** What stands in the audit trail, each row in a word. */
async function rows(): Promise<string[]> {
  await store.settled();
  const all = await store.db.selectFrom("audit").select(["kind", "outcome"]).orderBy("id").execute();
  return all.map(({ kind, outcome }) => outcome ?? kind);
}

test("every procedure there is stands in the matrix", () => {
  expect(Object.keys(matrix).sort()).toEqual(Object.keys(appRouter._def.procedures).sort());
});

describe.each(cases)("$path $input.intent", ({ path, input, may }) => {
  // All of these refusals together would be more than is written down.
  beforeEach(() => {
    server.audit = new Audit(store);
  });

  const asked: Knock = { method: typeOf(path) === "mutation" ? "POST" : "GET" };

  test("answers those who may call it, and tells the others what they lack", async () => {
    for (const who of callers) {
      const { reason } = await knock(path, input, who, asked);
      expect(`${who}: ${reason}`).toBe(`${who}: ${may.includes(who) ? null : lack(who, path)}`);
    }
  });

  test("is written down where it changes something, whether or not it is let through; else not", async () => {
    for (const who of callers) {
      const from = (await rows()).length;
      await knock(path, input, who, asked);
      const ends = may.includes(who) ? "refused" : endsFor(who, path);
      // Who is not signed in signs nobody out.
      const written = typeOf(path) === "mutation" && (path !== "session.signOut" || people.includes(who));
      const expected = written ? ["intent", ends] : [];
      expect([who, ...(await rows()).slice(from)]).toEqual([who, ...expected]);
    }
  });

  test("answers nobody who knocks from elsewhere", async () => {
    for (const who of callers) {
      const status = async (how: Knock) => (await knock(path, input, who, how)).status;
      const foreign = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" };
      expect(await status({ ...asked, headers: foreign })).toBe(403);
      expect(await status({ ...asked, headers: { host: "evil.example" } })).toBe(421);
      expect(await status({ method: "POST", headers: { origin: "https://evil.example" } })).toBe(403);
      for (const type of [
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/x-www-form-urlencoded",
      ]) {
        expect(await status({ method: "POST", headers: { "content-type": type } })).toBe(415);
      }
      if (!who.endsWith("Token")) expect(await status({ method: "POST", drop: "x-halfway" })).toBe(403);
    }
  });

  if (typeOf(path) === "mutation") {
    test("changes nothing by GET", async () => {
      for (const who of callers) expect((await knock(path, input, who, { method: "GET" })).status).toBe(405);
    });
  }
});

/** How it ends for somebody who may not call a procedure: who only has to prove something more is denied nothing. */
function endsFor(who: CallerName, path: ProcedurePath): "denied" | "proof-asked" {
  return lack(who, path) === "REAUTHENTICATE" ? "proof-asked" : "denied";
}

/** What somebody lacks who may not call a procedure. */
function lack(who: CallerName, path: ProcedurePath): string {
  if (who === "nobody" || who === "expired") return "UNAUTHENTICATED";
  return who === "staleAdmin" && matrix[path].may !== people ? "REAUTHENTICATE" : "FORBIDDEN";
}

test("the page gives the reason that the server would", () => {
  expect(refusalsFor("viewer")["transfers.start resume"]).toEqual(
    "Only an operator or an admin may do this; you are signed in as a viewer.",
  );
  expect(refusalsFor("operator")["transfers.start resume"]).toBeUndefined();
  expect(refusalsFor("operator")["transfers.start start-over"]).toEqual(
    "Only an admin may do this; you are signed in as an operator.",
  );
  expect(refusalsFor("admin")["receives.abort"]).toBeUndefined();
});

test("an admin's own account is left to other admins, and the last admin is left alone", () => {
  const alone = [
    { name: "alice", role: "admin", elsewhere: false },
    { name: "bob", role: "viewer", elsewhere: false },
  ] as const;
  const two = [...alone, { name: "carol", role: "admin", elsewhere: false }] as const;
  const refusal = (...asked: Parameters<typeof accountRefusal>) => plain(accountRefusal(...asked) ?? "none");
  for (const act of ["setRole", "remove"] as const) {
    expect(refusal(act, "alice", alone, "alice")).toContain("the only admin");
    expect(refusal(act, "alice", two, "alice")).toContain("another admin may do this");
    expect(accountRefusal(act, "carol", two, "alice")).toBeNull();
    expect(accountRefusal(act, "bob", alone, "alice")).toBeNull();
  }
  expect(refusal("setPassword", "alice", two, "alice")).toContain("account menu");
  expect(accountRefusal("setPassword", "carol", two, "alice")).toBeNull();
  const there = [...two, { name: "erin", role: "operator", elsewhere: true }] as const;
  expect(refusal("setPassword", "erin", there, "alice")).toContain("no password here");
  expect(refusal("setRole", "erin", there, "alice")).toContain("The provider says");
  expect(accountRefusal("remove", "erin", there, "alice")).toBeNull();
});

test("programs read sentences without the marks that a page translates them by", async () => {
  const url = "http://localhost:3000/api/trpc/users.list";
  const asked = async (who: CallerName) =>
    (await GET(new Request(url, { headers: { ...own, ...credentials.get(who) } }))).text();
  const sentence = "Only an admin may do this; you are signed in as a viewer.";
  const page = await asked("viewer");
  expect(plain(page)).toContain(sentence);
  expect(page).toContain(say`Only an admin may do this; you are signed in as a viewer.`);
  const program = await asked("viewerToken");
  expect(program).toContain(sentence);
  expect(plain(program) === program).toBe(true);
});

test("input that no reader gets to the end of is nobody's server error, and leaves no trace in the log", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const body = `{"json":${"[".repeat(30_000)}${"]".repeat(30_000)}}`;
  const headers = { ...own, "content-type": "application/json", "x-halfway": "page" };
  const answer = await POST(
    new Request("http://localhost:3000/api/trpc/session.signIn", { method: "POST", headers, body }),
  );
  expect(answer.status).toBe(400);
  const said = plain(await answer.text());
  expect(said).toContain("What was sent cannot be read.");
  expect(said).not.toContain("stack");
  expect(log).not.toHaveBeenCalled();
  log.mockRestore();
});

test("no cache keeps an answer for somebody else", async () => {
  const url = "http://localhost:3000/api/trpc/session.me";
  const answer = await GET(new Request(url, { headers: { ...own, ...credentials.get("admin") } }));
  expect(await answer.text()).toContain('"message":"reached"');
  expect(answer.headers.get("cache-control")).toBe("no-store");
});
