import { expect, type Page } from "@playwright/test";
import { type ListedReceive, tallyOf } from "../server/api/hub";
import { enter, signIn, test } from "./no-lab";
import { toldBy, transferOf } from "./told";

/*
 * What surrounds every page. Needs no ZFS: what a transfer would tell is told by the tests.
 */

const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

/** Whether everything fits the width of the screen. */
const fits = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

test("the theme is the system's until one is chosen, and then the first picture has it, in every tab", async ({
  page,
  server,
}) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await enter(page, server);
  const dark = await background(page);
  await page.getByRole("button", { name: "Account: admin" }).click();
  await page.getByRole("menuitemradio", { name: "Light" }).click();
  await expect.poll(() => background(page)).not.toBe(dark);
  const light = await background(page);
  const html = await (await page.request.get("/")).text();
  expect(html).toContain('data-theme="light"');
  const other = await page.context().newPage();
  await other.goto("/hosts");
  expect(await background(other)).toBe(light);
  await other.emulateMedia({ colorScheme: "dark" });
  expect(await background(other)).toBe(light);
});

test("the language is changed by its own name, at once, and stays", async ({ page, server }) => {
  await enter(page, server, "/hosts");
  await page.getByRole("button", { name: "Account: admin" }).click();
  const german = page.getByRole("menuitemradio", { name: "Deutsch" });
  await expect(german).toHaveAttribute("lang", "de");
  await german.click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("link", { name: "Einstellungen" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await page.reload();
  await expect(page.getByRole("link", { name: "Einstellungen" })).toBeVisible();
});

test("who is not signed in can choose both as well", async ({ page }) => {
  await page.goto("/login");
  await page.getByLabel("Language").selectOption("de");
  await expect(page).toHaveTitle("Anmelden");
  await page.getByLabel("Farbschema").selectOption("dark");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("the palette finds pages, and its keys are all one needs", async ({ page, server }) => {
  await enter(page, server);
  await page.keyboard.press("Control+k");
  const input = page.getByRole("combobox", { name: "Search or jump" });
  await expect(input).toBeFocused();
  await input.fill("hold");
  await expect(page.getByRole("option")).toHaveText(["Holds"]);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/holds");
  await page.getByRole("button", { name: "Search or jump" }).click();
  await page.getByRole("combobox", { name: "Search or jump" }).fill("no such thing");
  await expect(page.getByText("Nothing is called that.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("button", { name: "Search or jump" })).toBeFocused();
});

test("the palette finds one of ten thousand receives, and leads to it", async ({ page, server }) => {
  const tell = await toldBy(page);
  await enter(page, server, "/token");
  const receives = Array.from(
    { length: 10_000 },
    (_, at): ListedReceive => ({
      ...{ id: `nowhere:tank/backup/${at}`, host: "nowhere", dataset: `tank/backup/${at}`, type: "volume" },
      ...{ fingerprint: String(at), token: { ok: false, problem: "" }, stateIn: "%recv", spaceHeld: 7n },
      ...{ began: 0, activity: { kind: "idle", since: null }, verdict: null },
    }),
  );
  await tell({ type: "receives", host: "nowhere", tally: tallyOf(receives), receives, gone: [] });
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or jump" }).fill("backup/9876");
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/receives/nowhere%3Atank%2Fbackup%2F9876");
});

test("shortcuts are listed, are silent in fields, and can be switched off", async ({ page, server }) => {
  await enter(page, server);
  await page.keyboard.type("gh");
  await expect(page).toHaveURL("/hosts");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet).toContainText("Go to the receives");
  await sheet.getByRole("checkbox", { name: "Shortcuts of single keys" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await page.keyboard.type("gr");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("?g");
  await expect(page.getByRole("combobox")).toHaveValue("?g");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  // Switched on again they work at once. Had they worked meanwhile, the way back would lead through another page.
  await page.evaluate(() => {
    localStorage.removeItem("halfway.character-keys");
    window.dispatchEvent(new StorageEvent("storage"));
  });
  await page.keyboard.type("gt");
  await expect(page).toHaveURL("/transfers");
  await page.goBack();
  await expect(page).toHaveURL("/hosts");
});

test("on a small phone every page is two taps away, and nothing is cut off", async ({ page, server }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await enter(page, server);
  expect(await fits(page)).toBe(true);
  await page.getByRole("button", { name: "Pages" }).click();
  const pages = page.getByRole("dialog", { name: "Pages" });
  const receives = pages.getByRole("link", { name: "Receives" });
  await expect(receives).toHaveAttribute("aria-current", "page");
  for (const link of await pages.getByRole("link").all()) {
    expect((await link.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  }
  await pages.getByRole("link", { name: "Audit" }).click();
  await expect(page).toHaveURL("/audit");
  await expect(pages).toBeHidden();
  expect(await fits(page)).toBe(true);
});

test("the keyboard can skip what every page has in common", async ({ page, server }) => {
  await enter(page, server, "/hosts");
  await page.locator("body").press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the content" });
  await expect(skip).toBeFocused();
  await skip.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(true);
});

test("what runs is counted, opens from any page, and its end is told to a tab nobody looks at", async ({
  page,
  server,
}) => {
  const tell = await toldBy(page);
  await enter(page, server, "/token");
  const runs = { id: "1", dataset: "backup/photos", state: "running" } as const;
  await tell(
    transferOf({ ...runs, sent: 400n }),
    transferOf({ id: "2", dataset: "backup/mail", state: "queued", place: 1 }),
  );
  await expect(page).toHaveTitle("(1) Read a resume token");
  await page.getByRole("button", { name: "Transfers, 2 under way" }).click();
  const drawer = page.getByRole("dialog", { name: "Transfers" });
  await expect(drawer.getByRole("progressbar", { name: "Progress of backup/photos" })).toHaveAttribute(
    "aria-valuenow",
    "40",
  );
  await expect(drawer.getByRole("button", { name: "Stop backup/mail" })).toBeVisible();
  await expect(drawer.getByRole("link", { name: "All transfers" })).toHaveAttribute("href", "/transfers");
  await page.keyboard.press("Escape");
  await expect(drawer).toBeHidden();

  await tell(transferOf({ ...runs, sent: 510n }));
  await expect(page.getByText("backup/photos on nas: 50 % received.")).toBeAttached();

  await page.evaluate(() => Object.assign(document, { hasFocus: () => false }));
  await tell(transferOf({ ...runs, state: "finished", sent: 1000n, endedAt: Date.now() }));
  await expect(page).toHaveTitle("✓ Finished: backup/photos");
  await page.evaluate(() => {
    Object.assign(document, { hasFocus: () => true });
    window.dispatchEvent(new Event("focus"));
  });
  await expect(page).toHaveTitle("Read a resume token");
});

test("one tab of a browser notifies that a transfer ended, if it was asked to", async ({
  page,
  server,
  context,
}) => {
  await context.grantPermissions(["notifications"]);
  await context.addInitScript(() => {
    const shown: string[] = [];
    class Shown {
      static readonly permission = "granted";
      static readonly requestPermission = async () => "granted";
      constructor(title: string) {
        shown.push(title);
      }
      close(): void {}
    }
    Object.assign(window, { Notification: Shown, shown });
  });
  const tell = await toldBy(page);
  await enter(page, server, "/token");
  await page.getByRole("button", { name: /^Transfers/ }).click();
  await page.getByRole("checkbox", { name: "Notify me when a transfer ends" }).check();
  const other = await context.newPage();
  const tellOther = await toldBy(other);
  await other.goto("/token");
  await expect(other.getByRole("button", { name: /^Account/ })).toBeVisible();
  for (const tab of [page, other])
    await tab.evaluate(() => Object.assign(document, { hasFocus: () => false }));
  const shownIn = (tab: Page) => tab.evaluate(() => (window as unknown as { shown: string[] }).shown);
  for (const [tab, say] of [
    [page, tell],
    [other, tellOther],
  ] as const) {
    await expect.poll(() => tab.evaluate(() => "told" in window)).toBe(true);
    await say(transferOf({ id: "1", dataset: "backup/photos", state: "running" }));
    await expect(tab).toHaveTitle(/^\(1\)/);
    await say(transferOf({ id: "1", dataset: "backup/photos", state: "finished", endedAt: Date.now() }));
    await expect(tab).toHaveTitle(/^✓/);
  }
  const shown = async () => [...(await shownIn(page)), ...(await shownIn(other))];
  expect(await shown()).toEqual(["✓ Finished: backup/photos"]);

  // Somebody who looks at one of them needs to be told by none.
  await other.evaluate(() => {
    Object.assign(document, { hasFocus: () => true });
    window.dispatchEvent(new Event("focus"));
  });
  await expect(page).toHaveTitle("Read a resume token");
  await tell(transferOf({ id: "2", dataset: "backup/mail", state: "running" }));
  await expect(page).toHaveTitle(/^\(1\)/);
  await tell(transferOf({ id: "2", dataset: "backup/mail", state: "finished", endedAt: Date.now() }));
  await expect(page).toHaveTitle("Read a resume token");
  await page.waitForTimeout(1_500);
  await expect(page).toHaveTitle("Read a resume token");
  expect(await shown()).toEqual(["✓ Finished: backup/photos"]);
});

test("more tabs than a browser has connections are all live", async ({ page, server, context }) => {
  // Here every tab counts as one that is looked at.
  await context.addInitScript(() => {
    let visibilityState = "visible";
    Object.defineProperty(document, "visibilityState", { get: () => visibilityState });
    Object.assign(window, {
      hide: () => {
        visibilityState = "hidden";
        document.dispatchEvent(new Event("visibilitychange"));
      },
    });
  });
  await enter(page, server, "/token");
  const tabs = [page];
  for (let more = 0; more < 8; more += 1) {
    await tabs.at(-1)?.evaluate(() => (window as unknown as { hide: () => void }).hide());
    const tab = await context.newPage();
    await tab.goto("/token");
    await expect(tab.getByText("Live", { exact: true })).toBeVisible();
    tabs.push(tab);
  }
  // Longer than a tab waits for a sign of life.
  await page.waitForTimeout(30_000);
  for (const tab of tabs) await expect(tab.getByText("Live", { exact: true })).toBeVisible();
});

test("why a button is refused is said once, over the drawer too, and whoever touches it closes nothing", async ({
  page,
  server,
  browser,
  baseURL,
}) => {
  await enter(page, server);
  const vera = { name: "vera", password: "correct horse battery staple" };
  const made = await page.request.post("/api/trpc/users.create", {
    headers: { "x-halfway": "page" },
    data: { json: { ...vera, role: "viewer" } },
  });
  expect(made.status()).toBe(200);
  const context = await browser.newContext({ baseURL });
  const viewer = await context.newPage();
  const tell = await toldBy(viewer);
  await viewer.goto("/");
  await signIn(viewer, vera.name, vera.password);
  await expect(viewer.getByText("Live", { exact: true })).toBeVisible();
  await tell(transferOf({ id: "1", dataset: "backup/photos", state: "running", sent: 400n }));
  await viewer.getByRole("button", { name: /^Transfers/ }).click();
  const drawer = viewer.getByRole("dialog", { name: "Transfers" });
  await drawer.getByRole("button", { name: "Stop backup/photos" }).hover();
  const reason = viewer.getByText(/^Only .* may do this/).filter({ visible: true });
  await expect(reason).toHaveCount(1);
  await reason.click();
  await expect(reason).toHaveCount(1);
  await expect(drawer).toBeVisible();
  await context.close();
});

test("an address that leads nowhere says so, and leads back", async ({ page, server }) => {
  await enter(page, server);
  expect((await page.goto("/nowhere"))?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await page.getByRole("link", { name: "To the receives" }).click();
  await expect(page).toHaveURL("/");
});

test("it can be put on a home screen", async ({ page }) => {
  await page.goto("/login");
  const manifest = await page.request.get(
    (await page.locator("link[rel=manifest]").getAttribute("href")) ?? "",
  );
  const { icons } = (await manifest.json()) as { icons: { src: string }[] };
  for (const { src } of icons) expect((await page.request.get(src)).status()).toBe(200);
});
