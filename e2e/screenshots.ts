import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BrowserContext, chromium, type Page } from "@playwright/test";
import { ensureBuild } from "./build";
import { browser as client } from "./client";
import { configFile, down, sh, status, up } from "./lab";
import { RunningServer } from "./server";
import { uplink } from "./uplink";

const folder = "docs/screenshots";
const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
const looks = [
  { suffix: "", viewport: desktop, colorScheme: "light" },
  { suffix: "-dark", viewport: desktop, colorScheme: "dark" },
  { suffix: "-phone", viewport: phone, colorScheme: "light" },
] as const;
type Look = Omit<(typeof looks)[number], "suffix"> & { suffix: string };
type StorageState = Awaited<ReturnType<BrowserContext["storageState"]>>;

const server = new RunningServer({
  port: Number(process.env.PORT ?? 3220),
  configFile,
  stateDir: mkdtempSync(join(tmpdir(), "halfway-screenshots-")),
});

const labWasUp = (await status()).hosts.some(({ running }) => running);
await up({ seeded: true, log: console.log });
await ensureBuild();
await server.start();
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  ...(existsSync("/usr/bin/chromium") ? { executablePath: "/usr/bin/chromium" } : {}),
});
/** What a browser keeps of somebody who has signed in. */
let signedIn: StorageState | undefined;

/** Opens a page and waits until it is live: before that nobody listens to a click yet. */
async function open(address: string, look: Look = looks[0]): Promise<Page> {
  const page = await openSignedOut(address, look);
  await page.getByText("Live", { exact: true }).waitFor();
  return page;
}

async function openSignedOut(
  address: string,
  { viewport, colorScheme }: Look,
  locale = "en-GB",
): Promise<Page> {
  const known = signedIn && { storageState: signedIn };
  const page = await browser.newPage({ viewport, colorScheme, locale, ...known });
  await page.goto(server.url + address);
  return page;
}

/** How the first account is made: on a server of its own, that nobody has one on. */
async function firstAccount(): Promise<void> {
  const fresh = new RunningServer({
    port: Number(process.env.PORT ?? 3220) + 1,
    configFile,
    stateDir: mkdtempSync(join(tmpdir(), "halfway-screenshots-")),
    untouched: true,
  });
  await fresh.start();
  try {
    for (const { viewport, colorScheme, suffix } of looks) {
      const page = await browser.newPage({ viewport, colorScheme, locale: "en-GB" });
      await page.goto(`${fresh.url}/setup`);
      await page.getByRole("button", { name: "Make the account" }).waitFor();
      await page.screenshot({ path: join(folder, `setup${suffix}.png`) });
      await page.close();
    }
  } finally {
    await fresh.stop();
  }
}

/** A way of being told, to where nobody answers. Last of all: it is on the audit's page, too. */
async function aWay(): Promise<void> {
  const page = await open("/notices");
  await page.getByRole("button", { name: "Add a way…" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a way" });
  await dialog.getByLabel("Name", { exact: true }).fill("Phone");
  await dialog.getByLabel("Server", { exact: true }).fill("https://ntfy.example.org");
  await dialog.getByLabel("Topic", { exact: true }).fill("nas");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("listitem", { name: "Phone" }).waitFor();
  await page.close();
}

/** Signs in as people do; every page after that is theirs. */
async function signIn(): Promise<void> {
  for (const look of looks) {
    const page = await openSignedOut("/login", look);
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.screenshot({ path: join(folder, `login${look.suffix}.png`) });
    await page.close();
  }
  const page = await openSignedOut("/login", looks[0]);
  const { name, password } = server.account;
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Live", { exact: true }).waitFor();
  signedIn = await page.context().storageState();
  await page.close();
}

/**
 * Takes a picture in every look.
 * @param arrange makes the page show what the picture is of.
 * @param fullPage whether all of it is to be seen, not only what a screen shows at once.
 */
async function picture(
  name: string,
  address: string,
  arrange: (page: Page) => Promise<void>,
  { fullPage = true } = {},
): Promise<void> {
  for (const look of looks) {
    const page = await open(address, look);
    await arrange(page);
    await page.screenshot({ path: join(folder, `${name}${look.suffix}.png`), fullPage });
    await page.close();
  }
}

const rowOf = (page: Page, dataset: string) => page.getByRole("row", { name: dataset });

async function showRow(page: Page, dataset: string): Promise<void> {
  await rowOf(page, dataset).evaluate((row) => row.scrollIntoView({ block: "center" }));
}

async function everythingJudged(page: Page): Promise<void> {
  await page.getByText("backup/projects").first().waitFor();
  await page
    .getByText(/finding out whether/)
    .first()
    .waitFor({ state: "detached" });
}

async function chooseSend(page: Page): Promise<void> {
  await page.getByRole("combobox", { name: "From host" }).selectOption("tower");
  await page.getByRole("combobox", { name: "Dataset", exact: true }).fill("projects");
  await page.getByRole("option", { name: "tank/projects" }).click();
  await page.getByRole("combobox", { name: "Snapshot" }).click();
  await page.getByRole("option", { name: "monday" }).click();
  const target = page.getByRole("combobox", { name: "Into dataset" });
  await target.fill("backup/projects-copy");
  await target.press("Escape");
  await page.getByRole("button", { name: /^Send \d/ }).waitFor();
}

async function checkTower(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Check tower" }).click();
  await page
    .getByText(/OpenZFS [\d.]+/)
    .nth(2)
    .waitFor();
}

async function readToken(page: Page): Promise<void> {
  const token = await sh("nas", "zfs get -Hpo value receive_resume_token backup/photos");
  await page.getByRole("textbox").fill(token);
  await page.getByText("tank/photos@2026-11-02").first().waitFor();
}

async function selectAll(page: Page): Promise<void> {
  await everythingJudged(page);
  await page.getByRole("button", { name: /^Select all \d+ that can be resumed/ }).click();
  await page.getByRole("button", { name: /^Resume \d+…/ }).click();
  await page.getByRole("dialog").getByText("backup/photos").waitFor();
}

async function openRollback(page: Page): Promise<void> {
  await everythingJudged(page);
  await rowOf(page, "backup/home").getByRole("button", { name: "Resume with rollback backup/home" }).click();
  await page.getByRole("dialog").getByText("What is lost").first().waitFor();
}

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox").fill("pho");
  await page.getByRole("option", { name: /backup\/photos/ }).waitFor();
}

async function openDrawer(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Transfers/ }).click();
  await page.getByRole("dialog").getByRole("progressbar").waitFor();
}

async function openShortcuts(page: Page): Promise<void> {
  // The list's own keys are there a moment after the page is live.
  await everythingJudged(page);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
}

/** Nothing of it is saved. */
async function draftPolicy(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add a policy" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Whatever stopped at night");
  await page.getByRole("textbox", { name: "Datasets" }).fill("backup/**");
  await page.getByRole("radio", { name: "Resume" }).check();
  await page.getByRole("list", { name: "Not now:" }).waitFor();
}

try {
  await firstAccount();
  await signIn();
  await picture("list", "/", everythingJudged, { fullPage: false });
  await picture("send", "/send", chooseSend);
  await picture("settings", "/settings", draftPolicy);
  await picture("hosts", "/hosts", checkTower);
  await picture("token", "/token", readToken);
  await picture("selection", "/", selectAll, { fullPage: false });
  await picture("palette", "/", openPalette, { fullPage: false });
  await picture("shortcuts", "/", openShortcuts, { fullPage: false });
  for (const [locale, suffix, live] of [
    ["de-DE", "-de", "Live"],
    ["zh-CN", "-zh", "实时"],
  ] as const) {
    const page = await openSignedOut("/", { ...looks[0], suffix }, locale);
    await page.getByText(live, { exact: true }).waitFor();
    await page.getByText("backup/projects").first().waitFor();
    await page.screenshot({ path: join(folder, `list${suffix}.png`) });
    await page.close();
  }

  await picture("force", "/", openRollback, { fullPage: false });

  // What an abort would mean, and a verdict with its evidence.
  const dialogs = await open("/");
  const wiki = rowOf(dialogs, "backup/wiki");
  await wiki.getByRole("link", { name: "backup/wiki" }).click();
  await dialogs
    .getByText(/^It was receiving tank\/wiki@weekly/)
    .first()
    .waitFor();
  await dialogs.screenshot({ path: join(folder, "evidence.png") });
  await dialogs.goBack();
  await wiki.getByRole("button", { name: "Abort backup/wiki" }).click();
  await dialogs.getByText("What runs").waitFor();
  await dialogs.screenshot({ path: join(folder, "abort.png") });
  await dialogs.close();

  // A transfer in the middle, held back so that it lasts for all its pictures.
  await uplink.slow();
  const photos = "backup/photos";
  const page = await open("/");
  const row = rowOf(page, photos);
  await row.getByRole("button", { name: `Resume ${photos}` }).click();
  await row.getByText("Bandwidth: not limited").click();
  await row.getByRole("textbox", { name: "At most, in MiB/s" }).fill("0.5");
  await row.getByRole("button", { name: "Hold back" }).click();
  await row.getByText("Bandwidth: at most 512 KiB/s").waitFor({ timeout: 60_000 });
  const details = await row
    .getByRole("link", { name: `Details of the transfer into ${photos}` })
    .getAttribute("href");
  if (details === null) throw new Error("the transfer has no page");
  const showRunning = async (one: Page) => {
    await rowOf(one, photos)
      .getByText(/^[\d.]+ [KM]iB\/s$/)
      .waitFor({ timeout: 60_000 });
    await rowOf(one, photos)
      .getByText(/^Bandwidth: /)
      .click();
    await showRow(one, photos);
  };
  await picture("running", "/", showRunning, { fullPage: false });
  await picture("drawer", "/hosts", openDrawer, { fullPage: false });
  await picture("receive", "/receives/nas%3Abackup%2Fphotos", async (one) => {
    await one.getByRole("img", { name: /^Rate over time/ }).waitFor();
    await one.getByText("Reading what is remembered…").waitFor({ state: "detached" });
  });
  // The source is held a moment after an attempt has begun.
  const api = client(server);
  const held = async () => (await api.holds.list.query()).some(({ holds }) => holds.length > 0);
  for (const until = Date.now() + 60_000; !(await held()); await sleep(500)) {
    if (Date.now() > until) throw new Error("nothing is held");
  }
  await picture("holds", "/holds", (one) => one.getByText("A transfer needs it").first().waitFor());
  await row.getByRole("button", { name: `Stop ${photos}` }).click();
  await row.getByRole("button", { name: `Resume ${photos}` }).waitFor({ timeout: 60_000 });
  await page.close();
  await picture("transfers", "/transfers", (one) =>
    one.getByRole("list", { name: "Transfers" }).getByText(photos, { exact: true }).waitFor(),
  );
  await picture("transfer", details, (one) => one.getByRole("region", { name: "Attempt 1" }).waitFor());

  await picture("account", "/account", (one) => one.getByText("in use now").waitFor());
  await picture("accounts", "/accounts", (one) =>
    one.getByRole("list", { name: "API tokens" }).getByRole("listitem").first().waitFor(),
  );
  await picture("audit", "/audit", (one) =>
    one.getByText("Stop a transfer").filter({ visible: true }).first().waitFor(),
  );
  await aWay();
  await picture("notices", "/notices", (one) => one.getByRole("listitem", { name: "Phone" }).waitFor());
} finally {
  await browser.close();
  await uplink.quick();
  await server.stop();
  if (!labWasUp) await down();
}
console.log(`The pictures are in ${folder}.`);
