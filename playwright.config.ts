import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

// Debian's Chromium where there is one; elsewhere Playwright's own.
const chromium = "/usr/bin/chromium";
const args = [
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

export default defineConfig({
  testDir: "e2e",
  // The guests are shared and slow: one test at a time, none of them retried.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env.CI),
  // First those that only look at what was seeded, then those that use it up; at last those whose pages are the same
  // whatever ZFS is below them. `npm test` runs these on one version only, and of the others what is tagged @once.
  projects: [
    { name: "look", testMatch: "{list,bad-input,pages}.spec.ts" },
    { name: "act", testMatch: "{follow,abort,force,resume,ways,delegation}.spec.ts" },
    {
      name: "once",
      testMatch:
        "{receive,continue,survive,token,send,queue,history,holds,settings,access,hosts,shell,size,crowd,notices,proxy,state}.spec.ts",
    },
    // Into machines of their own, where the server is emulated, too: `npm run test:install`.
    { name: "install", testMatch: "install/*.spec.ts", expect: { timeout: 240_000 } },
  ],
  use: {
    ...devices["Desktop Chrome"],
    launchOptions: { args, ...(existsSync(chromium) ? { executablePath: chromium } : {}) },
    trace: "retain-on-failure",
  },
});
