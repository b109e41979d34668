import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import { errorsIn } from "./fixtures";
import { RunningServer } from "./server";

/** Where that server listens. */
export const port = Number(process.env.E2E_PORT ?? 3210) + 1;

/**
 * Tests that need no ZFS: their server has one configured host, which does not answer. `env` is what else it is told in its
 * environment.
 */
export const test = base.extend<{ baseURL: string }, { env: Record<string, string>; server: RunningServer }>({
  env: [{}, { scope: "worker", option: true }],
  server: [
    async ({ env }, use) => {
      const stateDir = mkdtempSync(join(tmpdir(), "halfway-no-lab-"));
      const configFile = join(stateDir, "hosts.json");
      const hosts = [{ name: "nowhere", ssh: { destination: "nobody@halfway.invalid" } }];
      writeFileSync(configFile, JSON.stringify({ hosts }));
      const server = new RunningServer({ port, configFile, stateDir, env });
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

/** Signs in where the page asks for it. */
export async function signIn(page: Page, name: string, secret: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Opens a page as the server's admin, and waits until it is live. */
export async function enter(page: Page, { account }: RunningServer, path = "/"): Promise<void> {
  await page.goto(path);
  await signIn(page, account.name, account.password);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
}
