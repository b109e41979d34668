import { execFileSync } from "node:child_process";
import { expect, type Page } from "@playwright/test";
import { discard, expectFinished, expectGone, expectIdle, rowOf } from "./fixtures";
import { addHost, check, foundOn, hostOn } from "./hosts";
import { exists, guid, type HostName, hostNames, makePartial, run, sh, sshConfigFile } from "./lab";
import { enter, test } from "./no-lab";

/*
 * A plain user on real ZFS who may nothing, but for what the check of the page says to delegate: nothing else is configured
 * here, so whatever works then works by those lines.
 */

const user = "delegate";
const partials = ["t-delegated-resume", "t-delegated-abort"] as const;

/** Where a guest is reached from here, and the key it has by its own word. */
async function wayTo(host: HostName) {
  const said = execFileSync("ssh", ["-F", sshConfigFile, "-G", host], { encoding: "utf8" });
  const setting = (name: string) => new RegExp(`^${name} (.+)$`, "m").exec(said)?.[1] ?? "";
  const printed = await sh(host, "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub");
  return {
    login: `${user}@${setting("hostname")}`,
    port: Number(setting("port")),
    fingerprint: printed.split(" ")[1] ?? "",
  };
}

/** Runs the lines that a check printed for a host's root, each as it can be copied. */
async function delegateAsPrinted(page: Page, name: HostName): Promise<string[]> {
  const lines = await foundOn(page, name, "Rights").locator("pre code").allTextContents();
  for (const line of lines) await sh(name, line);
  return lines;
}

async function forget(): Promise<void> {
  for (const [host, pool] of [
    ["nas", "backup"],
    ["tower", "tank"],
  ] as const) {
    await run(host, `zfs unallow -r -u ${user} ${pool}; pkill -u ${user}; userdel --remove ${user}`);
    await run(host, `rm -f /etc/ssh/authorized_keys/${user}`);
  }
  for (const name of partials) await discard(name);
}

test.beforeEach(forget);
test.afterEach(forget);

test("a plain user with the delegations that the check prints, and no others, can list, resume and abort", async ({
  page,
  server,
}) => {
  test.setTimeout(420_000);
  const [resumed, aborted] = [
    await makePartial({ name: partials[0], kind: "incremental", sizeMb: 24, receivedMb: 10 }),
    await makePartial({ name: partials[1], kind: "full", sizeMb: 20, receivedMb: 8 }),
  ];
  await enter(page, server, "/hosts");

  for (const name of hostNames) {
    await sh(name, `useradd --create-home --shell /bin/sh ${user} && usermod -p '*' ${user}`);
    const line = await addHost(page, name, await wayTo(name));
    await sh(name, `echo '${line}' >/etc/ssh/authorized_keys/${user}`);
    await check(page, name);
    await expect(foundOn(page, name, "Login")).toContainText(`Halfway is ${user} there`);
    await expect(foundOn(page, name, "Datasets")).toContainText(/Lists \d+ datasets/);
    await expect(foundOn(page, name, "Rights")).toContainText("It may list, and nothing else.");

    expect((await delegateAsPrinted(page, name)).length).toBeGreaterThan(0);
    await check(page, name);
    await expect(foundOn(page, name, "Rights")).toContainText("It may do everything that Halfway does.");
    await expect(hostOn(page, name)).not.toContainText("does not work");
  }

  await page.goto("/");
  for (const { target } of [resumed, aborted]) await expectIdle(rowOf(page, target));
  await rowOf(page, aborted.target)
    .getByRole("button", { name: `Abort ${aborted.target}` })
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill(aborted.target);
  await dialog.getByRole("button", { name: /^Abort/ }).click();
  await expectGone(page, aborted.target);
  expect(await exists("nas", aborted.target)).toBe(false);

  await rowOf(page, resumed.target)
    .getByRole("button", { name: `Resume ${resumed.target}` })
    .click();
  await expectFinished(page, resumed.target);
  expect(await guid("nas", `${resumed.target}@next`)).toBe(resumed.toGuid);
  // Its source was held meanwhile, and is let go of.
  await expect.poll(() => sh("tower", `zfs holds -H ${resumed.source}`)).toBe("");
});
