import type { APIRequestContext } from "@playwright/test";
import { expect, receivedBytes, test } from "./fixtures";
import { exists } from "./lab";

type Answer = { status: number; reason: string; message: string };

async function call(request: APIRequestContext, procedure: string, input: object): Promise<Answer> {
  const response = await request.post(`/api/trpc/${procedure}`, { data: { json: input } });
  const body = await response.json();
  const { message, data } = body.error.json;
  return { status: response.status(), reason: data.reason, message };
}

const good = "0123456789abcdef";

test.describe("bad input gets a plain answer, and nothing is started or lost", () => {
  const cases: [string, object, string, RegExp][] = [
    [
      "a malformed dataset name",
      { id: "nas:backup/$(reboot)", fingerprint: good },
      "BAD_INPUT",
      /not a ZFS dataset name/,
    ],
    ["no dataset at all", { id: "nas:", fingerprint: good }, "BAD_INPUT", /id|name/],
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
      /not a token fingerprint/,
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
        ["receives.abort", { confirm: "backup/vault" }],
        ["transfers.start", { intent: "resume" }],
      ] as const) {
        const answer = await call(request, procedure, { ...input, ...more });
        expect(answer.reason).toBe(reason);
        expect(answer.message).toMatch(words);
        expect(answer.status).toBeGreaterThanOrEqual(400);
      }
      expect(await exists("nas", "backup/vault")).toBe(true);
      expect(await receivedBytes("backup/vault")).toBe(before);
    });
  }

  test("an abort that takes the dataset, without its name typed", async ({ request }) => {
    const list = await (await request.get("/api/trpc/receives.list")).json();
    const receives = list.result.data.json.flatMap((host: { receives: object[] }) => host.receives);
    const { id, fingerprint } = receives.find(
      ({ dataset }: { dataset: string }) => dataset === "backup/vault",
    );
    const answer = await call(request, "receives.abort", { id, fingerprint });
    expect(answer).toMatchObject({
      reason: "BAD_INPUT",
      message: expect.stringContaining("type the dataset's name"),
    });
    expect(await exists("nas", "backup/vault")).toBe(true);
  });

  test("acting on a receive that somebody else is running", async ({ request }) => {
    const list = await (await request.get("/api/trpc/receives.list")).json();
    const receives = list.result.data.json.flatMap((host: { receives: object[] }) => host.receives);
    const { id, fingerprint } = receives.find(
      ({ dataset }: { dataset: string }) => dataset === "backup/logs",
    );
    const answer = await call(request, "receives.abort", { id, fingerprint, confirm: "backup/logs" });
    expect(["REFUSED", "CONFLICT"]).toContain(answer.reason);
    expect(await exists("nas", "backup/logs")).toBe(true);
  });

  test("a malformed token", async ({ request }) => {
    const response = await request.get(
      `/api/trpc/tokens.decode?input=${encodeURIComponent(JSON.stringify({ json: { token: "1-abc-nonsense" } }))}`,
    );
    expect(response.status()).toBe(400);
    expect((await response.json()).error.json.message).toContain("not a resume token");
  });

  test("a form of another site", async ({ request }) => {
    const response = await request.post("/api/trpc/receives.abort", {
      multipart: { json: "{}" },
      headers: { origin: "https://evil.example" },
    });
    expect(response.status()).toBe(403);
  });
});
