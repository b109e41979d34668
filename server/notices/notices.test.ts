import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plain, verbatim } from "../say";
import { Store } from "../store/store";
import { day, host, minute, noon, receive, token, transfer, verdict, world } from "./fixtures";
import { Notices } from "./notices";
import { HttpReceiver, MailReceiver, silentServer } from "./receivers";
import type { World } from "./rules";
import { send } from "./send";
import { defaultSettings, type NoticeSettings } from "./settings";
import type { WayInput } from "./ways";

let directory = "";
let store: Store;
let http: HttpReceiver;
let notices: Notices;
let now = noon;
let current: World = world();

const open = async () => {
  store = await Store.open(directory);
  notices = new Notices(store, {
    ...{ world: () => current, now: () => now, translatorOf: async () => plain },
    sending: (way, message) => send(way, message, { limitMs: 400 }),
  });
  await notices.load();
};
/** As another server finds it. */
const restart = async () => {
  await store.settled();
  await store.close();
  await open();
};
const pass = async (ms: number) => {
  now += ms;
  await notices.look();
};
/** Something more that cannot be finished. */
const lose = (dataset: string) => {
  current = {
    ...current,
    receives: [...current.receives, receive({ dataset, verdict: verdict("unresumable") })],
  };
};
const webhook = (url: string, more: Partial<WayInput> = {}) => ({
  ...{ name: "hook", on: true, kind: "webhook" as const, open: {}, secrets: { url, key: "" } },
  ...more,
  id: randomUUID(),
});
const change = (settings: Partial<NoticeSettings>) =>
  notices.saveSettings({ ...defaultSettings, ...settings });
const nothing = { body: "", headers: {} as Record<string, unknown> };
const texts = () => http.said.map(({ text }) => text);

beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  directory = mkdtempSync(join(tmpdir(), "halfway notices "));
  [now, current] = [noon, world()];
  http = await new HttpReceiver().start();
  await open();
});
afterEach(async () => {
  vi.restoreAllMocks();
  notices.stop();
  await http.stop();
  await store.settled();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("what is sent", () => {
  test("once, in one message for what is noticed at once, and not again after a restart", async () => {
    await notices.saveWay(webhook(`${http.url}/hook`));
    lose("a");
    lose("b");
    await pass(0);
    expect(http.said).toMatchObject([
      {
        ...{ version: 1, title: "2 notices from Halfway", test: false },
        text: "a on nas cannot be finished. It is unresumable.\nb on nas cannot be finished. It is unresumable.",
        events: [
          { kind: "unresumable", host: "nas", dataset: "a", at: "2026-11-23T12:00:00.000Z", urgent: false },
          { kind: "unresumable", host: "nas", dataset: "b" },
        ],
      },
    ]);
    await pass(day);
    await restart();
    await pass(day);
    expect(http.got).toHaveLength(1);
    expect(await notices.list()).toMatchObject([{ lastAt: noon, problem: null, waiting: 0 }]);
  });

  test("by the first way what is the matter already, in one message", async () => {
    lose("a");
    lose("b");
    await pass(0);
    await restart();
    await pass(day);
    await notices.saveWay(webhook(`${http.url}/hook`));
    await pass(0);
    expect(http.said).toMatchObject([{ events: [{ dataset: "a" }, { dataset: "b" }] }]);
    await pass(day);
    expect(http.got).toHaveLength(1);
  });

  test("one after the other comes in one message a minute later", async () => {
    await notices.saveWay(webhook(http.url));
    for (let at = 0; at < 30; at += 1) {
      lose(`backup/${at}`);
      await pass(1_000);
    }
    expect(http.got).toHaveLength(1);
    await pass(minute);
    expect(http.said[1]).toMatchObject({
      title: "29 notices from Halfway",
      text: expect.stringContaining("And 9 more."),
    });
    expect(http.said[1]?.events).toHaveLength(29);
  });

  test("no resume token, whoever said it", async () => {
    await notices.saveWay(webhook(http.url));
    current = world({
      transfers: [transfer({ state: "failed", endedAt: noon, message: verbatim(`cannot resume ${token}`) })],
    });
    await pass(0);
    expect(http.got[0]?.body).toContain("<resume token>");
    expect(http.got[0]?.body).not.toContain(token);
    expect(JSON.stringify(await store.db.selectFrom("notice_outbox").selectAll().execute())).not.toContain(
      token,
    );
  });

  test("by several ways; one that fails or hangs holds up no other", async () => {
    const hanging = await silentServer();
    await notices.saveWay(webhook(`http://127.0.0.1:${hanging.port}`, { name: "hangs" }));
    const closed = await silentServer();
    closed.stop();
    await notices.saveWay(webhook(`http://127.0.0.1:${closed.port}`, { name: "refuses" }));
    await notices.saveWay(webhook(http.url));
    await notices.saveWay(webhook(`${http.url}/off`, { on: false }));
    lose("a");
    const looking = pass(0);
    await vi.waitFor(() => expect(http.got).toHaveLength(1), 300);
    await looking;
    expect(await notices.list()).toMatchObject([
      { name: "hangs", problem: expect.stringContaining("did not answer within"), waiting: 1 },
      { name: "refuses", problem: expect.stringContaining("refused"), waiting: 1 },
      { name: "hook", problem: null, waiting: 0 },
      { name: "hook", problem: null, waiting: 0 },
    ]);
    expect(http.got).toHaveLength(1);
    hanging.stop();
  });
});

test("of thousands of events a program gets what its server takes, and how many are left out", async () => {
  await notices.saveWay(webhook(http.url));
  for (let at = 0; at < 3_000; at += 1) {
    current.receives = [...current.receives, receive({ dataset: `d${at}`, verdict: verdict("unresumable") })];
  }
  await pass(0);
  expect(http.said).toMatchObject([{ title: "3000 notices from Halfway", eventsLeftOut: 2_500 }]);
  expect(http.said[0]?.events).toHaveLength(500);
});

test("a way that somebody has removed meanwhile does not come back without its secrets", async () => {
  const way = webhook(http.url);
  await notices.saveWay(way);
  await notices.removeWay(way.id);
  const change = { ...way, secrets: { url: http.url, key: null } };
  await expect(notices.saveWay(change)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await notices.list()).toEqual([]);
});

test("a clock that was ahead at the very first start keeps no later failure from being told", async () => {
  await notices.saveWay(webhook(http.url));
  await pass(-3 * 365 * day);
  current = world({ transfers: [transfer({ state: "failed", endedAt: now + 1 })] });
  await pass(minute);
  expect(http.said).toMatchObject([{ events: [{ kind: "failed" }] }]);
});

test("what happens while it is being looked is seen as well", async () => {
  await notices.saveWay(webhook(http.url));
  lose("a");
  const first = notices.look();
  const failed = transfer({ state: "failed", endedAt: noon });
  current = { ...current, transfers: [failed] };
  void notices.look();
  await first;
  const told = await store.db.selectFrom("notice_told").select("key").execute();
  expect(told.map(({ key }) => key)).toContain(`failed ${failed.id}`);
});

test("a way that is taken out at the same moment keeps no other from being told", async () => {
  const [one, other] = [webhook(http.url), webhook(`${http.url}/other`)];
  await notices.saveWay(one);
  await notices.saveWay(other);
  // As it is between the disk and what is remembered of it.
  await store.db.deleteFrom("notice_way").where("id", "=", one.id).execute();
  lose("a");
  await pass(0);
  expect(http.got.map(({ path }) => path)).toEqual(["/other"]);
});

describe("what is not taken", () => {
  test("is not what was: who takes a message and never ends the answer gets it once", async () => {
    http.answer = (response) => void response.writeHead(200).write("thanks");
    await notices.saveWay(webhook(http.url));
    lose("a");
    await pass(0);
    await pass(day);
    expect(http.got).toHaveLength(1);
    expect(await notices.list()).toMatchObject([{ problem: null, waiting: 0 }]);
  });

  test("is tried again although the clock was set back by years meanwhile", async () => {
    http.answer = (response) => response.writeHead(500).end();
    await notices.saveWay(webhook(http.url));
    lose("a");
    await pass(0);
    http.answer = (response) => response.end();
    await pass(-3 * 365 * day);
    expect(http.got).toHaveLength(2);
    lose("b");
    await pass(-day);
    expect(texts().at(-1)).toContain("b on nas");
  });

  test("is tried again, ever more rarely, also by the next server, in order and in one message", async () => {
    http.answer = (response) => response.writeHead(500).end("broken");
    await notices.saveWay(webhook(http.url));
    lose("a");
    await pass(0);
    await pass(29_000);
    expect(http.got).toHaveLength(1);
    await pass(1_000);
    expect(http.got).toHaveLength(2);
    expect(http.said[1]?.id).toBe(http.said[0]?.id);
    lose("b");
    await restart();
    expect(await notices.list()).toMatchObject([
      { problem: "It did not take the message (HTTP 500).", waiting: 1 },
    ]);
    await pass(59_000);
    expect(http.got).toHaveLength(2);
    http.answer = (response) => response.end();
    await pass(1_000);
    expect(texts()[2]).toMatch(/^a on nas .*\nb on nas /);
    expect(await notices.list()).toMatchObject([{ problem: null, failingSince: null, waiting: 0 }]);
    await pass(day);
    expect(http.got).toHaveLength(3);
  });

  test("is let go after a day, and what came later is not", async () => {
    http.answer = (response) => response.writeHead(500).end();
    await notices.saveWay(webhook(http.url));
    lose("a");
    await pass(0);
    for (let at = 0; at < 23; at += 1) await pass(61 * minute);
    lose("b");
    await pass(61 * minute);
    http.answer = (response) => response.end();
    await pass(61 * minute);
    expect(texts().at(-1)).toBe("b on nas cannot be finished. It is unresumable.");
    const tries = http.got.length;
    expect(tries).toBeLessThan(40);
    await pass(day);
    expect(http.got).toHaveLength(tries);
  });

  test("waits as long as the other side wants", async () => {
    http.answer = (response) => response.writeHead(429, { "retry-after": "600" }).end();
    await notices.saveWay(webhook(http.url));
    lose("a");
    await pass(0);
    await pass(9 * minute);
    expect(http.got).toHaveLength(1);
    expect((await notices.list())[0]?.problem).toEqual(expect.stringContaining("too many"));
    await pass(minute);
    expect(http.got).toHaveLength(2);
  });

  test("is tried at once when its way was changed, or a test got through", async () => {
    http.answer = (response) => response.writeHead(401).end();
    const way = webhook(http.url);
    await notices.saveWay(way);
    lose("a");
    await pass(0);
    http.answer = (response) => response.end();
    await notices.saveWay({ ...way, secrets: { url: null, key: null } });
    await pass(1);
    expect(http.got).toHaveLength(2);
  });

  test("goes nowhere else by a redirect, and a flood of an answer is not read", async () => {
    const other = await new HttpReceiver().start();
    http.answer = (response) => response.writeHead(307, { location: other.url }).end();
    const way = webhook(http.url);
    await notices.saveWay(way);
    expect(await notices.test(way.id)).toMatchObject({
      ok: false,
      problem: expect.stringContaining("redirect"),
    });
    expect(other.got).toHaveLength(0);
    await other.stop();
    let written = 0;
    http.answer = (response) => {
      const more = () => {
        while (!response.destroyed && written < 1e9) {
          written += 65_536;
          if (!response.write("x".repeat(65_536))) return void response.once("drain", more);
        }
      };
      more();
    };
    const outcome = await notices.test(way.id);
    expect(outcome).toMatchObject({ ok: true });
    expect(outcome.answer.length).toBeLessThan(400);
    expect(written).toBeLessThan(1e8);
  });
});

describe("quiet hours", () => {
  // By the clock of Berlin it is 13:00 at noon UTC.
  const quiet = { quiet: { from: "22:00", to: "07:00" }, zone: "Europe/Berlin" };
  const hour = 60 * minute;

  test("hold back what is not urgent, and tell it in one message when they end", async () => {
    change(quiet);
    await notices.saveWay(webhook(http.url));
    now = noon + 10 * hour;
    for (const dataset of ["a", "b", "c"]) {
      lose(dataset);
      await pass(hour);
    }
    expect(http.got).toHaveLength(0);
    expect((await notices.list())[0]?.waiting).toBe(3);
    await restart();
    now = noon + 18 * hour - 1;
    await notices.look();
    expect(http.got).toHaveLength(0);
    await pass(1);
    expect(texts()).toEqual([expect.stringMatching(/^a on .*\nb on .*\nc on /)]);
  });

  test("let through what is urgent, as far as somebody has said so", async () => {
    change(quiet);
    await notices.saveWay(webhook(http.url));
    now = noon + 12 * hour;
    lose("a");
    current = {
      ...current,
      hosts: [host({ troubledPools: [{ name: "tank", health: "FAULTED", readonly: false }] })],
    };
    await pass(0);
    expect(texts()).toEqual(["The pool tank on nas is in trouble: FAULTED."]);
    await pass(7 * hour);
    expect(texts()[1]).toBe("a on nas cannot be finished. It is unresumable.");
  });
});

describe("a way", () => {
  test("gives none of its secrets back, and keeps them unless they are typed anew", async () => {
    const way = webhook(`${http.url}/s3cr3t`, { secrets: { url: `${http.url}/s3cr3t`, key: "k3y" } });
    await notices.saveWay(way);
    expect(JSON.stringify(await notices.list())).not.toMatch(/s3cr3t|k3y/);
    expect(await notices.list()).toMatchObject([{ secrets: { url: true, key: true }, open: {} }]);
    await notices.saveWay({ ...way, name: "other", secrets: { url: null, key: null } });
    await restart();
    await notices.test(way.id);
    expect(http.got[0]?.path).toBe("/s3cr3t");
    const [{ body, headers } = nothing] = http.got;
    const [, seconds = "", proof = ""] =
      /^t=(\d+),v1=(\w+)$/.exec(String(headers["x-halfway-signature"])) ?? [];
    expect(proof).toBe(createHmac("sha256", "k3y").update(`${seconds}.${body}`).digest("hex"));
  });

  test("does not take its token elsewhere", async () => {
    const way = {
      ...webhook(""),
      ...{ kind: "gotify" as const, open: { url: http.url }, secrets: { token: "t0ken" } },
    };
    await notices.saveWay(way);
    const evil = { ...way, open: { url: "http://127.0.0.1:9" }, secrets: { token: null } };
    await expect(notices.saveWay(evil)).rejects.toMatchObject({ code: "BAD_INPUT" });
    await notices.saveWay({ ...way, open: { url: `${http.url}/gotify` }, secrets: { token: null } });
  });

  test.each([
    ["webhook", {}, { url: "file:///etc/passwd", key: "" }],
    ["webhook", {}, { url: "http://user:password@nas", key: "" }],
    ["webhook", {}, { url: null, key: "" }],
    ["ntfy", { url: "https://ntfy.sh" }, { topic: "a/b", token: "" }],
    ["telegram", { url: "https://api.telegram.org", chat: "1" }, { token: "../x" }],
    ["gotify", { url: "ftp://nas" }, { token: "x" }],
  ] as const)("of the kind %s is refused where it makes no sense (%#)", async (kind, open, secrets) => {
    await expect(notices.saveWay({ ...webhook(""), kind, open, secrets })).rejects.toMatchObject({
      code: "BAD_INPUT",
    });
    expect(await notices.list()).toEqual([]);
  });

  test("that is removed takes along what waited for it; one that is off keeps nothing for later", async () => {
    http.answer = (response) => response.writeHead(500).end();
    const [one, other] = [webhook(http.url), webhook(http.url)];
    await notices.saveWay(one);
    await notices.saveWay(other);
    lose("a");
    await pass(0);
    await notices.removeWay(one.id);
    await notices.saveWay({ ...other, on: false });
    expect(await store.db.selectFrom("notice_outbox").selectAll().execute()).toEqual([]);
    await expect(notices.test(one.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("says what went wrong in a word, and nothing of what was answered, to all but who tests it", async () => {
    http.answer = (response) => response.writeHead(500).end("the internals of some server");
    const way = webhook(`${http.url}/s3cr3t`);
    await notices.saveWay(way);
    lose("a");
    await pass(0);
    const [listed] = await notices.list();
    expect(listed?.problem).toEqual("It did not take the message (HTTP 500).");
    expect(JSON.stringify(listed)).not.toMatch(/internals|s3cr3t|127\.0\.0\.1/);
  });

  test("does not repeat a part of its address, as who names the path that they do not know", async () => {
    http.answer = (response, { path }) =>
      response.writeHead(404).end(`Cannot POST ${path.slice(0, 40)}, ${path.slice(1)}`);
    const way = webhook(`${http.url}/services/T0000/B00000000/s3cr3t-words?sig=s3cr3t-mark`);
    await notices.saveWay(way);
    const { answer } = await notices.test(way.id);
    expect(answer).toContain("Cannot POST");
    expect(answer).not.toMatch(/s3cr3t|B0000/);
  });

  test("does not repeat its secret when the other side does", async () => {
    http.answer = (response, { path }) => response.end(`you asked for ${http.url}${path}`);
    const way = webhook(`${http.url}/s3cr3t`);
    await notices.saveWay(way);
    expect(await notices.test(way.id)).toEqual({ ok: true, answer: "HTTP 200 you asked for …", but: null });
  });
});

describe("each kind of server gets what it expects", () => {
  const cases: [WayInput["kind"], Pick<WayInput, "open" | "secrets">, string, object][] = [
    [
      "ntfy",
      { open: { url: "URL" }, secrets: { topic: "nas", token: "tk_1" } },
      "/",
      {
        topic: "nas",
        title: "A receive cannot be finished on nas",
        message: expect.stringContaining("_x_"),
        priority: 3,
      },
    ],
    [
      "gotify",
      { open: { url: "URL/sub" }, secrets: { token: "t" } },
      "/sub/message",
      { title: "A receive cannot be finished on nas", message: expect.stringContaining("_x_"), priority: 4 },
    ],
    [
      "slack",
      { open: {}, secrets: { url: "URL/services/x" } },
      "/services/x",
      { text: expect.stringContaining("&lt;!here&gt;") },
    ],
    [
      "discord",
      { open: {}, secrets: { url: "URL/api/webhooks/x" } },
      "/api/webhooks/x",
      { content: expect.stringContaining("\\_x\\_"), allowed_mentions: { parse: [] } },
    ],
    [
      "teams",
      { open: {}, secrets: { url: "URL/workflows/x?sig=1" } },
      "/workflows/x?sig=1",
      { type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive" }] },
    ],
    [
      "telegram",
      { open: { url: "URL", chat: "-100" }, secrets: { token: "1:x" } },
      "/bot1:x/sendMessage",
      { chat_id: "-100", text: expect.stringContaining("_x_ <!here>") },
    ],
  ];
  test.each(cases)("%s", async (kind, { open, secrets }, path, body) => {
    const filled = (all: object) =>
      Object.fromEntries(
        Object.entries(all).map(([key, value]) => [key, String(value).replace("URL", http.url)]),
      );
    await notices.saveWay({ ...webhook(""), kind, open: filled(open), secrets: filled(secrets) });
    lose("backup/_x_ <!here>");
    await pass(0);
    expect(http.got[0]?.path).toBe(path);
    expect(http.said[0]).toMatchObject(body);
    if (kind === "ntfy") expect(http.got[0]?.headers.authorization).toBe("Bearer tk_1");
    if (kind === "gotify") expect(http.got[0]?.headers["x-gotify-key"]).toBe("t");
  });
});

describe("by mail", () => {
  let mail: MailReceiver;
  beforeEach(async () => {
    mail = await new MailReceiver().start();
  });
  afterEach(() => mail.stop());
  const way = (password: string, more: object = {}) => ({
    ...{ ...webhook(""), kind: "email" as const },
    open: {
      ...{ server: "127.0.0.1", port: mail.port, encryption: "none", user: "halfway" },
      ...{ from: "halfway@example.org", to: "me@example.org, you@example.org", ...more },
    },
    secrets: { password },
  });

  test("to everybody who is named, in plain text", async () => {
    await notices.saveWay(way("right"));
    lose("a");
    await pass(0);
    expect(mail.got).toMatchObject([
      { from: "halfway@example.org", to: ["me@example.org", "you@example.org"] },
    ]);
    expect(mail.got[0]?.text).toContain("Subject: A receive cannot be finished on nas");
    expect(mail.got[0]?.text).toContain("a on nas cannot be finished.");
    expect(await notices.list()).toMatchObject([{ problem: null, open: { server: "127.0.0.1" } }]);
  });

  test("that one of several does not get it is said, and those who do get it once", async () => {
    mail.unknown = "you@example.org";
    const both = way("right");
    await notices.saveWay(both);
    const problem = "The mail server did not take it for 1 of the recipients.";
    expect(await notices.test(both.id)).toMatchObject({ ok: false, problem });
    lose("a");
    await pass(0);
    await pass(day);
    expect(mail.got).toHaveLength(2);
    expect(await notices.list()).toMatchObject([{ problem, waiting: 0 }]);
  });

  test("a wrong password, a full mailbox and a silent server are said as such, and tried again", async () => {
    const wrong = way("wrong");
    await notices.saveWay(wrong);
    expect(await notices.test(wrong.id)).toMatchObject({
      ok: false,
      problem: "The mail server does not accept the name or password.",
    });
    mail.refusal = "mailbox is full";
    await notices.saveWay({ ...wrong, secrets: { password: "right" } });
    lose("a");
    await pass(0);
    expect(await notices.list()).toMatchObject([
      { problem: "The mail server did not take the message.", waiting: 1 },
    ]);
    mail.refusal = null;
    await pass(minute);
    expect(mail.got).toHaveLength(1);
    const silent = await silentServer();
    const hanging = { ...way("right", { port: silent.port }), id: randomUUID() };
    await notices.saveWay(hanging);
    expect(await notices.test(hanging.id)).toMatchObject({
      ok: false,
      problem: expect.stringContaining("did not answer"),
    });
    silent.stop();
  });

  test("a password is not sent where nothing keeps it from being read, once encryption was asked for", async () => {
    const encrypted = way("right", { encryption: "starttls" });
    await notices.saveWay(encrypted);
    expect(await notices.test(encrypted.id)).toMatchObject({ ok: false });
    await expect(
      notices.saveWay({ ...way("right"), id: encrypted.id, secrets: { password: null } }),
    ).rejects.toMatchObject({ code: "BAD_INPUT" });
  });
});

test("while the disk is full nothing is sent twice, and what happened meanwhile is sent afterwards", async () => {
  await notices.saveWay(webhook(http.url));
  let full = true;
  void store.write(async () => {
    if (full) throw Object.assign(new Error("disk full"), { code: "SQLITE_FULL" });
  });
  await store.settled();
  lose("a");
  await pass(0);
  expect(http.got).toHaveLength(0);
  full = false;
  await vi.waitFor(async () => {
    await notices.look();
    expect(http.got).toHaveLength(1);
  }, 10_000);
  await pass(day);
  expect(http.got).toHaveLength(1);
});

test("what is documented of a webhook is what it gets", async () => {
  await notices.saveWay(webhook(http.url, { secrets: { url: http.url, key: "x" } }));
  lose("a");
  await pass(0);
  const text = readFileSync(join(import.meta.dirname, "../../docs/notices.md"), "utf8");
  const example = JSON.parse(/```json\n([\s\S]*?)```/.exec(text)?.[1] ?? "{}");
  const shape = (value: object) => Object.keys(value).sort();
  const said = http.said[0] ?? {};
  expect(shape(example)).toEqual(shape(said));
  expect(shape(example.events[0])).toEqual(shape((said.events as object[])[0] ?? {}));
  expect(text).toContain("X-Halfway-Signature");
});
