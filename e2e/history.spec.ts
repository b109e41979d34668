import { readFileSync } from "node:fs";
import { discard, expect, expectFinished, open, rowOf, test } from "./fixtures";
import { guid, makePartial } from "./lab";

const name = "pages-history";

test.beforeAll(() => discard(name));
test.afterAll(() => discard(name));

test("a transfer is held back while it runs, and afterwards all of it can be read and taken along", async ({
  page,
}) => {
  const { target, toGuid } = await makePartial({ name, kind: "full", sizeMb: 70, receivedMb: 5 });
  await open(page);
  const row = rowOf(page, target);
  await row.getByRole("button", { name: `Resume ${target}` }).click();
  await row.getByText("Bandwidth: not limited").click();
  const bandwidth = row.getByRole("form", { name: `Bandwidth of ${target}` });
  const atMost = bandwidth.getByRole("textbox", { name: "At most, in MiB/s" });
  await atMost.fill("1");
  await bandwidth.getByRole("button", { name: "Hold back" }).click();
  await expect(row.getByText("Bandwidth: at most 1 MiB/s")).toBeVisible();
  await atMost.fill("much");
  await bandwidth.getByRole("button", { name: "Hold back" }).click();
  await expect(bandwidth.getByText("Type a number of MiB each second")).toBeVisible();
  await expect(row.getByText("Attempt 2.")).toBeVisible();
  await atMost.fill("8");
  await bandwidth.getByRole("button", { name: "Hold back" }).click();
  await expect(row.getByText("Bandwidth: at most 8 MiB/s")).toBeVisible();
  await expectFinished(page, target);
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);

  await row.getByRole("link", { name: `Details of the transfer into ${target}` }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Resume: ${target}` })).toBeVisible();
  await expect(page.getByRole("link", { name: "Transfers", exact: true })).toHaveAttribute(
    "aria-current",
    "page",
  );
  const happened = page.getByRole("region", { name: "What happened" });
  await expect(happened.getByRole("listitem").filter({ hasText: "Finished" })).toContainText("is complete");
  // Holding it back has begun another attempt, from where the first had come to.
  const last = page.getByRole("region", { name: "Attempt 2" });
  await expect(last.getByText("zfs receive: ended well (exit code 0)")).toBeVisible();
  await expect(
    last.getByRole("img", { name: /^Rate over time. While bytes moved: .* MiB\/s on average/ }),
  ).toBeVisible();
  await last.getByText("The curve as a table").click();
  await expect(last.getByRole("table").getByRole("row").nth(1)).toContainText("/s");
  await expect(page.getByRole("region", { name: "Attempt 1" })).toBeVisible();

  const downloading = page.waitForEvent("download");
  await happened.getByRole("button", { name: "Download" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^halfway-nas-backup-pages-history-.*\.json$/);
  const text = readFileSync(await download.path(), "utf8");
  const { transfer, attempts, events } = JSON.parse(text);
  expect(transfer).toMatchObject({ dataset: target, state: "finished" });
  expect(attempts).toHaveLength(2);
  expect(events.at(-1)).toMatchObject({ state: "finished" });
  expect(text).toContain("zfs send -vP -t <resume token>");
  expect(text).not.toMatch(/1-[0-9a-f]+-[0-9a-f]+-[0-9a-f]{20}/);

  // Among all others it is found by its name, its host and how it ended; the address keeps what was asked for.
  await page.getByRole("link", { name: "All transfers" }).click();
  const list = page.getByRole("list", { name: "Transfers" });
  const ours = list.getByRole("listitem", { name: `backup/${name}: Finished` });
  await expect(ours).toBeVisible();
  await page.getByRole("searchbox", { name: "Dataset" }).fill("PAGES-hist");
  await page.getByRole("combobox", { name: "State" }).selectOption("Finished");
  await page.getByRole("combobox", { name: "To host" }).selectOption("nas");
  await expect(page).toHaveURL(/host=nas&dataset=PAGES-hist&state=finished/);
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await page.reload();
  await expect(page.getByRole("searchbox", { name: "Dataset" })).toHaveValue("PAGES-hist");
  await expect(ours).toBeVisible();
  await page.getByRole("combobox", { name: "State" }).selectOption("Failed");
  await expect(page.getByText("Nothing that is remembered fits this.")).toBeVisible();
});

test("what is not remembered is said in words", async ({ page }) => {
  await page.goto("/transfers/8a0c2d8e-6f1c-4a0e-9d4e-0b7a4c1f5a10");
  await expect(page.getByRole("alert").getByText("There is no such transfer.")).toBeVisible();
});
