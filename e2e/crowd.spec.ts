import { expect, type Page } from "@playwright/test";
import { test } from "./with-crowd";

/*
 * Thousands of receives, made up by `crowd.ts`: needs no ZFS. How long things take is measured by `npm run bench listing`;
 * here is what has to hold on any machine.
 */

const many = 3_000;

const rows = (page: Page) =>
  page.getByRole("row").filter({ has: page.getByRole("checkbox", { name: /^Select / }) });
const focused = (page: Page) => rows(page).and(page.locator(":focus"));

/** Opens the page and waits until every receive is there. */
async function open(page: Page, address = "/"): Promise<void> {
  await page.goto(address);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await expect(rows(page).first()).toBeVisible();
  await expect(page.getByText(/on its way/)).toHaveCount(0);
}

test("a page with thousands of receives is sent with the first of them, and says how many there are", async ({
  page,
}) => {
  const html = await (await page.request.get("/")).text();
  expect(html.length).toBeLessThan(1_000_000);
  expect(html).toContain(`${many - 1}`);
  expect(html).toMatch(/<tr[^>]*aria-label="/);
  await open(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(
    `${many - 1} receives stopped half-way on 3 hosts`,
  );
  await expect(page.getByText(`${many} receives`, { exact: true })).toBeVisible();
});

test("only what can be seen is there, its place in the whole is told, and the last one can be reached", async ({
  page,
}) => {
  await open(page, "/?sort=name");
  expect(await rows(page).count()).toBeLessThan(60);
  const table = page.getByRole("table", { name: "Receives on nas0" });
  await expect(table).toHaveAttribute("aria-rowcount", String(many / 3 + 1));
  await expect(rows(page).first()).toHaveAttribute("aria-rowindex", "2");
  await expect(async () => {
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await expect(rows(page).last()).toHaveAttribute("aria-rowindex", String(many / 3 + 1), { timeout: 500 });
  }).toPass();
  await expect(page.getByRole("table", { name: "Receives on nas2" })).toBeVisible();
});

test("searching leaves the focus where it is, and the address says what is shown", async ({ page }) => {
  await open(page);
  await page.keyboard.press("/");
  const search = page.getByRole("searchbox", { name: "Search dataset and source names" });
  await expect(search).toBeFocused();
  await search.fill("SET-1234");
  await expect(page.getByText(`1 of ${many} shown`)).toBeVisible();
  await expect(rows(page)).toHaveCount(1);
  await expect(search).toBeFocused();
  await expect(page).toHaveURL("/?q=SET-1234");
  await search.fill("no such thing");
  await page.getByRole("button", { name: `Show all ${many}` }).click();
  await expect(page.getByText(`${many} receives`, { exact: true })).toBeVisible();
  await expect(search).toBeFocused();
});

test("by keys alone one gets from row to row, also beyond what is there, and selects", async ({ page }) => {
  await open(page, "/?kind=resumable&host=nas0&sort=name");
  await page.keyboard.press("j");
  await expect(focused(page)).toHaveAttribute("aria-rowindex", "2");
  await page.keyboard.press("j");
  await expect(focused(page)).toHaveAttribute("aria-rowindex", "3");
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press("j");
    await expect(focused(page)).toHaveAttribute("aria-rowindex", String(presses + 4));
    await expect(focused(page)).toBeInViewport();
  }
  await page.keyboard.press("x");
  await expect(focused(page).getByRole("checkbox")).toBeChecked();
  const selected = page.getByRole("region", { name: "Selected receives" });
  await expect(selected).toContainText("1 selected");
  const from = Number(await focused(page).getAttribute("aria-rowindex"));
  for (const step of [1, 2, 3]) {
    await page.keyboard.press("k");
    await expect(focused(page)).toHaveAttribute("aria-rowindex", String(from - step));
  }
  await page.keyboard.press("Shift+X");
  await expect(selected).toContainText("4 selected");
});

test("why a Resume was refused, and the focus, are still there after the row was out of sight", async ({
  page,
}) => {
  await open(page, "/?kind=resumable&host=nas0&sort=name");
  const row = rows(page).nth(1);
  const id = (await row.getAttribute("data-receive")) ?? "";
  const same = page.locator(`[data-receive="${id}"]`);
  await row.getByRole("button", { name: /^Resume/ }).press("Enter");
  const reason = same.getByText(/^There is no host named/);
  await expect(reason).toBeVisible();
  const dismiss = same.getByRole("button", { name: "Dismiss" });
  await dismiss.focus();
  const before = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.evaluate(() => window.scrollTo(0, 8_000));
  await expect
    .poll(async () => Number(await rows(page).last().getAttribute("aria-rowindex")))
    .toBeGreaterThan(40);
  await expect(dismiss).toBeFocused();
  await expect(dismiss).not.toBeInViewport();
  // Keeping it takes no room from the others.
  await expect
    .poll(async () => Math.abs((await page.evaluate(() => document.documentElement.scrollHeight)) - before))
    .toBeLessThan(before / 4);
  await expect(rows(page).nth(10)).toBeInViewport();
  await page.locator("h1").focus();
  await page.evaluate(() => window.scrollTo(0, 9_000));
  await expect(same).toHaveCount(0);
  await page.evaluate(() => window.scrollTo(0, 0));
  await expect(reason).toBeVisible();
  await dismiss.click();
  await expect(reason).toHaveCount(0);
});

test("what fails of those that are resumed together is listed by its name, and stays selected", async ({
  page,
}) => {
  await open(page, "/?q=set-12&kind=resumable&host=nas0");
  const count = await rows(page).count();
  await page.getByRole("button", { name: /^Select all \d+ that can be resumed$/ }).click();
  await page.getByRole("button", { name: `Resume ${count}…` }).click();
  await page.getByRole("button", { name: `Resume all ${count}` }).click();
  const failed = page.getByRole("region", { name: /not resumed/ });
  await expect(failed).toBeVisible();
  await expect(failed.getByText(/^There is no host named/)).toHaveCount(count);
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByText(`${count} selected`, { exact: true }).first()).toBeVisible();
});

test("while progress streams nothing on the page moves", async ({ page }) => {
  await open(page, "/?kind=receiving");
  const bar = page.getByRole("progressbar");
  await expect(bar).toBeVisible();
  const before = await bar.getAttribute("aria-valuenow");
  await page.mouse.move(5, 5);
  const shifts = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
        }).observe({ type: "layout-shift" });
        setTimeout(() => resolve(sum), 5_000);
      }),
  );
  // A digit more may move its neighbour by a pixel; a line more would count for a hundred times that.
  expect(await shifts).toBeLessThan(0.001);
  expect(await bar.getAttribute("aria-valuenow")).not.toBe(before);
});
