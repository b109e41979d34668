import { expect, expectGone, open, rowOf, test } from "./fixtures";
import { exists, guid } from "./lab";

test("abort of a full receive says that the dataset goes, wants its name, and removes it", async ({
  page,
}) => {
  const dataset = "backup/wiki";
  await open(page);
  await rowOf(page, dataset)
    .getByRole("button", { name: `Abort ${dataset}` })
    .click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/zfs receive -A backup\/wiki/)).toBeVisible();
  const confirm = dialog.getByRole("button", { name: /^Abort/ });
  // Whoever presses a key too soon does nothing by it.
  await expect(dialog.locator(":focus")).toContainText(`Abort ${dataset}`);
  const name = dialog.getByRole("textbox");
  for (const [typed, reason] of [
    ["", "Type the dataset's name first."],
    ["backup/wik", "The name is not complete yet."],
    [` ${dataset}`, "There are blanks before or after the name. Take them out."],
  ] as const) {
    await name.fill(typed);
    await expect(confirm).toBeDisabled();
    await expect(confirm).toHaveAccessibleDescription(reason);
    await name.press("Enter");
  }
  expect(await exists("nas", dataset)).toBe(true);
  await name.fill(dataset);
  await expect(confirm).toBeEnabled();
  await name.press("Enter");
  await expect(page.getByRole("status").getByText(`Aborted: ${dataset} is gone from nas`)).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expectGone(page, dataset);
  // What became of it stands in its place, and no other receive's buttons, until somebody has read it.
  const row = rowOf(page, dataset);
  await expect(row.getByText(`Aborted: ${dataset} is gone from nas`)).toBeVisible();
  await row.getByRole("button", { name: `Take ${dataset} off the list` }).click();
  await expect(row).toHaveCount(0);
  expect(await exists("nas", dataset)).toBe(false);
});

test("abort of an incremental receive removes what was received and nothing else", async ({ page }) => {
  const dataset = "backup/mail";
  await open(page);
  await rowOf(page, dataset)
    .getByRole("button", { name: `Abort ${dataset}` })
    .click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("textbox")).toHaveCount(0);
  await dialog.getByRole("button", { name: /^Abort/ }).click();
  await expectGone(page, dataset);
  expect(await exists("nas", `${dataset}/%recv`)).toBe(false);
  expect(await guid("nas", `${dataset}@old`)).toBe(await guid("tower", "tank/mail@old"));
});

test("closing the dialog does nothing", { tag: "@once" }, async ({ page }) => {
  const dataset = "backup/vault";
  await open(page);
  await rowOf(page, dataset)
    .getByRole("button", { name: `Abort ${dataset}` })
    .click();
  await expect(page.getByRole("dialog").getByText(/zfs receive -A/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await exists("nas", dataset)).toBe(true);
});
