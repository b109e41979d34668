import AxeBuilder from "@axe-core/playwright";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "@playwright/test";
import { test as base, errorsIn, expect } from "./fixtures";
import { signIn } from "./no-lab";

/*
 * What holds for every page: people who see little, or nothing, or use no mouse, find their way; nothing is cut off on the
 * narrowest phone; and each language is spoken throughout.
 */

const addresses = [
  "/",
  "/receives/nas%3Abackup%2Flimited%2Farchive",
  "/receives/nas%3Abackup%2Fmail",
  "/send",
  "/transfers",
  "/holds",
  "/hosts",
  "/notices",
  "/settings",
  "/token",
  "/account",
  "/accounts",
  "/audit",
  "/nowhere",
];

const narrow = { width: 320, height: 640 };
const wide = { width: 1440, height: 900 };

type StorageState = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** Somebody who has signed in: some pages are for people, not for API tokens. */
const test = base.extend<object, { signedIn: StorageState }>({
  signedIn: [
    async ({ product: { server }, browser }, use) => {
      const page = await (await browser.newContext({ baseURL: server.url, extraHTTPHeaders: {} })).newPage();
      await page.goto("/login");
      await signIn(page, server.account.name, server.account.password);
      await expect(page.getByText("Live", { exact: true })).toBeVisible();
      await use(await page.context().storageState());
      await page.context().close();
    },
    { scope: "worker" },
  ],
});

/** Walks over pages in one look, and expects that none of them throws. */
async function eachPage(
  { browser, url, ...options }: BrowserContextOptions & { browser: Browser; url: string },
  visit: (page: Page, address: string) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ baseURL: url, extraHTTPHeaders: {}, ...options });
  const errors = errorsIn(context);
  const page = await context.newPage();
  for (const address of options.storageState ? addresses : ["/login"]) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await settled(page);
    await visit(page, address);
  }
  await context.close();
  expect(errors).toEqual([]);
}

/** Everything that a page asks for when it opens has been answered. */
async function settled(page: Page): Promise<void> {
  await expect(page.locator("svg.animate-spin").filter({ visible: true })).toHaveCount(0, {
    timeout: 60_000,
  });
}

test.describe.configure({ timeout: 300_000 });

for (const colorScheme of ["light", "dark"] as const) {
  for (const [screen, viewport] of Object.entries({ narrow, wide })) {
    test(`axe finds nothing on any page, ${colorScheme} and ${screen}`, { tag: "@once" }, async ({
      browser,
      product: { server },
      signedIn,
    }) => {
      const found: string[] = [];
      const look = { browser, url: server.url, colorScheme, viewport };
      const examine = async (page: Page, address: string) => {
        const { violations } = await new AxeBuilder({ page })
          .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
          .analyze();
        found.push(...violations.map(({ id, nodes }) => `${address} ${id}: ${nodes[0]?.html}`));
      };
      await eachPage(look, examine);
      await eachPage({ ...look, storageState: signedIn }, examine);
      expect(found).toEqual([]);
    });
  }
}

for (const locale of ["en-GB", "de-DE", "zh-CN"]) {
  test(`nothing is cut off, and no page scrolls sideways: ${locale}`, { tag: "@once" }, async ({
    browser,
    product: { server },
    signedIn,
  }) => {
    const wrong: string[] = [];
    for (const viewport of [narrow, wide]) {
      const look = { browser, url: server.url, locale, viewport };
      const measure = async (page: Page, address: string) => {
        const found = await page.evaluate(whatDoesNotFit);
        wrong.push(...found.map((words) => `${address} at ${viewport.width} px: ${words}`));
      };
      await eachPage(look, measure);
      await eachPage({ ...look, storageState: signedIn }, measure);
    }
    expect(wrong).toEqual([]);
  });
}

/** Runs in the browser. */
function whatDoesNotFit(): string[] {
  const wrong: string[] = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) wrong.push(`the page is ${scrollWidth} px wide`);
  for (const element of document.querySelectorAll<HTMLElement>("body *")) {
    const { overflowX, clipPath } = getComputedStyle(element);
    // What is only read out, or shown when it is reached, has no place of its own.
    const hides = (overflowX === "hidden" || overflowX === "clip") && clipPath === "none";
    const seen = element.getClientRects().length > 0 && element.clientWidth > 1;
    if (!hides || !seen || element.scrollWidth <= element.clientWidth + 1) continue;
    // A name that is too long for its place is told in full by its title.
    if (element.title === element.textContent?.trim()) continue;
    wrong.push(`“${element.textContent?.trim().slice(0, 60)}” is cut off`);
  }
  return wrong;
}

const phrases = /\p{Script=Latin}{2,}(?:[ ,]+\p{Script=Latin}{2,}){2,}/u;

test("whoever reads German or Chinese finds no English on any page", { tag: "@once" }, async ({
  browser,
  product: { server },
  signedIn,
}) => {
  const english = new Map<string, Set<string>>();
  const read = (into: Map<string, Set<string>>) => async (page: Page, address: string) => {
    into.set(address, new Set(await page.evaluate(textsOnThePage)));
  };
  const look = { browser, url: server.url, viewport: wide };
  await eachPage({ ...look, locale: "en-GB", storageState: signedIn }, read(english));
  for (const locale of ["de-DE", "zh-CN"]) {
    const translated = new Map<string, Set<string>>();
    await eachPage({ ...look, locale, storageState: signedIn }, read(translated));
    const left = [...translated].flatMap(([address, texts]) =>
      [...texts]
        .filter((text) => phrases.test(text) && english.get(address)?.has(text))
        .map((text) => `${locale} ${address}: ${text}`),
    );
    expect(left).toEqual([]);
  }
});

/** Runs in the browser: what is written there, and what is only read out. Commands and what others wrote are nobody's to translate. */
function textsOnThePage(): string[] {
  const texts: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement?.closest("script, style, code, pre, [translate=no]"))
      texts.push(node.nodeValue ?? "");
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
    for (const name of ["aria-label", "title", "placeholder"]) texts.push(element.getAttribute(name) ?? "");
  }
  return texts.map((text) => text.trim()).filter(Boolean);
}

test("no mark of a sentence is ever shown", { tag: "@once" }, async ({
  browser,
  product: { server },
  signedIn,
}) => {
  const marked: string[] = [];
  await eachPage(
    { browser, url: server.url, viewport: wide, storageState: signedIn },
    async (page, address) => {
      const texts = await page.evaluate(textsOnThePage);
      marked.push(
        ...texts.filter((text) => /[\u2066-\u2069]/.test(text)).map((text) => `${address}: ${text}`),
      );
    },
  );
  expect(marked).toEqual([]);
});
