import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BrowserContext, test as base, expect, type Locator, type Page } from "@playwright/test";
import { configFile, run, sh } from "./lab";
import { RunningServer, stopTransfers } from "./server";
import { uplink } from "./uplink";

export { expect } from "@playwright/test";

type Product = { server: RunningServer; stateDir: string };

/** Tests run against the production server, one per worker, with a state directory of its own. */
export const test = base.extend<
  { baseURL: string; extraHTTPHeaders: Record<string, string>; uplink: typeof uplink },
  { product: Product }
>({
  product: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are used from this pattern
    async ({}, use) => {
      const stateDir = mkdtempSync(join(tmpdir(), "halfway-e2e-"));
      const server = new RunningServer({ port: Number(process.env.E2E_PORT ?? 3210), configFile, stateDir });
      await server.start();
      await use({ server, stateDir });
      await server.stop();
      stopTransfers(stateDir);
      rmSync(stateDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ product }, use) => use(product.server.url),
  // Pages and requests come in by an API token: it is never asked for its password in the middle of something.
  extraHTTPHeaders: async ({ product }, use) => use(product.server.headers),
  // Every test that opens a page gets it from here, and so is checked.
  context: async ({ context }, use) => {
    const errors = errorsIn(context);
    await use(context);
    expect(errors, "errors that pages threw or logged").toEqual([]);
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  uplink: async ({}, use) => {
    await use(uplink);
    await uplink.quick();
  },
});

/** What browsers log by themselves when a request fails: tests refuse requests and end the server on purpose. */
const failedRequest = /Failed to load resource|net::ERR_|EventSource/;

/** What the pages of a context throw or log as errors from now on, in a list that grows. */
export function errorsIn(context: BrowserContext): string[] {
  const errors: string[] = [];
  context.on("weberror", (thrown) => {
    const error = thrown.error();
    errors.push(error.stack ?? String(error));
  });
  context.on("console", (message) => {
    if (message.type() === "error" && !failedRequest.test(message.text())) errors.push(message.text());
  });
  return errors;
}

/** Opens the page and waits until it is live: before that nobody listens to a click yet. */
export async function open(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
}

/** The row of one partial receive. */
export function rowOf(page: Page, dataset: string): Locator {
  return page.getByRole("row").filter({ has: page.getByText(dataset, { exact: true }) });
}

/** What ZFS on `nas` holds as the receive's position; 0 when there is no token. */
export async function receivedBytes(dataset: string): Promise<bigint> {
  const said = await sh(
    "nas",
    `token=$(zfs get -Hpo value receive_resume_token '${dataset}'); [ "$token" = - ] || zfs send -nvt "$token" 2>&1 || true`,
  );
  return BigInt(/^\tbytes = (0x[0-9a-f]+)$/m.exec(said)?.[1] ?? 0);
}

/** Waits until ZFS has received more than `bytes`; then a transfer is truly under way. */
export async function receivedMoreThan(dataset: string, bytes: bigint): Promise<bigint> {
  for (const until = Date.now() + 90_000; Date.now() < until; await sleep(500)) {
    const now = await receivedBytes(dataset);
    if (now > bytes) return now;
  }
  throw new Error(`${dataset} did not receive more than ${bytes} bytes within 90 s`);
}

/** The words "Stopped half-way" in a row mean that it is idle and every action is offered. */
export async function expectIdle(row: Locator): Promise<void> {
  await expect(row.getByText("Stopped half-way")).toBeVisible();
  await expect(row.getByRole("button", { name: /^Resume / })).toBeVisible();
}

/** A receive is interrupted no more; its row may stay, to say what became of it. A dialog hides the list from role queries, so it must have closed first. */
export async function expectGone(page: Page, dataset: string): Promise<void> {
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(rowOf(page, dataset).getByRole("checkbox")).toHaveCount(0, { timeout: 120_000 });
}

/** The page says that a transfer into a dataset has finished, and lists it as interrupted no more. */
export async function expectFinished(page: Page, dataset: string): Promise<void> {
  await expect(page.getByRole("listitem", { name: `${dataset}: Finished` })).toBeVisible({
    timeout: 120_000,
  });
  await expectGone(page, dataset);
}

/** Shell words that find the `zfs receive` of a dataset, by its own command line and nobody else's. */
export function receiverOf(dataset: string): string {
  return `pgrep -f '^zfs receive .*${dataset}$'`;
}

/** Removes what a test made with `makePartial` from both hosts, whatever has become of it. */
export async function discard(name: string): Promise<void> {
  await run("nas", `zfs receive -A backup/${name}; zfs destroy -R backup/${name}`);
  await run(
    "tower",
    `zfs holds -Hr tank/${name}@next | while read -r held tag _; do zfs release "$tag" "$held"; done
    zfs destroy -R tank/${name}`,
  );
}
