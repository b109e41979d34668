import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { configFile, run, sh } from "./lab";
import { RunningServer, stopTransfers } from "./server";

export { expect } from "@playwright/test";

type Product = { server: RunningServer; stateDir: string };

/** Tests run against the production server, one per worker, with a state directory of its own. */
export const test = base.extend<{ baseURL: string }, { product: Product }>({
  product: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are used from this pattern
    async ({}, use) => {
      const stateDir = mkdtempSync(join(tmpdir(), "halfway-e2e-"));
      const server = new RunningServer({ port: Number(process.env.E2E_PORT ?? 3210), configFile, stateDir });
      await server.start();
      await use({ server, stateDir });
      await server.stop();
      stopTransfers(stateDir);
      rmSync(stateDir, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ product }, use) => use(product.server.url),
});

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

/**
 * Makes what `tower` sends crawl, as over a thin uplink, so that a test can act in the middle of a transfer.
 * Returns what makes it quick again.
 */
export async function slowUplink(rate = "24mbit"): Promise<() => Promise<void>> {
  const nic = "$(ip -o route get 10.0.2.2 | sed 's/.* dev \\([^ ]*\\).*/\\1/')";
  await sh("tower", `tc qdisc replace dev ${nic} root tbf rate ${rate} burst 64k latency 300ms`);
  return async () => {
    await run("tower", `tc qdisc del dev ${nic} root`);
  };
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
