import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Access } from "../access/access";
import type { Caller } from "../access/caller";
import { Audit } from "../audit/audit";
import { verify } from "../audit/chain";
import { HalfwayError } from "../errors";
import { defaultSettings } from "../notices/settings";
import type { Verdict } from "../receives/types";
import { plain, say } from "../say";
import { Store } from "../store/store";
import type { Run } from "../transfers/run-dir";
import type { Halfway } from "./halfway";
import type { MutationPath } from "./rights";
import { appRouter } from "./root";
import { witnessOf } from "./trail";

let directory = "";
let store: Store;
let audit: Audit;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "halfway trail "));
  store = await Store.open(directory);
  audit = new Audit(store);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const admin: Caller = {
  ...{
    kind: "person",
    id: "1",
    name: "alice",
    role: "admin",
    secondFactor: false,
    elsewhere: false,
    session: "s3cr3t session",
  },
  authenticatedAt: Number.MAX_SAFE_INTEGER,
};
const id = "3f1f8f0e-6f7a-4a55-9d53-0f6a1e6b2c11";
const digest = "0123456789abcdef";
const nobody: Caller = { kind: "nobody" };
const account = { id: "2", name: "bob", role: "viewer", secondFactor: false, elsewhere: false };

/** Calls a procedure of a Halfway of which only these parts are there. */
async function call(path: MutationPath, input: unknown, parts: object = {}, caller: Caller = admin) {
  const access = { accounts: { require: async () => Promise.reject(new Error("no such account")) } };
  const halfway = { audit, access, transfers: { list: () => [] }, ...parts } as unknown as Halfway;
  const headers = new Headers({ "x-forwarded-for": "198.51.100.7, 203.0.113.9" });
  const procedures = appRouter.createCaller({ halfway, caller, headers, setCookies: () => {} });
  const [entity = "", verb = ""] = path.split(".");
  const callable = procedures as unknown as Record<
    string,
    Record<string, (input: unknown) => Promise<unknown>>
  >;
  try {
    return await callable[entity]?.[verb]?.(input);
  } finally {
    await store.settled();
  }
}

const rows = () => store.db.selectFrom("audit").selectAll().orderBy("id").execute();
const acts = async () => (await audit.page({}, null)).acts;

test("an intent is on disk before anything is done, with who, from where, and what", async () => {
  const remove = vi.fn(async () => {
    expect(await rows()).toMatchObject([
      {
        ...{ kind: "intent", act: "users.remove", actor: "alice", address: "203.0.113.9" },
        ...{ subject: "bob", outcome: null },
      },
    ]);
  });
  const accounts = { remove, list: async () => [{ name: "alice", role: "admin" }, account] };
  await call("users.remove", { name: "bob" }, { access: { accounts } });
  expect(remove).toHaveBeenCalledOnce();
  const [intent, outcome] = await rows();
  expect(outcome).toMatchObject({ kind: "outcome", ref: intent?.ref, outcome: "done" });
});

test("what is about to run is on disk before it does, too", async () => {
  const release = vi.fn(async () => {
    expect(await rows()).toMatchObject([
      { kind: "intent" },
      { kind: "detail", commands: '["zfs release halfway tank/a@now"]' },
    ]);
    throw new HalfwayError("ZFS_FAILED", say`it is busy`);
  });
  const parts = { holds: { release }, host: () => ({ name: "nas", local: true }) };
  const input = { host: "nas", snapshot: "tank/a@now", tag: "halfway" };
  await expect(call("holds.release", input, parts)).rejects.toThrow("it is busy");
  expect(release).toHaveBeenCalledOnce();
  expect(await acts()).toMatchObject([
    {
      host: "nas",
      dataset: "tank/a",
      subject: "halfway on tank/a@now",
      outcome: "failed",
      words: "it is busy",
    },
  ]);
});

test("what the provider makes of somebody is on disk before it is so", async () => {
  const finishProvider = async (...[, , , before]: Parameters<Access["finishProvider"]>) => {
    await before({ name: "carol", was: null, becomes: "admin" });
    expect(await rows()).toMatchObject([{ kind: "intent" }, { words: "carol as admin (new)." }]);
    return { name: "carol", again: false, next: "/", cookies: [] };
  };
  await call("session.signInByProvider", { answer: "?code=x" }, { access: { finishProvider } }, nobody);
  expect(await acts()).toMatchObject([{ subject: "carol", words: "carol as admin (new).", outcome: "done" }]);
});

test("a host's key that is accepted in place of another one is written down with both", async () => {
  const former = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE==";
  const changeHost = vi.fn();
  const parts = { known: { added: () => ({ hostKey: former }) }, changeHost };
  const host = { name: "tower", destination: "halfway@tower.lan", port: null };
  const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==";
  await call("hosts.update", { ...host, hostKey }, parts);
  await call("hosts.update", { ...host, hostKey: former }, parts);
  expect(changeHost).toHaveBeenCalledTimes(2);
  const [unchanged, changed] = await acts();
  expect(changed).toMatchObject({ host: "tower", outcome: "done" });
  expect(plain(changed?.subject ?? "")).toMatch(/^halfway@tower\.lan, SHA256:\S+ in place of SHA256:\S+$/);
  expect(plain(unchanged?.subject ?? "")).toMatch(/^halfway@tower\.lan, SHA256:\S+$/);
});

test("whoever may not is written down with what they wanted", async () => {
  const input = { id: "nas:backup/a", fingerprint: "0123456789abcdef" };
  const viewer = { ...admin, name: "vera", role: "viewer" } as const;
  await expect(call("receives.abort", input, {}, viewer)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(call("receives.abort", input, {}, { ...admin, authenticatedAt: 0 })).rejects.toThrow(
    "once more",
  );
  await expect(call("receives.abort", input, {}, nobody)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  const wanted = { act: "receives.abort", host: "nas", dataset: "backup/a", fingerprint: input.fingerprint };
  expect(await acts()).toMatchObject([
    { ...wanted, actor: "not signed in", outcome: "denied" },
    // Who only has to prove once more that it is them was denied nothing.
    { ...wanted, actor: "alice", outcome: "proof-asked" },
    {
      ...{ ...wanted, actor: "vera", outcome: "denied" },
      words: "Only an admin may do this; you are signed in as a viewer.",
    },
  ]);
});

describe("a failed login", () => {
  const wrong = new HalfwayError("REFUSED", say`This name and password do not belong together.`);
  const signIn = () => Promise.reject(wrong);
  const require = async (name: string) =>
    name === "bob" ? account : Promise.reject(new HalfwayError("NOT_FOUND", say`no such account`));
  const access = { signIn, accounts: { require } };
  const login = (name: string) =>
    call("session.signIn", { name, password: "x", code: null }, { access }, nobody).catch(() => {});

  test("is written down with its account, but not with what may be a password in the wrong place", async () => {
    await login("bob");
    await login("hunter2");
    expect(await acts()).toMatchObject([
      { subject: null, outcome: "denied" },
      { subject: "bob", outcome: "denied", words: wrong.message },
    ]);
  });

  test("a hundred times is enough; who comes in after that is listed all the same", async () => {
    for (let at = 0; at < 105; at += 1) await login("bob");
    const came = { access: { ...access, signIn: async () => ({ done: true, cookies: [] }) } };
    await call("session.signIn", { name: "bob", password: "x", code: null }, came, nobody);
    expect(await store.db.selectFrom("audit").select("id").execute()).toHaveLength(202);
    const [last] = await acts();
    expect(last).toMatchObject({
      outcome: "done",
      words: "6 more before this were refused and not written down.",
    });
  });
});

test("a right password whose code is still to come is no sign-in that was done", async () => {
  const signIn = async (_name: string, _password: string, code: string | null) => ({
    ...{ done: code !== null, cookies: [] },
  });
  const parts = { access: { signIn, accounts: { require: async () => account } } };
  const login = (code: string | null) =>
    call("session.signIn", { name: "bob", password: "x", code }, parts, nobody);
  await login(null);
  await login("123456");
  expect(await acts()).toMatchObject([
    { subject: "bob", outcome: "done" },
    { subject: "bob", outcome: "code-asked" },
  ]);
});

describe("nobody fills the disk", () => {
  const signOut = vi.fn(async () => []);

  test("by signing out who is not signed in: there is nothing to write down", async () => {
    const program: Caller = { kind: "program", name: "nightly", owner: "vera", role: "viewer" };
    for (const caller of [nobody, program]) {
      await call("session.signOut", undefined, { access: { signOut } }, caller);
    }
    expect(signOut).toHaveBeenCalledTimes(2);
    expect(await rows()).toEqual([]);
    await call("session.signOut", undefined, { access: { signOut } });
    expect(await acts()).toMatchObject([{ act: "session.signOut", actor: "alice", outcome: "done" }]);
  });

  test("by doing again and again what costs nothing", async () => {
    const wild = { ...admin, name: "wild", role: "viewer" } as const;
    const revokeOthers = vi.fn();
    const parts = { access: { sessions: { revokeOthers } } };
    const again = () => call("session.revokeOthers", undefined, parts, wild);
    for (let at = 0; at < 600; at += 1) await again();
    for (let at = 0; at < 110; at += 1)
      await expect(again()).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
    expect(revokeOthers).toHaveBeenCalledTimes(600);
    expect(await rows()).toHaveLength(2 * (600 + 100));
  });
});

describe("while nothing can be written", () => {
  beforeEach(async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    void store.write(() => Promise.reject(Object.assign(new Error("disk full"), { code: "SQLITE_FULL" })));
    await store.settled();
  });

  test("what cannot be undone is not done", async () => {
    const done = vi.fn();
    const parts = {
      ...{ transfers: { list: () => [], start: done, exclusively: done }, holds: { release: done } },
      ...{ access: { accounts: { remove: done, create: done } }, host: done },
      ...{ addHost: done, changeHost: done, removeHost: done },
    };
    const receive = { id: "nas:backup/a", fingerprint: "0123456789abcdef" };
    const refused = { code: "SERVICE_UNAVAILABLE" };
    const asked: [MutationPath, unknown][] = [
      ["receives.abort", receive],
      ["transfers.start", { ...receive, intent: "resume-with-rollback" }],
      ["transfers.start", { ...receive, intent: "start-over" }],
      ["holds.release", { host: "nas", snapshot: "tank/a@now", tag: "halfway" }],
      ["hosts.add", hostOf("tower")],
      ["hosts.update", hostOf("tower")],
      ["hosts.remove", { name: "tower" }],
      ["users.remove", { name: "bob" }],
      ["users.create", { name: "bob", role: "viewer", password: "correct horse battery" }],
    ];
    for (const [path, input] of asked) await expect(call(path, input, parts)).rejects.toMatchObject(refused);
    expect(done).not.toHaveBeenCalled();
  });

  test("nobody comes from the provider with more than they had", async () => {
    const made = vi.fn();
    const finishProvider = async (...[, , , before]: Parameters<Access["finishProvider"]>) => {
      await before({ name: "carol", was: "viewer", becomes: "admin" });
      made();
    };
    const asked = call(
      "session.signInByProvider",
      { answer: "?code=x" },
      { access: { finishProvider } },
      nobody,
    );
    await expect(asked).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    expect(made).not.toHaveBeenCalled();
  });

  test("what costs nothing goes on", async () => {
    const stop = vi.fn();
    await call("transfers.stop", { id }, { transfers: { list: () => [], stop } });
    expect(stop).toHaveBeenCalledOnce();
  });
});

describe("an attempt of a transfer", () => {
  const run = (confirmed: object) =>
    ({
      ...{ transferId: "t", number: 2, startedAt: 5, steps: [{ command: "zfs send | zfs receive" }] },
      order: { intent: "resume", by: "policy “nightly”", host: "nas", dataset: "backup/a", confirmed },
    }) as unknown as Run;

  test("is written down on behalf of who wanted it, and how it ended also after a restart", async () => {
    const verdict = { kind: "resumable", sentence: "tower has it." } as Verdict;
    await witnessOf(audit).begins(run({ rollback: false }), { fingerprint: digest, verdict });
    const ending = { how: "interrupted", ended: null, message: say`The link broke.` } as const;
    witnessOf(new Audit(store)).ended(run({ rollback: false }), ending);
    await store.settled();
    expect(await acts()).toMatchObject([
      {
        ...{ act: "attempt", actor: "policy “nightly”", subject: "attempt 2 of transfer t" },
        ...{ verdict: "resumable: tower has it.", fingerprint: digest },
        ...{ commands: ["zfs send | zfs receive"], outcome: "failed", words: "The link broke." },
      },
    ]);
  });

  test("with -F does not begin where that cannot be written down", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    void store.write(() => Promise.reject(Object.assign(new Error("disk full"), { code: "SQLITE_FULL" })));
    await store.settled();
    const { begins } = witnessOf(audit);
    await begins(run({ rollback: false }), null);
    await expect(begins(run({ rollback: true }), null)).rejects.toMatchObject({ code: "UNWRITABLE" });
  });
});

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const secrets = fc.record({
  password: hex(16).map((text) => `Pass-${text}`),
  code: hex(10).map((text) => `c0de-${text}`),
  resumeToken: fc.tuple(hex(10), hex(60)).map(([check, body]) => `1-${check}-e8-789c${body}`),
  apiToken: hex(43).map((text) => `halfway_${text}`),
  otpauth: hex(32).map((text) => `otpauth://totp/Halfway:alice?secret=${text}`),
});
type Secrets = Parameters<Parameters<typeof secrets.map>[0]>[0];

const options = {
  raw: null,
  largeBlocks: true,
  compressed: true,
  embedded: true,
  steps: true,
  properties: true,
};

/** What a browser says of a passkey, with a secret wherever it says something. */
const passkeyOf = (secret: string) => ({
  ...{ id: secret, rawId: secret, type: "public-key", clientExtensionResults: {} },
  response: {
    ...{ clientDataJSON: secret, attestationObject: secret },
    ...{ authenticatorData: secret, signature: secret },
  },
});

const hostOf = (secret: string) => ({
  ...{ name: secret, destination: `${secret}@tower.lan`, port: null },
  hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==",
});

/** Inputs with every secret in its place, and in places where somebody pastes it by mistake. One that is missing does not compile. */
const inputs: Record<MutationPath, (all: Secrets, pasted: string) => object | undefined> = {
  "session.signIn": ({ password, code }) => ({ name: password, password, code }),
  "session.signInByPasskey": ({ code }) => ({ proof: passkeyOf(code) }),
  "session.signInByProvider": ({ code, password }) => ({ answer: `?code=${code}&state=${password}` }),
  "session.signInByProxy": () => undefined,
  "session.signOut": () => undefined,
  "session.setUp": ({ apiToken, password }) => ({ token: apiToken, name: password, password }),
  "session.reauthenticate": ({ password }) => ({ password }),
  "session.reauthenticateByPasskey": ({ code }) => ({ proof: passkeyOf(code) }),
  "session.addPasskey": ({ apiToken, code }) => ({ name: apiToken, made: passkeyOf(code) }),
  "session.removePasskey": () => ({ id }),
  "session.changePassword": ({ password }) => ({ from: password, to: password }),
  "session.beginSecondFactor": ({ password }) => ({ password }),
  "session.confirmSecondFactor": ({ code }) => ({ code }),
  "session.dropSecondFactor": ({ password, code }) => ({ password, code }),
  "session.revoke": () => ({ id }),
  "session.revokeOthers": () => undefined,
  "receives.abort": (_, pasted) => ({ id: `nas:${pasted}`, fingerprint: digest }),
  "receives.protect": (_, pasted) => ({ id: `nas:${pasted}`, fingerprint: digest }),
  "transfers.start": (_, pasted) => ({ id: `nas:${pasted}`, fingerprint: digest, intent: "start-over" }),
  "transfers.continue": () => ({ id, plan: digest }),
  "transfers.retry": () => ({ id }),
  "transfers.move": () => ({ id, before: null }),
  "transfers.limit": () => ({ id, bytesPerSecond: 2_048 }),
  "transfers.stop": () => ({ id }),
  "sends.start": ({ resumeToken, apiToken }, pasted) => ({
    source: { host: apiToken, snapshot: `tank/a@${resumeToken}` },
    ...{ target: { host: apiToken, dataset: pasted }, options, plan: digest },
  }),
  "holds.release": ({ resumeToken, apiToken }) => ({
    ...{ host: apiToken, snapshot: `tank/a@${resumeToken}`, tag: resumeToken },
  }),
  "hosts.add": ({ apiToken }) => hostOf(apiToken),
  "hosts.update": ({ apiToken }) => hostOf(apiToken),
  "hosts.remove": ({ apiToken }) => ({ name: apiToken }),
  "policies.save": ({ resumeToken }) => [
    {
      ...{ id, name: resumeToken.slice(0, 80), hosts: "*", datasets: "**", mode: "ask" },
      ...{ idleMinutes: 1, window: null, attempts: 1 },
    },
  ],
  "settings.update": () => ({ overall: 3 }),
  "notices.saveWay": ({ password, apiToken, resumeToken }) => ({
    ...{ id, name: resumeToken.slice(0, 80), on: true, kind: "webhook", open: { user: password } },
    secrets: { url: `https://hooks.invalid/${apiToken}`, key: password },
  }),
  "notices.removeWay": () => ({ id }),
  "notices.testWay": () => ({ id }),
  "notices.saveSettings": () => defaultSettings,
  "users.create": ({ password }) => ({ name: "bob", role: "viewer", password }),
  "users.setRole": () => ({ name: "bob", role: "viewer" }),
  "users.setPassword": ({ password }) => ({ name: "bob", password }),
  "users.remove": () => ({ name: "bob" }),
  "apiTokens.create": ({ apiToken }) => ({ name: apiToken, role: "viewer", days: 1 }),
  "apiTokens.revoke": () => ({ id }),
};

test("no password, code, token or key ever gets into the trail, whatever is sent and whatever goes wrong", async () => {
  const reached = vi.fn();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...(Object.keys(inputs) as MutationPath[])),
      secrets,
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.record({ known: fc.boolean(), fails: fc.boolean(), malformed: fc.boolean() }),
      async (path, all, text, { known, fails, malformed }) => {
        const { password, code, resumeToken, apiToken, otpauth } = all;
        const pasted = `${text} ${resumeToken} ${apiToken} ${otpauth}`;
        const act = () => {
          reached();
          if (fails) throw new HalfwayError("ZFS_FAILED", say`${pasted} failed`, pasted);
          return { done: true, cookies: [], uri: otpauth, backupCodes: [code], token: apiToken };
        };
        // Whatever is asked of it does this.
        const anything: object = new Proxy(act, {
          get: (_, key) => (key === "then" ? undefined : key === "list" ? () => [] : anything),
        });
        const parts = {
          ...{
            transfers: anything,
            holds: anything,
            policies: anything,
            settings: anything,
            notices: anything,
          },
          ...{ access: anything, host: () => ({ name: "nas", local: true }) },
          ...{ addHost: act, changeHost: act, removeHost: act },
        };
        const input = inputs[path](all, pasted);
        const sent = malformed && !Array.isArray(input) ? { ...input, [pasted]: password } : input;
        const from = (await rows()).length;
        await call(path, sent, parts, known ? admin : nobody).catch(() => {});
        const written = JSON.stringify((await rows()).slice(from));
        for (const secret of [password, code, resumeToken, apiToken, otpauth, "s3cr3t session"]) {
          expect(written).not.toContain(secret);
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(reached.mock.calls.length).toBeGreaterThan(50);
  expect(await verify(store.db)).toMatchObject({ holds: true });
});
