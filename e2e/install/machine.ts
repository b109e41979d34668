import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { test as base, expect, type Page } from "@playwright/test";
import { setUpTokenIn } from "../account";
import { errorsIn } from "../fixtures";
import { down, powerOn, sh, sshConfigFile, status, upAlone, type ZfsVersion } from "../lab";

/** The machine that everything is installed into. */
const guest = "nas";
/** Where the page of the machine is reached from here. */
const port = Number(process.env.HALFWAY_LAB_PORT ?? 23_900) + 80;
const patience = { timeoutMs: 600_000 };

export const zfs: ZfsVersion = process.env.HALFWAY_INSTALL_ZFS === "2.1" ? "2.1" : "2.3";
export const password = "three pools and a boat";

/** A freshly installed Debian with two empty pools, for each test anew. */
export class Machine {
  #tunnel: ChildProcess | null = null;

  /** Runs a script there as root. */
  run(script: string): Promise<string> {
    return sh(guest, script, patience);
  }

  /** Brings files of ours there, into root's home. */
  copy(...files: string[]): void {
    execFileSync("scp", ["-q", "-F", sshConfigFile, ...files, `${guest}:/root/`], { timeout: 300_000 });
  }

  /** Makes the page of the machine answer here, as its owner would who sits elsewhere. */
  async reach(): Promise<void> {
    this.leave();
    const forward = `${port}:127.0.0.1:3000`;
    this.#tunnel = spawn(
      "ssh",
      ["-F", sshConfigFile, "-N", "-o", "ExitOnForwardFailure=yes", "-L", forward, guest],
      {
        stdio: "ignore",
      },
    );
    for (const until = Date.now() + 300_000; Date.now() < until; await sleep(500)) {
      if (await answers()) return;
    }
    throw new Error(`The page does not answer:\n${await this.run("journalctl -u halfway | tail -n 40")}`);
  }

  leave(): void {
    this.#tunnel?.kill();
    this.#tunnel = null;
  }

  /** Restarts it, as `reboot` does. */
  async reboot(): Promise<void> {
    this.leave();
    await this.run("systemctl reboot --no-block").catch(() => {});
    // QEMU ends where a machine would start again.
    for (const until = Date.now() + 120_000; Date.now() < until; await sleep(500)) {
      if (!(await isOn())) break;
    }
    await powerOn(guest);
  }

  /** Removes the image's own account of that name, which other tests log in by. */
  async freeName(): Promise<void> {
    await this.run("userdel --remove halfway");
  }

  /** The processes that send and receive for Halfway, one a line. */
  transferring(): Promise<string> {
    return this.run("pgrep -u halfway -fa '^(zfs (send|receive)|pv) ' | grep -v -- ' -n' || true");
  }
}

async function isOn(): Promise<boolean> {
  return (await status()).hosts.some(({ name, running }) => name === guest && running);
}

async function answers(): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  );
}

export const test = base.extend<{ machine: Machine; baseURL: string }>({
  machine: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are used from this pattern
    async ({}, use) => {
      await upAlone(guest, zfs, (line) => console.log(`    ${line}`));
      const machine = new Machine();
      await machine.run(`udevadm settle --timeout=20
        zpool create -O atime=off backup /dev/disk/by-id/virtio-pool
        truncate -s 900M /var/tank && zpool create -O atime=off tank /var/tank`);
      await use(machine);
      machine.leave();
      await down();
    },
    { timeout: 420_000 },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: as above
  baseURL: async ({}, use) => use(`http://127.0.0.1:${port}`),
  context: async ({ context }, use) => {
    const errors = errorsIn(context);
    await use(context);
    expect(errors, "errors that pages threw or logged").toEqual([]);
  },
});

/** Makes a receive on the machine that was cut after some of it. */
export async function makeInterrupted(machine: Machine, name: string, megabytes: number): Promise<void> {
  await machine.run(`set -e
    zfs create tank/${name}
    head -c ${megabytes}M /dev/urandom >/tank/${name}/film
    zfs snapshot tank/${name}@monday
    zfs send tank/${name}@monday 2>/dev/null | head -c ${Math.round(megabytes / 4)}M | zfs receive -s backup/${name} 2>/dev/null || true
    zfs get -H -o value receive_resume_token backup/${name} | grep -q ^1-`);
}

/** Makes the first account with the token that the machine's log shows. */
export async function setUp(page: Page, machine: Machine): Promise<void> {
  const token = setUpTokenIn(await machine.run("journalctl -u halfway -o cat"));
  await page.goto("/");
  await page.getByLabel("Set-up token").fill(token ?? "");
  await page.getByLabel("Name").fill("owner");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Password, once more").fill(password);
  await page.getByRole("button", { name: "Make the account" }).click();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
}

/** The commands that a text tells its reader to run, one a line, without what they are for. */
export function commandsIn(text: string, beginning: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim().replace(/\s+#.*$/, ""))
    .filter((line) => line.startsWith(beginning));
}
