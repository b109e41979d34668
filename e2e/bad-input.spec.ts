import type { APIRequestContext } from "@playwright/test";
import { plain } from "../server/say";
import { expect, receivedBytes, test } from "./fixtures";
import { exists, sh } from "./lab";

type Answer = { status: number; reason: string; message: string };

async function call(request: APIRequestContext, procedure: string, input: object): Promise<Answer> {
  const response = await request.post(`/api/trpc/${procedure}`, { data: { json: input } });
  const body = await response.json();
  const { message, data } = body.error.json;
  return { status: response.status(), reason: data.reason, message: plain(message) };
}

const good = "0123456789abcdef";

type Listed = { id: string; dataset: string; fingerprint: string };

async function query(request: APIRequestContext, procedure: string, input?: object) {
  const search = input ? `?input=${encodeURIComponent(JSON.stringify({ json: input }))}` : "";
  return (await (await request.get(`/api/trpc/${procedure}${search}`)).json()).result.data.json;
}

async function listed(request: APIRequestContext, dataset: string): Promise<Listed> {
  const find = async () => {
    const hosts: { receives: Listed[] }[] = await query(request, "receives.list");
    return hosts.flatMap(({ receives }) => receives).find((receive) => receive.dataset === dataset);
  };
  // A server that has just started has not read its hosts yet.
  await expect.poll(find).toBeDefined();
  return (await find()) as Listed;
}

async function planDigest(request: APIRequestContext, input: object): Promise<string> {
  return (await query(request, "receives.plan", input)).digest;
}

async function transfersIn(request: APIRequestContext): Promise<object[]> {
  return query(request, "transfers.list");
}

test.describe("bad input gets a plain answer, and nothing is started or lost", { tag: "@once" }, () => {
  const cases: [string, object, string, RegExp][] = [
    [
      "a malformed dataset name",
      { id: "nas:backup/$(reboot)", fingerprint: good },
      "BAD_INPUT",
      /not a ZFS dataset name/,
    ],
    ["no dataset at all", { id: "nas:", fingerprint: good }, "BAD_INPUT", /^“” is not a ZFS dataset name/],
    [
      "an unknown host",
      { id: "nowhere:backup/vault", fingerprint: good },
      "NOT_FOUND",
      /no host named “nowhere”/,
    ],
    [
      "a malformed fingerprint",
      { id: "nas:backup/vault", fingerprint: "x" },
      "BAD_INPUT",
      /not the fingerprint of a resume token/,
    ],
    [
      "a dataset without a receive",
      { id: "nas:backup", fingerprint: good },
      "CONFLICT",
      /no interrupted receive/,
    ],
    [
      "a state that has changed",
      { id: "nas:backup/vault", fingerprint: good },
      "CONFLICT",
      /changed since you looked/,
    ],
    ["a word too many", { id: "nas:backup/vault", fingerprint: good, argv: "x" }, "BAD_INPUT", /argv/],
  ];
  for (const [what, input, reason, words] of cases) {
    test(what, async ({ request }) => {
      const before = await receivedBytes("backup/vault");
      for (const [procedure, more] of [
        ["receives.abort", { confirm: { plan: good, name: "backup/vault" } }],
        ["transfers.start", { intent: "resume" }],
      ] as const) {
        const answer = await call(request, procedure, { ...input, ...more });
        expect(answer.reason).toBe(reason);
        expect(answer.message).toMatch(words);
        expect(answer.status).toBeGreaterThanOrEqual(400);
      }
      expect(await transfersIn(request)).toEqual([]);
      expect(await exists("nas", "backup/vault")).toBe(true);
      expect(await receivedBytes("backup/vault")).toBe(before);
    });
  }

  test("an abort without its plan confirmed, or without the name typed", async ({ request }) => {
    const { id, fingerprint } = await listed(request, "backup/vault");
    const digest = await planDigest(request, { id, fingerprint, intent: "abort" });
    const unconfirmed = await call(request, "receives.abort", { id, fingerprint });
    expect(unconfirmed).toMatchObject({
      reason: "BAD_INPUT",
      message: expect.stringContaining("type the dataset's name"),
    });
    const unnamed = await call(request, "receives.abort", {
      id,
      fingerprint,
      confirm: { plan: digest, name: "backup" },
    });
    expect(unnamed).toMatchObject({
      reason: "BAD_INPUT",
      message: expect.stringContaining("type the dataset's name"),
    });
    expect(await exists("nas", "backup/vault")).toBe(true);
  });

  test("a confirmation of something else than what would run now", async ({ request }) => {
    const { id, fingerprint } = await listed(request, "backup/home");
    const digest = await planDigest(request, { id, fingerprint, intent: "resume-with-rollback" });
    await sh("nas", "zfs snapshot backup/home@meanwhile");
    const start = {
      id,
      fingerprint,
      intent: "resume-with-rollback",
      confirm: { plan: digest, name: "backup/home" },
    };
    try {
      expect(await call(request, "transfers.start", start)).toMatchObject({
        reason: "CONFLICT",
        message: expect.stringContaining("changed since you looked"),
      });
      expect(await exists("nas", "backup/home@meanwhile")).toBe(true);
    } finally {
      // Other tests rely on what was seeded.
      await sh("nas", "zfs destroy backup/home@meanwhile");
    }
  });

  test("acting on a receive that somebody else is running", async ({ request }) => {
    // Its token moves: ask until the answer is about the receive and not about a token that was read too early.
    await expect
      .poll(async () => {
        const { id, fingerprint } = await listed(request, "backup/logs");
        return (await call(request, "transfers.start", { id, fingerprint, intent: "resume" })).reason;
      })
      .toBe("REFUSED");
    expect(await exists("nas", "backup/logs")).toBe(true);
  });

  test("a malformed token", async ({ request }) => {
    const response = await request.get(
      `/api/trpc/tokens.decode?input=${encodeURIComponent(JSON.stringify({ json: { token: "1-abc-nonsense" } }))}`,
    );
    expect(response.status()).toBe(400);
    expect(plain((await response.json()).error.json.message)).toContain("not a resume token");
  });

  test("a form of another site", async ({ request }) => {
    const response = await request.post("/api/trpc/receives.abort", {
      multipart: { json: "{}" },
      headers: { origin: "https://evil.example" },
    });
    expect(response.status()).toBe(403);
  });
});
