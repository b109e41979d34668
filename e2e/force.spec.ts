import type { Page } from "@playwright/test";
import { expect, expectFinished, open, receivedBytes, rowOf, test } from "./fixtures";
import { exists, guid, run } from "./lab";

async function force(page: Page, dataset: string, item: string): Promise<void> {
  await rowOf(page, dataset)
    .getByRole("button", { name: `Force ${dataset}` })
    .click();
  await page.getByRole("menuitem", { name: item }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill(dataset);
  await dialog.getByRole("button", { name: item.replace("…", "") }).click();
  await expect(dialog).toHaveCount(0);
}

test("where the target has drifted, the row says so beforehand and resume with rollback finishes", async ({
  page,
}) => {
  const dataset = "backup/home";
  const before = await receivedBytes(dataset);
  await open(page);
  const row = rowOf(page, dataset);
  await expect(row.getByText(/^Stopped half-way · can be finished with a rollback$/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(row.getByText(/written to backup\/home since its newest snapshot/)).toBeVisible();
  await expect(row.getByRole("button", { name: `Resume ${dataset}` })).toHaveCount(0);
  await row.getByRole("button", { name: `Resume with rollback ${dataset}` }).click();
  const dialog = page.getByRole("dialog");
  await expect(
    dialog.getByText(/^What was changed in backup\/home since its newest snapshot$/),
  ).toBeVisible();
  // Looking has sent and destroyed nothing.
  expect(await exists("nas", `${dataset}/%recv`)).toBe(true);
  expect(await receivedBytes(dataset)).toBe(before);

  const confirm = dialog.getByRole("button", { name: "Resume with rollback" });
  await expect(confirm).toBeDisabled();
  await dialog.getByRole("textbox").fill(dataset);
  await confirm.click();
  await expect(dialog).toHaveCount(0);
  await expectFinished(page, dataset);
  expect(await guid("nas", `${dataset}@tue`)).toBe(await guid("tower", "tank/home@tue"));
  expect((await run("nas", `zfs get -Hpo value written '${dataset}'`)).stdout.trim()).toBe("0");
});

test("where a partial blocks a fresh send, start over completes it", async ({ page }) => {
  const dataset = "backup/Family Films";
  const fresh = await run(
    "tower",
    `zfs send 'tank/Family Films@2026' | ssh nas 'zfs receive -F "backup/Family Films"'`,
  );
  expect(fresh.code).not.toBe(0);
  expect(fresh.stderr).toContain("contains partially-complete state");

  await open(page);
  await force(page, dataset, "Start over…");
  await expectFinished(page, dataset);
  expect(await guid("nas", `${dataset}@2026`)).toBe(await guid("tower", "tank/Family Films@2026"));
});

test("start over works from a base that is only a bookmark", async ({ page }) => {
  const dataset = "backup/ledger";
  await open(page);
  await force(page, dataset, "Start over…");
  await expectFinished(page, dataset);
  expect(await guid("nas", `${dataset}@next`)).toBe(await guid("tower", "tank/ledger@next"));
});
