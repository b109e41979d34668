import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect } from "@playwright/test";
import { errorsIn } from "./fixtures";
import { RunningServer } from "./server";

const port = Number(process.env.E2E_PORT ?? 3210) + 3;

/** Tests of the page with receives that `crowd.ts` made up: they need no ZFS. `crowd` says how many, on how many hosts. */
export const test = base.extend<
  { baseURL: string; extraHTTPHeaders: Record<string, string> },
  { server: RunningServer; crowd: { receives: number; hosts: number } }
>({
  crowd: [
    { receives: 3_000, hosts: 3 },
    { scope: "worker", option: true },
  ],
  server: [
    async ({ crowd }, use) => {
      const stateDir = mkdtempSync(join(tmpdir(), "halfway-crowd-"));
      const configFile = join(stateDir, "hosts.json");
      const hosts = [{ name: "nowhere", ssh: { destination: "nobody@halfway.invalid" } }];
      writeFileSync(configFile, JSON.stringify({ hosts }));
      const server = new RunningServer({
        ...{ port, configFile, stateDir, program: ["tsx", "e2e/crowd.ts"] },
        env: { CROWD: String(crowd.receives), CROWD_HOSTS: String(crowd.hosts) },
      });
      await server.start();
      await use(server);
      await server.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  extraHTTPHeaders: async ({ server }, use) => use(server.headers),
  context: async ({ context }, use) => {
    const errors = errorsIn(context);
    await use(context);
    expect(errors, "errors that pages threw or logged").toEqual([]);
  },
});
