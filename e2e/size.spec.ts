import { gzipSync } from "node:zlib";
import { expect, type Page } from "@playwright/test";
import { test } from "./with-crowd";

test.use({ crowd: { receives: 40, hosts: 3 } });

/** What the main page may load of JavaScript, compressed as the server does it. Another language's words come on top. */
const mostBytes = 200_000;

/** Opens a page with an empty cache, and counts the JavaScript that comes until it has nothing more to do. */
async function scriptsOf(page: Page, path: string): Promise<{ url: string; bytes: number }[]> {
  const scripts: Promise<{ url: string; bytes: number }>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() !== "script") return;
    scripts.push(
      response
        .body()
        .then((body) => ({ url: new URL(response.url()).pathname, bytes: gzipSync(body).length })),
    );
  });
  await page.goto(path);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  // What comes after a moment of quiet was asked for by somebody.
  await page.waitForTimeout(2_000);
  return Promise.all(scripts);
}

test("the main page needs no more than 200 kB of JavaScript", async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const scripts = await scriptsOf(page, "/");
  const listed = scripts
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ url, bytes }) => `${(bytes / 1024).toFixed(1)} KiB ${url}`)
    .join("\n");
  expect(scripts.length).toBeGreaterThan(3);
  expect(
    scripts.reduce((sum, { bytes }) => sum + bytes, 0),
    listed,
  ).toBeLessThanOrEqual(mostBytes);
});
