import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { ensureBuild } from "./build";
import { configFile, down, status, up } from "./lab";
import { RunningServer } from "./server";

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
    const page = await browser.newPage({ viewport, colorScheme });
    await page.goto(server.url);
    await page.getByText("backup/projects").first().waitFor();
    await page.screenshot({ path: join(folder, `${name}.png`) });
    if (name !== "list-phone") {
      await page.getByRole("button", { name: "Abort backup/wiki" }).click();
      await page.getByRole("dialog").getByText("zfs receive -A").waitFor();
      await page.screenshot({ path: join(folder, name.replace("list", "abort").concat(".png")) });
    }
    await page.close();
  }
} finally {
  await browser.close();
  await server.stop();
  if (!labWasUp) await down();
}
console.log(`The pictures are in ${folder}.`);
