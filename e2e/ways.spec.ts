import { devices, type Locator, type Page } from "@playwright/test";
import { discard, expect, expectFinished, expectGone, open, rowOf, test } from "./fixtures";
import { exists, guid, makePartial } from "./lab";

/** How somebody works the page. */
type Way = { press(target: Locator): Promise<void>; fill(target: Locator, text: string): Promise<void> };

function keyboard(page: Page): Way {
  const reach = async (target: Locator) => {
    await expect(target).toBeEnabled();
    for (let tabs = 0; tabs < 150; tabs += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`the Tab key does not lead to ${target}`);
  };
  return {
    press: async (target) => {
      await reach(target);
      await page.keyboard.press("Enter");
    },
    fill: async (target, text) => {
      await reach(target);
      await page.keyboard.type(text);
    },
  };
}

const fingers: Way = {
  press: (target) => target.tap(),
  fill: async (target, text) => {
    await target.tap();
    await target.fill(text);
  },
};

async function interrupted(name: string): Promise<{ source: string; target: string; toGuid: string }> {
  await discard(name);
  return makePartial({ name, kind: "full", sizeMb: 24, receivedMb: 8 });
}

async function resume(page: Page, way: Way, name: string): Promise<void> {
  const { target, toGuid } = await interrupted(name);
  await open(page);
  await way.press(rowOf(page, target).getByRole("button", { name: `Resume ${target}` }));
  await expectFinished(page, target);
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
  await discard(name);
}

async function abort(page: Page, way: Way, name: string): Promise<void> {
  const { target } = await interrupted(name);
  await open(page);
  await way.press(rowOf(page, target).getByRole("button", { name: `Abort ${target}` }));
  const dialog = page.getByRole("dialog");
  await way.fill(dialog.getByRole("textbox"), target);
  await way.press(dialog.getByRole("button", { name: /^Abort/ }));
  await expectGone(page, target);
  expect(await exists("nas", target)).toBe(false);
  await discard(name);
}

async function startOver(page: Page, way: Way, name: string): Promise<void> {
  const { target, toGuid } = await interrupted(name);
  await open(page);
  await way.press(rowOf(page, target).getByRole("button", { name: `Force ${target}` }));
  const item = page.getByRole("menuitem", { name: "Start over…" });
  if (way === fingers) await way.press(item);
  else {
    // A menu is walked with the arrows.
    await expect(item).toBeVisible();
    for (let steps = 0; steps < 4; steps += 1) {
      await page.keyboard.press("ArrowDown");
      if (await item.evaluate((element) => element === document.activeElement)) break;
    }
    await page.keyboard.press("Enter");
  }
  const dialog = page.getByRole("dialog");
  await way.fill(dialog.getByRole("textbox"), target);
  await way.press(dialog.getByRole("button", { name: "Start over" }));
  await expectFinished(page, target);
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
  await discard(name);
}

test.describe("with the keyboard alone", () => {
  test("a receive is resumed", async ({ page }) => resume(page, keyboard(page), "keys-resume"));
  test("where a button was that worked, its row has the focus", async ({ page }) => {
    const { target } = await interrupted("keys-row");
    await open(page);
    await keyboard(page).press(rowOf(page, target).getByRole("button", { name: `Resume ${target}` }));
    await expectFinished(page, target);
    await expect(rowOf(page, target)).toBeFocused();
    await discard("keys-row");
  });
  test("a receive is aborted, its name typed", async ({ page }) => abort(page, keyboard(page), "keys-abort"));
  test("a receive is started over, its name typed", async ({ page }) =>
    startOver(page, keyboard(page), "keys-over"));
});

const { defaultBrowserType: _, ...phone } = devices["Pixel 7"];

test.describe("on a phone", () => {
  test.use(phone);
  test("a receive is resumed", async ({ page }) => resume(page, fingers, "phone-resume"));
  test("a receive is aborted, its name typed", async ({ page }) => abort(page, fingers, "phone-abort"));
  test("a receive is started over, its name typed", async ({ page }) =>
    startOver(page, fingers, "phone-over"));
});

test("within a minute of logging in, a new user has found an interrupted receive and finished it", async ({
  browser,
  product: { server },
}) => {
  const { target, toGuid } = await interrupted("first-minute");
  // Nobody is signed in here yet.
  const context = await browser.newContext({ baseURL: server.url, extraHTTPHeaders: {} });
  const page = await context.newPage();
  await page.goto("/");
  await page.getByLabel("Name").fill(server.account.name);
  await page.getByLabel("Password").fill(server.account.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const began = Date.now();
  await expect(page.getByRole("heading", { level: 1, name: /stopped half-way/ })).toBeVisible();
  const row = rowOf(page, target);
  await expect(row.getByText("· can be resumed")).toBeVisible({ timeout: 60_000 });
  await row.getByRole("button", { name: `Resume ${target}` }).click();
  await expectFinished(page, target);
  expect(Date.now() - began).toBeLessThan(60_000);
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
  await context.close();
  await discard("first-minute");
});
