import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { expectFinished, expectIdle, rowOf } from "../fixtures";
import { check, foundOn } from "../hosts";
import { signIn } from "../no-lab";
import { commandsIn, makeInterrupted, password, setUp, test } from "./machine";

const [deb = ""] = globSync("dist/halfway_*.deb");
const film = "backup/film";
/** What holds a stream back to a rate. */
const heldBack = /pv -q -L \d+/;

/** The same package as a later version. */
function nextVersion(): string {
  const dir = mkdtempSync(join(tmpdir(), "halfway-next-"));
  execFileSync("dpkg-deb", ["--raw-extract", deb, join(dir, "tree")]);
  const control = join(dir, "tree/DEBIAN/control");
  writeFileSync(control, readFileSync(control, "utf8").replace(/^Version: (.*)$/m, "Version: $1+next"));
  const made = join(dir, "halfway-next.deb");
  execFileSync("dpkg-deb", ["--root-owner-group", "-Zgzip", "-z1", "--build", join(dir, "tree"), made]);
  return made;
}

test("installed, used by its own user, upgraded in the middle of a transfer, rebooted, removed, purged", async ({
  machine,
  page,
}) => {
  test.setTimeout(40 * 60_000);
  const apt = (words: string) =>
    machine.run(`DEBIAN_FRONTEND=noninteractive apt-get ${words} --yes -o Dpkg::Use-Pty=0 2>&1`);
  await makeInterrupted(machine, "film", 300);
  const next = nextVersion();
  machine.copy(deb, next);
  rmSync(dirname(next), { recursive: true });

  await test.step("an account of its name that somebody logs in by is not taken for its own", async () => {
    expect(await machine.run(`dpkg -i /root/${basename(deb)} 2>&1 || true`)).toContain(
      "usermod -l halfway-ssh halfway",
    );
    expect(
      await machine.run("ls -d /usr/lib/halfway /etc/halfway /var/lib/halfway 2>/dev/null; echo none"),
    ).toBe("none");
    await machine.freeName();
  });

  const said = await test.step("apt installs it, and says what to do next", async () => {
    const words = await apt(`install /root/${basename(deb)}`);
    expect(words).toContain("http://127.0.0.1:3000");
    expect(words).toContain("journalctl -u halfway");
    expect(await machine.run("systemctl is-active halfway; systemctl is-enabled halfway")).toBe(
      "active\nenabled",
    );
    expect(
      await machine.run("stat -c '%U %G %a' /var/lib/halfway /etc/halfway /etc/halfway/halfway.yaml"),
    ).toBe("halfway halfway 700\nroot halfway 750\nroot halfway 640");
    return words;
  });

  await test.step("it listens on its own machine only", async () => {
    await machine.reach();
    const listening = await machine.run("ss -Hltn | awk '{ print $4 }' | grep -v ':22$'");
    expect(listening.split("\n")).toEqual(["127.0.0.1:3000"]);
    console.log(`    ${await machine.run("systemd-analyze security --no-pager halfway | tail -n 1")}`);
    console.log(`    memory ${await machine.run("systemctl show -P MemoryCurrent halfway")}`);
  });

  await test.step("the token in the log makes the first account, and the page shows what is interrupted", async () => {
    await setUp(page, machine);
    await page.goto("/");
    await expectIdle(rowOf(page, film));
  });

  await test.step("the printed lines let it do everything, and nothing else did before", async () => {
    await page.goto("/hosts");
    await check(page, "localhost");
    await expect(foundOn(page, "localhost", "Rights")).toContainText("It may list, and nothing else.");
    for (const line of commandsIn(said, "zfs allow")) await machine.run(line);
    await check(page, "localhost");
    await expect(foundOn(page, "localhost", "Rights")).toContainText(
      "It may do everything that Halfway does.",
    );
    await page.goto("/");
  });

  const row = rowOf(page, film);
  await test.step("a transfer, held back so that all the rest falls into it", async () => {
    await row.getByRole("button", { name: `Resume ${film}` }).click();
    await row.getByText("Bandwidth: not limited").click();
    await page.getByRole("textbox", { name: "At most, in MiB/s" }).fill("0.25");
    await page.getByRole("button", { name: "Hold back" }).click();
    await expect(row.getByText("Bandwidth: at most 256 KiB/s")).toBeVisible();
    await expect.poll(() => machine.transferring()).toMatch(heldBack);
  });

  await test.step("an upgrade does not touch it, and the new server takes it up", async () => {
    const before = await machine.transferring();
    const server = await machine.run("systemctl show -P MainPID halfway");
    await apt("install /root/halfway-next.deb");
    expect(await machine.run("systemctl show -P MainPID halfway")).not.toBe(server);
    expect(await machine.transferring()).toBe(before);
    expect(await machine.run("dpkg-query -W halfway")).toMatch(/\+next$/);
    await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 120_000 });
    await expect(row.getByText("Bandwidth: at most 256 KiB/s")).toBeVisible();
    expect(await machine.transferring()).toBe(before);
  });

  await test.step("after a reboot it is there by itself, and goes on from where ZFS can", async () => {
    await machine.reboot();
    await machine.reach();
    await page.goto("/");
    const asked = page.getByRole("button", { name: "Sign in", exact: true });
    await expect(asked.or(page.getByText("Live", { exact: true }))).toBeVisible();
    if (await asked.isVisible()) await signIn(page, "owner", password);
    await expect(row.getByRole("progressbar")).toBeVisible({ timeout: 180_000 });
    await expect.poll(() => machine.transferring()).toContain("zfs receive");
    const limit = row.getByText("Bandwidth: at most 256 KiB/s");
    await limit.click();
    await page.getByRole("button", { name: "No limit" }).click();
    await expectFinished(page, film);
    expect(await machine.run("zfs get -Hp -o value guid backup/film@monday")).toBe(
      await machine.run("zfs get -Hp -o value guid tank/film@monday"),
    );
  });

  await test.step("removing it keeps what it knows, and says what still runs", async () => {
    await makeInterrupted(machine, "more", 200);
    const other = rowOf(page, "backup/more");
    await other.getByRole("button", { name: "Resume backup/more" }).click();
    await other.getByText("Bandwidth: not limited").click();
    await page.getByRole("textbox", { name: "At most, in MiB/s" }).fill("0.25");
    await page.getByRole("button", { name: "Hold back" }).click();
    await expect.poll(() => machine.transferring()).toMatch(heldBack);
    const before = await machine.transferring();
    machine.leave();
    expect(await apt("remove halfway")).toContain("Transfers of Halfway that are running: 1.");
    expect(await machine.transferring()).toBe(before);
    expect(await machine.run("ls /etc/halfway /var/lib/halfway")).toContain("halfway.yaml");
    expect(await machine.run("ls /usr/lib/halfway /usr/bin/halfway 2>/dev/null || echo gone")).toBe("gone");
  });

  await test.step("purging it leaves the pools alone, and no user to whom something is delegated", async () => {
    const purged = await apt("purge halfway");
    expect(purged).toContain("The user halfway stays");
    expect(await machine.run("ls -d /etc/halfway /var/lib/halfway 2>/dev/null || echo gone")).toBe("gone");
    for (const line of [...commandsIn(said, "pkill"), "pkill -u halfway; sleep 2"]) await machine.run(line);
    for (const line of [...commandsIn(purged, "zfs unallow"), ...commandsIn(purged, "userdel")])
      await machine.run(line);
    expect(await machine.run("getent passwd halfway || echo gone")).toBe("gone");
    expect(await machine.run("zfs allow backup; zfs allow tank")).toBe("");
    expect(await machine.run("zfs get -H -o value receive_resume_token backup/more")).toMatch(/^1-/);
  });
});
