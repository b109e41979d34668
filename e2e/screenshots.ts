import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { ensureBuild } from "./build";
import { configFile, down, status, up } from "./lab";
import { RunningServer } from "./server";
import { uplink } from "./uplink";

const folder = "docs/screenshots";
const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
const server = new RunningServer({
  port: Number(process.env.PORT ?? 3220),
  configFile,
  stateDir: mkdtempSync(join(tmpdir(), "halfway-screenshots-")),
});

const labWasUp = (await status()).hosts.some(({ running }) => running);
await up({ seeded: true, log: console.log });
await ensureBuild();
await server.start();
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  ...(existsSync("/usr/bin/chromium") ? { executablePath: "/usr/bin/chromium" } : {}),
});
try {
  for (const [name, viewport, colorScheme] of [
    ["list", desktop, "light"],
    ["list-dark", desktop, "dark"],
    ["list-phone", phone, "light"],
  ] as const) {
    const page = await browser.newPage({ viewport, colorScheme, extraHTTPHeaders: server.headers });
    await page.goto(server.url);
    await page.getByText("Live").waitFor();
    await page.getByText("backup/projects").first().waitFor();
    // Until everything has its verdict.
    await page
      .getByText(/finding out whether/)
      .first()
      .waitFor({ state: "detached" });
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.close();
  }
  // What an abort would mean, and a verdict with its evidence.
  const dialogs = await browser.newPage({ viewport: desktop, extraHTTPHeaders: server.headers });
  await dialogs.goto(server.url);
  await dialogs.getByText("Live").waitFor();
  const wiki = dialogs.getByRole("row", { name: "backup/wiki" });
  await wiki.getByText(/^How we know/).click();
  await wiki.evaluate((row) => row.scrollIntoView({ block: "center" }));
  await dialogs.screenshot({ path: join(folder, "evidence.png") });
  await wiki.getByRole("button", { name: "Abort backup/wiki" }).click();
  await dialogs.getByText("What runs").waitFor();
  await dialogs.screenshot({ path: join(folder, "abort.png") });
  await dialogs.close();
  // A transfer in the middle, to be seen from the row's top on.
  await uplink.slow();
  const page = await browser.newPage({ viewport: desktop, extraHTTPHeaders: server.headers });
  await page.goto(server.url);
  await page.getByRole("button", { name: "Resume backup/photos" }).click();
  await page
    .getByText(/MiB\/s/)
    .first()
    .waitFor({ timeout: 60_000 });
  await page
    .getByRole("row", { name: "backup/photos" })
    .evaluate((row) => row.scrollIntoView({ block: "center" }));
  await page.screenshot({ path: join(folder, "running.png") });
  await page.getByRole("button", { name: "Stop backup/photos" }).click();
  await page.getByRole("button", { name: "Resume backup/photos" }).waitFor({ timeout: 60_000 });
} finally {
  await browser.close();
  await uplink.quick();
  await server.stop();
  if (!labWasUp) await down();
}
console.log(`The pictures are in ${folder}.`);
