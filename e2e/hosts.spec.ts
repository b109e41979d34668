import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "@playwright/test";
import { setUpTokenIn } from "./account";
import { violationsOn } from "./axe";
import { addHost, check, foundOn, hostOn, removeHost } from "./hosts";
import { test as base, enter, port } from "./no-lab";
import { RunningServer } from "./server";
import { Sshd } from "./sshd";

/*
 * Hosts that are added in the page, with a real sshd on loopback. This machine has no ZFS, or none that a test may count on:
 * what ZFS allows is tested in delegation.spec.ts.
 */

const test = base.extend<{ sshd: Sshd }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are used from this pattern
  sshd: async ({}, use) => {
    const sshd = await Sshd.start();
    await use(sshd);
    await sshd.stop();
  },
});

test.beforeEach(async ({ page, server }) => {
  await enter(page, server, "/hosts");
});

test("whoever opens Halfway for the first time gets from the token in its log to a checked host, without a detour", async ({
  browser,
  sshd,
}) => {
  const stateDir = mkdtempSync(join(tmpdir(), "halfway-first-"));
  const configFile = join(stateDir, "hosts.json");
  writeFileSync(configFile, JSON.stringify({ hosts: [] }));
  const server = new RunningServer({ port: port + 1, configFile, stateDir, untouched: true });
  await server.start();
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  const took = { fields: 0, presses: 0 };
  const type = async (label: string, text: string) => {
    took.fields += 1;
    await page.getByLabel(label, { exact: true }).fill(text);
  };
  const press = async (name: string) => {
    took.presses += 1;
    await page.getByRole("button", { name, exact: true }).click();
  };
  try {
    await page.goto("/");
    await expect(page).toHaveURL("/setup");
    expect(await violationsOn(page)).toEqual([]);
    const began = Date.now();
    await type("Set-up token", setUpTokenIn(server.log) ?? "");
    await type("Your name", "ada");
    await type("Password", "correct horse battery");
    await type("Password, once more", "correct horse battery");
    await press("Make the account");

    // There is nothing to list yet: the way leads to the hosts, and says what to do there.
    await expect(page).toHaveURL("/hosts");
    await expect(page.getByRole("heading", { name: "There is no host yet" })).toBeVisible();
    expect(await violationsOn(page)).toEqual([]);
    await press("Add a host…");
    await type("Name", "loop");
    await type("Login", sshd.login);
    await type("Port", String(sshd.port));
    await press("Ask for its key");
    await expect(page.getByText(sshd.fingerprint, { exact: true })).toBeVisible();
    await press("Accept the key and add the host");
    const line = page.getByRole("dialog").getByText(/^restrict ssh-ed25519 /);
    sshd.authorize((await line.textContent()) ?? "");
    await press("Check loop");
    await expect(foundOn(page, "loop", "Login")).toContainText("Halfway is");
    await expect(page.getByRole("heading", { name: "There is no host yet" })).toHaveCount(0);
    expect(took).toEqual({ fields: 7, presses: 5 });
    expect(Date.now() - began).toBeLessThan(120_000);
  } finally {
    await context.close();
    await server.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
});

test("the page of hosts has nothing that axe finds wrong, with a check and with a dialog open", async ({
  page,
  sshd,
}) => {
  sshd.authorize(await addHost(page, "loop", sshd));
  await check(page, "loop");
  await expect(foundOn(page, "loop", "Login")).toContainText("Halfway is");
  expect(await violationsOn(page)).toEqual([]);
  await page.getByRole("button", { name: "Change loop" }).click();
  await page.getByRole("button", { name: "Ask for its key" }).click();
  await expect(page.getByRole("dialog", { name: "Is this the key of loop?" })).toBeVisible();
  expect(await violationsOn(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await removeHost(page, "loop");
});

test("a host is added by its fingerprint, the line lets Halfway in and no further, and a check says what is missing", async ({
  page,
  server,
  sshd,
}) => {
  const line = await addHost(page, "loop", sshd);
  await expect(foundOn(page, "loop", "Login")).toContainText("does not let Halfway in");
  await expect(foundOn(page, "loop", "Login")).toContainText(line);

  sshd.authorize(line);
  await check(page, "loop");
  await expect(foundOn(page, "loop", "Login")).toContainText(`Halfway is ${sshd.login.split("@")[0]} there`);
  await expect(foundOn(page, "loop", "Host key")).toContainText(sshd.fingerprint);
  await expect(foundOn(page, "loop", "Clock")).toContainText("agrees");
  await expect(foundOn(page, "loop", "ZFS")).toContainText("is it installed");
  await expect(hostOn(page, "loop")).toContainText("offline for");
  await expect(hostOn(page, "loop")).toContainText("loop has no ZFS: the command zfs was not found there.");

  const config = join(server.stateDir, "ssh", "config");
  const ssh = (...words: string[]) =>
    promisify(execFile)("ssh", ["-F", config, "-p", String(sshd.port), "-o", "BatchMode=yes", ...words]);
  expect((await ssh(sshd.login, "echo in")).stdout).toBe("in\n");
  await expect(ssh("-W", `127.0.0.1:${sshd.port}`, sshd.login)).rejects.toThrow(
    /prohibited|forwarding failed/,
  );
  await expect(ssh("-tt", sshd.login, "tty")).rejects.toThrow(/PTY allocation request failed/);

  await removeHost(page, "loop");
  await expect(page.getByText("loop is listed no longer.")).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("region", { name: "Hosts" }).getByRole("listitem")).toHaveCount(1);
});

test("a host whose key has changed is not talked to until that key is accepted, with both shown", async ({
  page,
  sshd,
}) => {
  sshd.authorize(await addHost(page, "loop", sshd));
  await check(page, "loop");
  await expect(foundOn(page, "loop", "Login")).toContainText("Halfway is");

  const before = sshd.fingerprint;
  await sshd.comeBackChanged();
  await check(page, "loop");
  const key = foundOn(page, "loop", "Host key");
  await expect(key).toContainText("shows another host key than the one that was accepted");
  await expect(key).toContainText(`${sshd.fingerprint} instead of ${before}`);
  await expect(foundOn(page, "loop", "Login")).toHaveCount(0);

  await page.reload();
  await expect(hostOn(page, "loop")).toContainText(`${sshd.fingerprint} instead of ${before}`);

  // Whoever comes later need not check it first.
  await hostOn(page, "loop").getByRole("button", { name: "Accept this fingerprint…" }).click();
  const dialog = page.getByRole("dialog", { name: "Is this the key of loop?" });
  await expect(dialog.getByText(sshd.fingerprint, { exact: true })).toBeVisible();
  await expect(dialog.getByText(`Until now ${before} was accepted.`)).toBeVisible();
  await dialog.getByRole("button", { name: "Accept the key and save" }).click();
  await expect(page.getByText("loop is talked to again, by its new key.")).toBeVisible();
  await expect(foundOn(page, "loop", "Login")).toContainText("Halfway is");
  await expect(key).toContainText(sshd.fingerprint);
  await expect(key).not.toContainText(before);
  await expect(hostOn(page, "loop").getByRole("button", { name: "Accept this fingerprint…" })).toHaveCount(0);
  await removeHost(page, "loop");
});

test("a host is reached elsewhere once that is changed, and a second one of its name or address is refused", async ({
  page,
  sshd,
}) => {
  const line = await addHost(page, "loop", sshd);
  const dialog = page.getByRole("dialog");
  for (const [name, words] of [
    ["loop", "There is a host named “loop” already."],
    ["again", `[127.0.0.1]:${sshd.port} is the host loop already.`],
  ] as const) {
    await page.getByRole("button", { name: "Add a host…" }).click();
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByLabel("Login").fill(sshd.login);
    await dialog.getByLabel("Port").fill(String(sshd.port));
    await dialog.getByRole("button", { name: "Ask for its key" }).click();
    await dialog.getByRole("button", { name: "Accept the key and add the host" }).click();
    await expect(dialog.getByText(words)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  }

  const other = await Sshd.start();
  try {
    other.authorize(line);
    await page.getByRole("button", { name: "Change loop" }).click();
    await dialog.getByLabel("Port").fill("1");
    await dialog.getByRole("button", { name: "Ask for its key" }).click();
    await expect(dialog.getByText("No SSH server answered")).toBeVisible();
    await dialog.getByLabel("Port").fill(String(other.port));
    await dialog.getByRole("button", { name: "Ask for its key" }).click();
    await expect(dialog.getByText(other.fingerprint, { exact: true })).toBeVisible();
    await expect(dialog.getByText(`Until now ${sshd.fingerprint} was accepted.`)).toBeVisible();
    await dialog.getByRole("button", { name: "Accept the key and save" }).click();
    await expect(hostOn(page, "loop")).toContainText(`port ${other.port}`);
    await check(page, "loop");
    await expect(foundOn(page, "loop", "Host key")).toContainText(other.fingerprint);
    await expect(foundOn(page, "loop", "Login")).toContainText("Halfway is");
    await removeHost(page, "loop");
  } finally {
    await other.stop();
  }
});

test("a host of the configuration is checked like any other, and says where it is changed", async ({
  page,
}) => {
  const host = hostOn(page, "nowhere");
  for (const verb of ["Change", "Remove"]) {
    const button = host.getByRole("button", { name: `${verb} nowhere` });
    await expect(button).toBeDisabled();
    await expect(button).toHaveAccessibleDescription(/HALFWAY_CONFIG/);
  }
  await check(page, "nowhere");
  await expect(foundOn(page, "nowhere", "Way there")).toContainText("SSH could not reach nowhere");
});
