import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import { errorsIn } from "./fixtures";
import { RunningServer } from "./server";

/*
 * What somebody meets who is not signed in, or may not do everything. Needs no ZFS: its server has a host that does not answer.
 */

const password = "correct horse battery";

const test = base.extend<{ baseURL: string }, { server: RunningServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are used from this pattern
    async ({}, use) => {
      const stateDir = mkdtempSync(join(tmpdir(), "halfway-access-"));
      const configFile = join(stateDir, "hosts.json");
      const hosts = [{ name: "nowhere", ssh: { destination: "nobody@halfway.invalid" } }];
      writeFileSync(configFile, JSON.stringify({ hosts }));
      const server = new RunningServer({
        port: Number(process.env.E2E_PORT ?? 3210) + 1,
        configFile,
        stateDir,
      });
      await server.start();
      await use(server);
      await server.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  context: async ({ context }, use) => {
    const errors = errorsIn(context);
    await use(context);
    expect(
      errors,
      "errors that pages threw or logged, a violated Content-Security-Policy among them",
    ).toEqual([]);
  },
});

async function signIn(page: Page, name: string, secret: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Calls a mutation as the page does, with the session of its browser. */
async function call(page: Page, procedure: string, json: object): Promise<number> {
  const headers = { "x-halfway": "page" };
  return (await page.request.post(`/api/trpc/${procedure}`, { headers, data: { json } })).status();
}

test("whoever is not signed in gets no page and no data, and comes back to where they wanted to go", async ({
  page,
  server,
}) => {
  expect((await page.request.get("/api/trpc/receives.list")).status()).toBe(401);
  await page.goto("/transfers?state=open");
  await expect(page).toHaveURL("/login?next=%2Ftransfers%3Fstate%3Dopen");
  await signIn(page, server.account.name, "not the password");
  await expect(page.getByText("do not belong together")).toBeVisible();
  await signIn(page, server.account.name, server.account.password);
  await expect(page).toHaveURL("/transfers?state=open");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();

  await page.getByRole("button", { name: `Account: ${server.account.name}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/login");
  expect((await page.request.get("/api/trpc/receives.list")).status()).toBe(401);
});

test("the first account is made once: nobody else becomes an admin that way", async ({ page }) => {
  await page.goto("/setup");
  await expect(page).toHaveURL("/login");
  expect(await call(page, "session.setUp", { token: "guess", name: "mallory", password })).toBe(412);
});

test("what a viewer may not do says who may, and a page whose session ends leaves by itself", async ({
  page,
  server,
  browser,
  baseURL,
}) => {
  await page.goto("/");
  await signIn(page, server.account.name, server.account.password);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  expect(await call(page, "users.create", { name: "vera", role: "viewer", password })).toBe(200);

  const context = await browser.newContext({ baseURL });
  const viewer = await context.newPage();
  await viewer.goto("/settings");
  await signIn(viewer, "vera", password);
  await expect(viewer.getByText("Live", { exact: true })).toBeVisible();
  const save = viewer.getByRole("button", { name: "Save the settings" });
  await expect(save).toBeDisabled();
  await save.focus();
  await expect(save).toHaveAccessibleDescription("Only an admin may do this; you are signed in as a viewer.");
  expect(await call(viewer, "settings.update", { overall: 1 })).toBe(403);

  expect(await call(page, "users.remove", { name: "vera" })).toBe(200);
  await expect(viewer).toHaveURL(/\/login\?next=%2Fsettings$/);
  await context.close();
});

test("one changes one's own password, and turns on a second factor that the next sign-in asks for", async ({
  page,
  server,
}) => {
  await page.goto("/");
  await signIn(page, server.account.name, server.account.password);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  expect(await call(page, "users.create", { name: "otto", role: "operator", password })).toBe(200);
  expect(await call(page, "session.signOut", {})).toBe(200);
  await page.goto("/account");
  await signIn(page, "otto", password);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();

  const own = page.getByRole("region", { name: "Password", exact: true });
  await own.getByLabel("Password of now").fill(password);
  await own.getByLabel("New password", { exact: true }).fill("another long password");
  await own.getByLabel("New password, once more").fill("another long password");
  await own.getByRole("button", { name: "Change the password" }).click();
  await expect(own.getByRole("status")).toContainText("It is changed");

  const factor = page.getByRole("region", { name: "Second factor" });
  await factor.getByLabel("Your password").fill("another long password");
  await factor.getByRole("button", { name: "Set it up" }).click();
  const secret = (await factor.locator("code").first().textContent()) ?? "";
  await factor.getByLabel("3. Type the code").fill(codeOf(secret));
  await factor.getByRole("button", { name: "Turn it on" }).click();
  await expect(factor.getByRole("status")).toContainText("It is on");

  await page.getByRole("button", { name: "Account: otto" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await signIn(page, "otto", "another long password");
  await page.getByLabel("Code").fill(codeOf(secret));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
});

test("what was done and refused is on the audit page, found by its address, and can be taken along and verified", async ({
  page,
  server,
}) => {
  await page.goto("/audit");
  await signIn(page, server.account.name, server.account.password);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  expect(await call(page, "users.create", { name: "audited", role: "viewer", password })).toBe(200);
  expect(await call(page, "session.signIn", { name: "audited", password: "not it", code: null })).toBe(412);
  await page.getByRole("button", { name: "Look again" }).click();
  const made = page.getByRole("listitem", { name: "Make an account" }).first();
  await expect(made).toContainText("audited as viewer");
  await expect(made).toContainText("Done");

  await page.getByRole("searchbox", { name: "Who" }).fill("AUDITED");
  await page.getByRole("combobox", { name: "Outcome" }).selectOption("Denied");
  await expect(page).toHaveURL("/audit?actor=AUDITED&outcome=denied");
  const acts = page.getByRole("list", { name: "Acts" }).getByRole("listitem");
  await expect(acts).toHaveCount(1);
  await expect(acts).toContainText("do not belong together");
  await page.reload();
  await expect(acts).toHaveCount(1);

  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^halfway-audit-.*\.jsonl$/);
  const text = readFileSync(await download.path(), "utf8");
  const rows = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows.map(({ kind }) => kind)).toEqual(["intent", "outcome"]);
  expect(text).not.toContain("not it");

  const env = { ...process.env, HALFWAY_STATE_DIR: server.stateDir };
  const said = execFileSync("tsx", ["server/admin.ts", "verify-audit"], { env, encoding: "utf8" });
  expect(said).toContain("entries are as written, and none is missing");
});

/** What an app shows at this moment for a secret (RFC 6238). */
function codeOf(secret: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac("sha1", key).update(count).digest();
  const at = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("the running server refuses whatever comes from elsewhere", async ({ server }) => {
  const post = (headers: Record<string, string>) =>
    fetch(`${server.url}/api/trpc/session.signOut`, { method: "POST", body: "{}", headers });
  const json = { "content-type": "application/json", "x-halfway": "page" };
  expect((await post(json)).status).toBe(200);
  expect((await post({ ...json, origin: "https://evil.example" })).status).toBe(403);
  expect((await post({ ...json, "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await post({ "content-type": "application/json" })).status).toBe(403);
  expect((await post({ ...json, "content-type": "text/plain" })).status).toBe(415);
  const page = await fetch(`${server.url}/login`);
  const policy = page.headers.get("content-security-policy") ?? "";
  const [, nonce = "none"] = /'nonce-([^']+)'/.exec(policy) ?? [];
  const scripts = (await page.text()).match(/<script[^>]*>/g) ?? [];
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
  const again = await fetch(`${server.url}/login`);
  expect(again.headers.get("content-security-policy")).not.toContain(nonce);
});
