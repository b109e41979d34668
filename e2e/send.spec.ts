import type { Page } from "@playwright/test";
import { expect, expectFinished, open, test } from "./fixtures";
import { exists, guid, run, sh } from "./lab";

const source = "tank/send-web";
const target = "backup/send-web";

async function remove() {
  await run("tower", `zfs destroy -R ${source}`);
  await run("nas", `zfs destroy -R ${target}`);
}

test.beforeAll(async () => {
  await remove();
  await sh(
    "tower",
    `set -e; zfs create ${source}
    for one in mon tue wed; do head -c 300K /dev/urandom >/${source}/$one; zfs snapshot ${source}@$one; done`,
  );
});
test.afterAll(remove);

/** Puts a send from tower together as a person would, with the keyboard where one types. */
async function choose(page: Page, snapshot: string): Promise<void> {
  await page.getByRole("link", { name: "Send", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Send a snapshot" })).toBeVisible();
  await page.getByRole("combobox", { name: "From host" }).selectOption("tower");
  const dataset = page.getByRole("combobox", { name: "Dataset", exact: true });
  await dataset.fill("send-web");
  await expect(page.getByRole("option", { name: source })).toBeVisible();
  await dataset.press("ArrowDown");
  await dataset.press("Enter");
  await expect(dataset).toHaveValue(source);
  await page.getByRole("combobox", { name: "Snapshot" }).click();
  await page.getByRole("option", { name: snapshot }).click();
  // There is one other host, and one pool on it.
  await expect(page.getByRole("combobox", { name: "To host" })).toHaveValue("nas");
  await expect(page.getByRole("combobox", { name: "Into dataset" })).toHaveValue(target);
}

test("a snapshot goes to a new dataset, and the next one as an increment once nothing is in its way", async ({
  page,
}) => {
  await open(page);
  await choose(page, "mon");
  await expect(page.getByText(`In full: nas has no ${target} yet, so it is created.`)).toBeVisible();
  await expect(page.getByText(`zfs receive -s -u ${target}`)).toBeVisible();
  await page.getByRole("button", { name: /^Send \d/ }).click();
  await expectFinished(page, target);
  expect(await guid("nas", `${target}@mon`)).toBe(await guid("tower", `${source}@mon`));

  // What the copy is called there makes no difference; that it was changed does.
  await sh("nas", `zfs rename ${target}@mon ${target}@first; zfs snapshot ${target}@by-hand`);
  await choose(page, "wed");
  const inTheWay = page.getByRole("region", { name: "This is in the way" });
  await expect(inTheWay.getByText(`${target}@by-hand on nas is newer than ${target}@first`)).toBeVisible();
  const send = page.getByRole("button", { name: "Send", exact: true });
  await expect(send).toBeDisabled();
  const rollback = `zfs rollback -r ${target}@first`;
  await expect(inTheWay.getByText(rollback)).toBeVisible();
  await sh("nas", rollback);
  await inTheWay.getByRole("button", { name: "Look again" }).click();
  await expect(page.getByText(`both sides have ${source}@mon, there called ${target}@first`)).toBeVisible();
  await expect(page.getByText("The 1 snapshot in between comes along (-I).")).toBeVisible();

  await page.getByText("Options").click();
  await page.getByRole("checkbox", { name: "Snapshots in between, too" }).uncheck();
  await expect(page.getByText("The 1 snapshot in between stays behind (-i)")).toBeVisible();
  await expect(page.getByText(`-i ${source}@mon ${source}@wed`)).toBeVisible();
  await page.getByRole("button", { name: /^Send \d/ }).click();
  await expect(page.getByRole("listitem", { name: `${target}: Finished` })).toHaveCount(2, {
    timeout: 120_000,
  });
  expect(await guid("nas", `${target}@wed`)).toBe(await guid("tower", `${source}@wed`));
  expect(await exists("nas", `${target}@tue`)).toBe(false);
});

test("what was typed is no name: that is said, and nothing can be sent", async ({ page }) => {
  await open(page);
  await choose(page, "tue");
  const dataset = page.getByRole("combobox", { name: "Into dataset" });
  await dataset.fill("backup/$(reboot)");
  await dataset.press("Escape");
  await dataset.press("Escape");
  await expect(dataset).toHaveValue("backup/$(reboot)");
  const inTheWay = page.getByRole("region", { name: "This is in the way" });
  await expect(inTheWay.getByText("is not a ZFS dataset name")).toBeVisible();
  await expect(dataset).toHaveAccessibleDescription(/is not a ZFS dataset name/);
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeDisabled();
});
