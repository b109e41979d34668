import { globSync } from "node:fs";
import { basename } from "node:path";
import { expect } from "@playwright/test";
import { expectIdle, rowOf } from "../fixtures";
import { makeInterrupted, setUp, test, zfs } from "./machine";

const [archive = ""] = globSync("dist/halfway-*.tar.gz");
const [deb = ""] = globSync("dist/halfway_*.deb");

test.skip(zfs !== "2.3", "It is the same on both.");

test("the archive for any Linux installs itself, runs, is installed over, and removes itself", async ({
  machine,
  page,
}) => {
  test.setTimeout(15 * 60_000);
  await makeInterrupted(machine, "film", 20);
  machine.copy(archive, deb);
  const folder = basename(archive, ".tar.gz");
  await machine.run(`cd /root && tar -xzf ${basename(archive)}`);

  // Somebody logs in by an account of its name.
  expect(await machine.run(`sh /root/${folder}/install.sh 2>&1 || true`)).toContain("usermod -l");
  expect(await machine.run("ls -d /opt/halfway 2>/dev/null; echo none")).toBe("none");
  await machine.freeName();
  const said = await machine.run(`sh /root/${folder}/install.sh 2>&1`);
  expect(said).toContain("zfs allow -u halfway create,mount,receive backup");
  await machine.reach();
  await setUp(page, machine);
  await page.goto("/");
  await expectIdle(rowOf(page, "backup/film"));
  expect(await machine.run("halfway verify-audit")).toContain("The audit trail holds");
  // Into a place where only root writes, and nothing in the state directory is root's afterwards.
  await machine.run("cd /root && halfway backup kept");
  expect(await machine.run("stat -c '%U %a' /root/kept; find /var/lib/halfway ! -user halfway")).toBe(
    "root 600",
  );

  // The other package would run beside it to no effect.
  expect(await machine.run(`dpkg -i /root/${basename(deb)} 2>&1 || true`)).toContain("uninstall.sh");
  expect(await machine.run("ls -d /usr/lib/halfway 2>/dev/null; echo none")).toBe("none");
  expect(await machine.run("ls /opt/halfway/docs/guide.md")).toBe("/opt/halfway/docs/guide.md");

  // A configuration that somebody wrote stays.
  await machine.run(
    "echo '# mine' >>/etc/halfway/halfway.yaml; chmod 600 /etc/halfway/halfway.yaml; chown halfway /etc/halfway/halfway.yaml",
  );
  expect(await machine.run(`sh /root/${folder}/install.sh 2>&1`)).toContain("runs.");
  await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 120_000 });
  expect(await machine.run("tail -n 1 /etc/halfway/halfway.yaml")).toBe("# mine");

  expect(await machine.run("sh /opt/halfway/uninstall.sh 2>&1")).toContain("stay");
  expect(await machine.run("ls -d /var/lib/halfway")).toBe("/var/lib/halfway");
  machine.leave();
  // With everything, this time.
  await machine.run(`sh /root/${folder}/install.sh`);
  await machine.run("sh /opt/halfway/uninstall.sh --purge");
  const left =
    "ls -d /opt/halfway /etc/halfway /var/lib/halfway /etc/systemd/system/halfway.service /usr/local/bin/halfway";
  expect(await machine.run(`${left} 2>/dev/null; getent passwd halfway; echo done`)).toBe("done");
  expect(await machine.run("zfs get -H -o value receive_resume_token backup/film")).toMatch(/^1-/);
});
