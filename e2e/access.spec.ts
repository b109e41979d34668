import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import Database from "better-sqlite3";
import { violationsOn } from "./axe";
import { test as base, enter, port, signIn } from "./no-lab";
import { TestProvider } from "./provider";
import type { RunningServer } from "./server";

/*
 * What somebody meets who is not signed in, or may not do everything. Needs no ZFS: its server has a host that does not answer.
 */

const password = "correct horse battery";
const proxySecret = "a secret between the proxy and Halfway";

const test = base.extend<object, { provider: TestProvider }>({
  provider: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are used from this pattern
    async ({}, use) => {
      const provider = new TestProvider();
      await provider.start(`http://127.0.0.1:${port}`, port + 1);
      await use(provider);
      await provider.stop();
    },
    { scope: "worker" },
  ],
  env: [
    async ({ provider }, use) => {
      const directory = mkdtempSync(join(tmpdir(), "halfway-access-"));
      const file = join(directory, "oidc.json");
      writeFileSync(file, JSON.stringify(provider.config));
      await use({
        HALFWAY_OIDC: file,
        ...{ HALFWAY_PROXY_USER_HEADER: "Remote-User", HALFWAY_PROXY_SECRET: proxySecret },
      });
      rmSync(directory, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
});

/** Signs in on the provider's own page. */
async function signInThere(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
}

/** Signs in with a provider's account, in a browser that the provider does not know yet. */
async function comeFromElsewhere(page: Page, name: string): Promise<void> {
  // A page whose session is gone leaves by itself.
  await page.goto("about:blank");
  await page.context().clearCookies();
  await page.goto("/login?next=%2Faccount");
  await page.getByRole("link", { name: "Sign in at Test provider" }).click();
  await signInThere(page, name);
}

/** Calls a mutation as the page does, with the session of its browser. */
async function call(page: Page, procedure: string, json: object): Promise<number> {
  const headers = { "x-halfway": "page" };
  return (await page.request.post(`/api/trpc/${procedure}`, { headers, data: { json } })).status();
}

test("whoever is not signed in gets no page and no data, and comes back to where they wanted to go", async ({
  page,
  server,
}) => {
  expect((await page.request.get("/api/trpc/receives.list")).status()).toBe(401);
  await page.goto("/transfers?state=open");
  await expect(page).toHaveURL("/login?next=%2Ftransfers%3Fstate%3Dopen");
  await signIn(page, server.account.name, "not the password");
  await expect(page.getByText("do not belong together")).toBeVisible();
  expect(await violationsOn(page)).toEqual([]);
  await signIn(page, server.account.name, server.account.password);
  await expect(page).toHaveURL("/transfers?state=open");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();

  await page.getByRole("button", { name: `Account: ${server.account.name}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/login");
  expect((await page.request.get("/api/trpc/receives.list")).status()).toBe(401);
});

test("the first account is made once: nobody else becomes an admin that way", async ({ page }) => {
  await page.goto("/setup");
  await expect(page).toHaveURL("/login");
  expect(await call(page, "session.setUp", { token: "guess", name: "mallory", password })).toBe(412);
});

test("an admin gives somebody an account, and is told what cannot be done with which", async ({
  page,
  server,
  browser,
  baseURL,
}) => {
  await enter(page, server, "/accounts");
  const accounts = page.getByRole("list", { name: "Accounts" });
  const entry = (name: string) => accounts.getByRole("listitem", { name, exact: true });
  const own = entry(server.account.name);
  await expect(own).toContainText("Second factor: no");
  await expect(own).toContainText(/[1-9] session/);
  for (const [label, reason] of [
    ["Change the role of", /is the only admin/],
    ["Set a password for", /your own account/],
    ["Remove", /is the only admin/],
  ] as const) {
    const button = own.getByRole("button", { name: `${label} ${server.account.name}` });
    await expect(button).toBeDisabled();
    await expect(button).toHaveAccessibleDescription(reason);
  }

  await page.getByRole("button", { name: "New account…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("wanda");
  await dialog.getByRole("radio", { name: /^Viewer/ }).check();
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByLabel("Password, once more").fill("another password");
  await dialog.getByRole("button", { name: "Make the account" }).click();
  await expect(dialog.getByRole("alert")).toContainText("not the same");
  expect(await violationsOn(page)).toEqual([]);
  await dialog.getByLabel("Password, once more").fill(password);
  await dialog.getByRole("button", { name: "Make the account" }).click();
  await expect(page.getByText("wanda can sign in now.")).toBeVisible();
  await expect(entry("wanda")).toContainText("never signed in");
  expect(await violationsOn(page)).toEqual([]);

  const context = await browser.newContext({ baseURL });
  const viewer = await context.newPage();
  await viewer.goto("/accounts");
  await signIn(viewer, "wanda", password);
  await expect(viewer.getByText("Only an admin may do this; you are signed in as a viewer.")).toBeVisible();
  await expect(viewer.getByRole("button", { name: "New account…" })).toHaveCount(0);
  await viewer.goto("/audit");
  await expect(viewer.getByText("Only an admin may do this; you are signed in as a viewer.")).toBeVisible();
  await expect(viewer.getByRole("searchbox")).toHaveCount(0);
  await viewer.goto("/accounts");
  await viewer.getByRole("button", { name: "Account: wanda" }).click();
  await expect(viewer.getByRole("menuitem", { name: "Your account" })).toBeVisible();
  await expect(viewer.getByRole("menuitem", { name: "Accounts and API tokens" })).toHaveCount(0);

  await page.reload();
  await expect(entry("wanda")).toContainText("1 session");
  await page.getByRole("button", { name: "Change the role of wanda" }).click();
  await dialog.getByRole("radio", { name: /^Operator/ }).check();
  await dialog.getByRole("button", { name: "Change the role" }).click();
  await expect(entry("wanda").getByText("operator", { exact: true })).toBeVisible();

  await page.getByRole("button", { name: "Set a password for wanda" }).click();
  await dialog.getByLabel("Password", { exact: true }).fill("another long password");
  await dialog.getByLabel("Password, once more").fill("another long password");
  await dialog.getByRole("button", { name: "Set the password" }).click();
  await expect(entry("wanda")).toContainText("no session");
  await expect(viewer).toHaveURL(/\/login/);
  await context.close();

  await page.getByRole("button", { name: "Remove wanda" }).click();
  await dialog.getByRole("button", { name: "Remove the account" }).click();
  await expect(entry("wanda")).toHaveCount(0);
  await expect(page.getByText("The account wanda is gone.")).toBeVisible();
});

test("an API token is shown once, lets a program in, and nobody any more when it is revoked", async ({
  page,
  server,
}) => {
  await page.goto("/accounts");
  await signIn(page, server.account.name, server.account.password);
  const tokens = page.getByRole("list", { name: "API tokens" });
  const entry = tokens.getByRole("listitem", { name: "nightly", exact: true });
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "New token…" }).click();
  await dialog.getByLabel("Name").fill("nightly");
  await dialog.getByLabel("Good for").selectOption("90 days");
  await dialog.getByRole("radio", { name: /^Viewer/ }).check();
  await dialog.getByRole("button", { name: "Make the token" }).click();
  await expect(dialog.getByRole("heading")).toHaveText("Keep the token nightly");
  await expect(dialog.getByRole("button", { name: "Copy: the token" })).toBeVisible();
  const token = (await dialog.getByText(/^halfway_/).textContent()) ?? "";
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "I have kept it" }).click();
  await expect(entry).toContainText(`Of ${server.account.name}`);
  await expect(entry).toContainText("never used");

  const status = async () => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${server.url}/api/trpc/receives.list`, { headers })).status;
  };
  expect(await status()).toBe(200);
  await page.reload();
  await expect(entry).toContainText("expires in 89 days 23 h");
  await expect(entry).toContainText(/used (just now|\d+ s ago)/);
  await expect(page.getByText(token)).toHaveCount(0);

  await page.getByRole("button", { name: "Revoke nightly" }).click();
  await dialog.getByRole("button", { name: "Revoke it" }).click();
  // While the dialog is open, what is below it has no roles.
  await expect(page.getByText("The token nightly lets nobody in any more.")).toBeVisible();
  await expect(entry).toHaveCount(0);
  expect(await status()).toBe(401);
});

test("what a viewer may not do says who may, and a page whose session ends leaves by itself", async ({
  page,
  server,
  browser,
  baseURL,
}) => {
  await enter(page, server);
  expect(await call(page, "users.create", { name: "vera", role: "viewer", password })).toBe(200);

  const context = await browser.newContext({ baseURL });
  const viewer = await context.newPage();
  await viewer.goto("/settings");
  await signIn(viewer, "vera", password);
  await expect(viewer.getByText("Live", { exact: true })).toBeVisible();
  // What cannot be saved is not there to be typed in.
  await expect(
    viewer
      .getByRole("region", { name: "Transfers" })
      .getByText("Only an admin may do this; you are signed in as a viewer."),
  ).toBeVisible();
  await expect(viewer.getByText("Transfers at work at once")).toBeVisible();
  await expect(viewer.getByText("No policies: nothing that Halfway did not begin")).toBeVisible();
  await expect(viewer.getByRole("main").getByRole("textbox")).toHaveCount(0);
  await expect(viewer.getByRole("main").getByRole("button")).toHaveCount(0);
  expect(await call(viewer, "settings.update", { overall: 1 })).toBe(403);

  expect(await call(page, "users.remove", { name: "vera" })).toBe(200);
  await expect(viewer).toHaveURL(/\/login\?next=%2Fsettings$/);
  await context.close();
});

test("one sees where one is signed in, and ends that from elsewhere", async ({
  page,
  server,
  browser,
  baseURL,
}) => {
  await enter(page, server);
  expect(await call(page, "users.create", { name: "sina", role: "operator", password })).toBe(200);

  const [here, there] = await Promise.all([
    browser.newContext({ baseURL }),
    browser.newContext({
      ...{ baseURL, userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0" },
    }),
  ]);
  const own = await here.newPage();
  await own.goto("/account");
  await signIn(own, "sina", password);
  const everywhere = own.getByRole("button", { name: "Sign out everywhere else" });
  await expect(everywhere).toBeDisabled();
  await expect(everywhere).toHaveAccessibleDescription("You are signed in nowhere else.");

  const forgotten = await there.newPage();
  await forgotten.goto("/transfers");
  await signIn(forgotten, "sina", password);
  await expect(forgotten.getByText("Live", { exact: true })).toBeVisible();

  await own.reload();
  const sessions = own.getByRole("list", { name: "Sessions" });
  await expect(sessions.getByRole("listitem")).toHaveCount(2);
  await expect(sessions.getByRole("listitem", { name: /, this one$/ })).toContainText("in use now");
  await sessions.getByRole("button", { name: "Sign out Firefox on Linux" }).click();
  await expect(own.getByText("Firefox on Linux is signed out.")).toBeVisible();
  await expect(sessions.getByRole("listitem")).toHaveCount(1);
  await expect(forgotten).toHaveURL(/\/login\?next=%2Ftransfers$/);
  await expect(own.getByText("Live", { exact: true })).toBeVisible();

  await signIn(forgotten, "sina", password);
  await expect(forgotten.getByText("Live", { exact: true })).toBeVisible();
  await own.reload();
  await everywhere.click();
  await expect(own.getByText("Wherever else you were signed in, you are not any more.")).toBeVisible();
  expect((await forgotten.request.get("/api/trpc/receives.list")).status()).toBe(401);
  await Promise.all([here.close(), there.close()]);
  expect(await call(page, "users.remove", { name: "sina" })).toBe(200);
});

test("one changes one's own password, turns on a second factor that the next sign-in asks for, and off again", async ({
  page,
  server,
}) => {
  await enter(page, server);
  expect(await call(page, "users.create", { name: "otto", role: "operator", password })).toBe(200);
  expect(await call(page, "session.signOut", {})).toBe(200);
  await page.goto("/account");
  await signIn(page, "otto", password);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();

  const own = page.getByRole("region", { name: "Password", exact: true });
  await own.getByLabel("Password of now").fill(password);
  await own.getByLabel("New password", { exact: true }).fill("another long password");
  await own.getByLabel("New password, once more").fill("another long password");
  await own.getByRole("button", { name: "Change the password" }).click();
  await expect(own.getByRole("status")).toContainText("It is changed");

  const factor = page.getByRole("region", { name: "Second factor" });
  await factor.getByLabel("Your password").fill("another long password");
  await factor.getByRole("button", { name: "Set it up" }).click();
  await expect(factor.getByRole("img", { name: "QR code of the secret" })).toBeVisible();
  const secret = (await factor.getByText(/^[A-Z2-7]{32,}$/).textContent()) ?? "";
  await expect(factor.getByText(/^[A-Z2-7]{4}$/)).toHaveCount(Math.ceil(secret.length / 4));
  expect(await violationsOn(page)).toEqual([]);
  const backups = factor.getByRole("list", { name: "Backup codes" }).getByRole("listitem");
  await expect(backups).toHaveCount(10);
  const backup = (await backups.first().textContent()) ?? "";
  await factor.getByLabel("3. Type the code").fill(codeOf(secret));
  await factor.getByRole("button", { name: "Turn it on" }).click();
  await expect(factor.getByRole("status")).toContainText("It is on");

  await page.getByRole("button", { name: "Account: otto" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await signIn(page, "otto", "another long password");
  await page.getByLabel("Code").fill(codeOf(secret));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("This code is not right, or not any more.")).toBeVisible();
  await page.getByLabel("Code").fill(codeOf(secret, "next"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();

  await page.goto("/account");
  await factor.getByLabel("Your password").fill("another long password");
  await factor.getByLabel("Code").fill("000000");
  await factor.getByRole("button", { name: "Switch it off" }).click();
  await expect(factor.getByText("This code is not right")).toBeVisible();
  await factor.getByLabel("Code").fill(backup);
  await factor.getByRole("button", { name: "Switch it off" }).click();
  await expect(factor.getByRole("status")).toContainText("It is off");
  await expect(factor.getByRole("button", { name: "Set it up" })).toBeVisible();
});

/** Lets everybody's proof of who they are be of long ago. */
function forgetProofs({ stateDir }: RunningServer): void {
  const db = new Database(join(stateDir, "halfway.db"));
  db.prepare("update session set authenticatedAt = 0").run();
  db.close();
}

/** Gives a page's browser a device that keeps passkeys, with an owner who always unlocks it. */
async function addDevice(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
}

// By a name: a passkey belongs to one, and an address is none.
const named = test.extend({
  baseURL: async ({ server }, use) => use(server.url.replace("127.0.0.1", "localhost")),
});

named(
  "a passkey signs in without a password, proves once more who one is, and opens nothing once it is removed",
  async ({ page, server }) => {
    await addDevice(page);
    await page.goto("/account");
    await expect(page.getByRole("button", { name: "Sign in with a passkey" })).toHaveCount(0);
    await signIn(page, server.account.name, server.account.password);
    const passkeys = page.getByRole("region", { name: "Passkeys" });
    await passkeys.getByLabel("Name of a new one").fill("Test key");
    forgetProofs(server);
    await passkeys.getByRole("button", { name: "Make a passkey" }).click();
    // An unlocked browser does not suffice for a key to come back with.
    const dialog = page.getByRole("dialog", { name: "Is it still you?" });
    await expect(dialog.getByRole("button", { name: "Use a passkey" })).toHaveCount(0);
    await dialog.getByLabel(`Password of ${server.account.name}`).fill(server.account.password);
    await dialog.getByRole("button", { name: "Go on" }).click();
    const entry = passkeys.getByRole("listitem", { name: "Test key" });
    await expect(entry).toContainText("For localhost");
    await expect(entry).toContainText("never used");

    // A second one on the same device would be of no use.
    await passkeys.getByLabel("Name of a new one").fill("Another");
    await passkeys.getByRole("button", { name: "Make a passkey" }).click();
    await expect(passkeys.getByText("holds a passkey of yours")).toBeVisible();

    expect(await call(page, "session.signOut", {})).toBe(200);
    await page.goto("/login?next=%2Faccount");
    const proving = page.waitForRequest(/signInByPasskey/);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    const { json } = (await proving).postDataJSON();
    await expect(page).toHaveURL("/account");
    await expect(entry).toContainText(/used (just now|\d+ s ago)/);
    // What was signed once is worth nothing to who has listened.
    expect(await call(page, "session.signInByPasskey", json)).toBe(412);
    expect(await call(page, "session.reauthenticateByPasskey", json)).toBe(412);

    forgetProofs(server);
    await passkeys.getByRole("button", { name: "Remove Test key" }).click();
    await dialog.getByRole("button", { name: "Use a passkey" }).click();
    await expect(passkeys.getByText("Test key signs nobody in any more.")).toBeVisible();
    await expect(entry).toHaveCount(0);

    expect(await call(page, "session.signOut", {})).toBe(200);
    await page.goto("/login");
    await expect(page.getByRole("button", { name: "Sign in with a passkey" })).toHaveCount(0);
  },
);

test("whom the provider knows comes in with the role that it says, and nobody else does", async ({
  page,
  server,
  provider,
}) => {
  provider.groups.set("erin", ["family", "ops"]);
  await comeFromElsewhere(page, "erin");
  await expect(page).toHaveURL("/account");
  await expect(page.getByText("erin · Operator")).toBeVisible();
  await expect(page.getByText("You sign in at Test provider.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Password", exact: true })).toHaveCount(0);
  expect(await call(page, "settings.update", { overall: 1 })).toBe(403);

  // What it says is asked anew at each sign-in.
  provider.groups.set("erin", ["family"]);
  await comeFromElsewhere(page, "erin");
  await expect(page.getByText("erin · Viewer")).toBeVisible();
  provider.groups.set("erin", []);
  await comeFromElsewhere(page, "erin");
  await expect(page.getByText("nothing it says of you is a role here")).toBeVisible();
  await expect(page).toHaveURL("/login/callback");
  expect((await page.request.get("/api/trpc/receives.list")).status()).toBe(401);

  // A name that somebody has here already is not theirs by being called so.
  provider.groups.set(server.account.name, ["nas-admins"]);
  await comeFromElsewhere(page, server.account.name);
  await expect(page.getByText("a name alone does not make it yours")).toBeVisible();
  expect((await page.request.get("/api/trpc/receives.list")).status()).toBe(401);
});

test("what a provider is said to have answered counts for nobody but who asked, and once", async ({
  page,
  provider,
  browser,
  baseURL,
}) => {
  provider.groups.set("erin", ["ops"]);
  const answer = (json: object) => call(page, "session.signInByProvider", json);
  expect(await answer({ answer: "?code=made-up&state=made-up" })).toBe(412);
  await page.goto("/login");
  await page.getByRole("link", { name: "Sign in at Test provider" }).click();
  await expect(page.getByPlaceholder("Enter any login")).toBeVisible();
  expect(await answer({ answer: "?code=made-up&state=made-up" })).toBe(412);

  // Somebody who gets hold of the answer before its owner's page does.
  await page.route(/signInByProvider/, (route) => route.abort());
  const returning = page.waitForRequest(/login\/callback/);
  await signInThere(page, "erin");
  const stolen = new URL((await returning).url()).search;
  await expect(page.getByText("did not answer")).toBeVisible();
  const elsewhere = await browser.newContext({ baseURL });
  const thief = await elsewhere.newPage();
  await thief.goto(`/login/callback${stolen}`);
  await expect(thief.getByText("was begun elsewhere")).toBeVisible();
  await thief.goto("/login");
  await thief.getByRole("link", { name: "Sign in at Test provider" }).click();
  await expect(thief.getByPlaceholder("Enter any login")).toBeVisible();
  await thief.goto(`/login/callback${stolen}`);
  await expect(thief.getByText("does not prove who you are")).toBeVisible();
  await elsewhere.close();

  expect(await answer({ answer: stolen })).toBe(200);
  expect(await answer({ answer: stolen })).toBe(412);
});

test("who signs in elsewhere proves there once more who they are, and what they wanted goes on", async ({
  page,
  server,
  provider,
}) => {
  provider.groups.set("ada", ["nas-admins"]);
  await comeFromElsewhere(page, "ada");
  await expect(page.getByText("ada · Admin")).toBeVisible();
  await page.goto("/accounts");
  const own = page.getByRole("listitem", { name: "ada", exact: true });
  await expect(own).toContainText("Signs in at the provider");
  await expect(own.getByRole("button", { name: "Change the role of ada" })).toHaveAccessibleDescription(
    /The provider says/,
  );
  forgetProofs(server);
  expect(await call(page, "users.create", { name: "nils", role: "viewer", password })).toBe(403);
  await page.getByRole("button", { name: "New account…" }).click();
  const dialog = page.getByRole("dialog", { name: "New account" });
  await dialog.getByLabel("Name").fill("nils");
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByLabel("Password, once more").fill(password);
  await dialog.getByRole("button", { name: "Make the account" }).click();
  const again = page.getByRole("dialog", { name: "Is it still you?" });
  const opening = page.waitForEvent("popup");
  await again.getByRole("button", { name: "Sign in at Test provider" }).click();
  // It knows its browser, and asks all the same. Somebody else there does not count.
  let popup = await opening;
  await signInThere(popup, "erin");
  await expect(popup.getByText("somebody else than “ada”")).toBeVisible();
  await popup.close();
  const reopening = page.waitForEvent("popup");
  await again.getByRole("button", { name: "Sign in at Test provider" }).click();
  popup = await reopening;
  await signInThere(popup, "ada");
  await expect(page.getByText("nils can sign in now.")).toBeVisible();
  expect(await call(page, "users.remove", { name: "nils" })).toBe(200);
});

test("who the proxy in front says it is comes in, as long as it says so; of nobody else it is believed", async ({
  server,
  browser,
  baseURL,
  page,
}) => {
  await enter(page, server);
  expect(await call(page, "users.create", { name: "petra", role: "admin", password })).toBe(200);
  const says = (name: string, secret = proxySecret) => ({
    "remote-user": name,
    "x-halfway-proxy-secret": secret,
  });

  const context = await browser.newContext({ baseURL, extraHTTPHeaders: says("petra") });
  const own = await context.newPage();
  await own.goto("/account");
  await expect(own.getByText("petra · Admin")).toBeVisible();
  // That it knew her once is no proof that it is still her.
  expect(await call(own, "users.remove", { name: "petra" })).toBe(403);
  await own.getByRole("button", { name: "Account: petra" }).click();
  await own.getByRole("menuitem", { name: "Sign out" }).click();
  // A slow machine shows the button before the page listens to it.
  await expect(async () => {
    if (new URL(own.url()).pathname === "/login")
      await own.getByRole("button", { name: "Go on as petra" }).click({ timeout: 1_000 });
    await expect(own).toHaveURL("/", { timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  await own.goto("about:blank");

  const knock = (headers: Record<string, string>, from = "127.0.0.1") =>
    statusOf(server, "session.signInByProxy", headers, from);
  const look = (headers: Record<string, string>) =>
    fetch(`${server.url}/api/trpc/receives.list`, { headers: { cookie, ...headers } });
  expect((await look(says("petra"))).status).toBe(200);
  expect((await look({})).status).toBe(401);
  expect((await look(says("petra", "not the secret"))).status).toBe(401);
  expect((await look(says(server.account.name))).status).toBe(401);
  expect(await knock(says("petra"))).toBe(200);
  expect(await knock({ "remote-user": "petra" })).toBe(412);
  expect(await knock(says("petra", "not the secret"))).toBe(412);
  expect(await knock(says("nobody-here"))).toBe(412);
  // It connects from where the proxy does not, whatever it says.
  expect(await knock({ ...says("petra"), "x-forwarded-for": "127.0.0.1" }, "127.0.0.9")).toBe(412);
  expect(await knock({ ...says("petra"), "x-halfway-peer": "x 127.0.0.1" }, "127.0.0.9")).toBe(412);

  await context.setExtraHTTPHeaders(says("nobody-here"));
  await own.goto("/login");
  await expect(own.getByText("there is no such account")).toBeVisible();
  await context.close();
  expect(await call(page, "users.remove", { name: "petra" })).toBe(200);
});

/** What a mutation answers to a client at an address of this machine's. */
async function statusOf(
  { url }: RunningServer,
  procedure: string,
  headers: Record<string, string>,
  localAddress: string,
): Promise<number> {
  const asking = request(`${url}/api/trpc/${procedure}`, {
    ...{ method: "POST", localAddress, agent: false },
    headers: { ...headers, "content-type": "application/json", "x-halfway": "tests", "content-length": "2" },
  });
  asking.end("{}");
  const [answer] = (await once(asking, "response")) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

test("where browsers offer no passkeys, the page says why", async ({ page, server }) => {
  await page.goto("/account");
  await signIn(page, server.account.name, server.account.password);
  const passkeys = page.getByRole("region", { name: "Passkeys" });
  await expect(passkeys.getByText("None can be made here.")).toBeVisible();
  const make = passkeys.getByRole("button", { name: "Make a passkey" });
  await expect(make).toBeDisabled();
  await expect(make).toHaveAccessibleDescription(/opened by an address/);
});

test("what was done and refused is on the audit page, found by its address, and can be taken along and verified", async ({
  page,
  server,
}) => {
  await enter(page, server, "/audit");
  expect(await call(page, "users.create", { name: "audited", role: "viewer", password })).toBe(200);
  expect(await call(page, "session.signIn", { name: "audited", password: "not it", code: null })).toBe(412);
  await page.getByRole("button", { name: "Look again" }).click();
  const made = page.getByRole("listitem", { name: "Make an account" }).first();
  await expect(made).toContainText("audited as viewer");
  await expect(made).toContainText("Done");

  await page.getByRole("searchbox", { name: "Who" }).fill("AUDITED");
  await page.getByRole("combobox", { name: "Outcome" }).selectOption("Denied");
  await expect(page).toHaveURL("/audit?actor=AUDITED&outcome=denied");
  const acts = page.getByRole("list", { name: "Acts" }).getByRole("listitem");
  await expect(acts).toHaveCount(1);
  await expect(acts).toContainText("do not belong together");
  await page.reload();
  await expect(acts).toHaveCount(1);
  expect(await violationsOn(page)).toEqual([]);

  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^halfway-audit-.*\.jsonl$/);
  const text = readFileSync(await download.path(), "utf8");
  const rows = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows.map(({ kind }) => kind)).toEqual(["intent", "outcome"]);
  expect(text).not.toContain("not it");

  const env = { ...process.env, HALFWAY_STATE_DIR: server.stateDir };
  const said = execFileSync("tsx", ["server/admin.ts", "verify-audit"], { env, encoding: "utf8" });
  expect(said).toContain("entries are as written, and none is missing");
});

/** What an app shows for a secret (RFC 6238) at this moment, or what comes next: clocks may differ by that. */
function codeOf(secret: string, which: "now" | "next" = "now"): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + (which === "next" ? 1 : 0)));
  const digest = createHmac("sha1", key).update(count).digest();
  const at = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("the running server refuses whatever comes from elsewhere", async ({ server }) => {
  const post = (headers: Record<string, string>) =>
    fetch(`${server.url}/api/trpc/session.signOut`, { method: "POST", body: "{}", headers });
  const json = { "content-type": "application/json", "x-halfway": "page" };
  expect((await post(json)).status).toBe(200);
  expect((await post({ ...json, origin: "https://evil.example" })).status).toBe(403);
  expect((await post({ ...json, "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await post({ "content-type": "application/json" })).status).toBe(403);
  expect((await post({ ...json, "content-type": "text/plain" })).status).toBe(415);
  const page = await fetch(`${server.url}/login`);
  const policy = page.headers.get("content-security-policy") ?? "";
  const [, nonce = "none"] = /'nonce-([^']+)'/.exec(policy) ?? [];
  const scripts = (await page.text()).match(/<script[^>]*>/g) ?? [];
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
  const again = await fetch(`${server.url}/login`);
  expect(again.headers.get("content-security-policy")).not.toContain(nonce);
});
