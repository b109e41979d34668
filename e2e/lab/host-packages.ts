import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LabError } from "./errors";
import { exec, sleep } from "./process";

/** What the lab needs of the machine it runs on: Debian package → a file or program that shows it is there. */
export const hostPackages: Readonly<Record<string, string>> = {
  "qemu-system-x86": "qemu-system-x86_64",
  "qemu-utils": "qemu-img",
  mmdebstrap: "mmdebstrap",
  e2fsprogs: "mke2fs",
  "openssh-client": "ssh-keygen",
  "util-linux": "unshare",
  tar: "tar",
  // Not the guests: Halfway's own machine holds streams back with it.
  pv: "pv",
  "debian-archive-keyring": "/usr/share/keyrings/debian-archive-keyring.gpg",
};

function isThere(program: string): boolean {
  if (program.startsWith("/")) return existsSync(program);
  // mke2fs lives in sbin, which is not in everybody's PATH.
  const dirs = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  return dirs.some((dir) => existsSync(join(dir, program)));
}

/** The packages of {@link hostPackages} that this machine does not have yet. */
export function missingHostPackages(): string[] {
  return Object.entries(hostPackages)
    .filter(([, program]) => !isThere(program))
    .map(([name]) => name);
}

/** Installs what is missing where that is possible, else says the one line to run. */
export async function ensureHostPackages(log: (line: string) => void): Promise<void> {
  const missing = missingHostPackages();
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (!isThere("apt-get")) {
    throw new LabError(
      `The lab needs these programs, and this machine has no apt to install them: ${missing.join(", ")} (Debian's package names).`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new LabError(`The lab needs some packages. Run: sudo apt-get update && sudo ${command}`);
  }
  log(`installing ${missing.join(", ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  let last = "";
  for (const pause of [0, 3_000, 10_000]) {
    await sleep(pause);
    const update = await exec("apt-get", ["update", "-q"], { env });
    const install = await exec("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...missing], {
      env,
    });
    if (install.code === 0 && missingHostPackages().length === 0) return;
    last = `${update.stderr}${install.stderr}`.trim().split("\n").slice(-5).join("\n");
  }
  throw new LabError(
    `apt could not install what the lab needs. Check the network and apt's sources, then run: ${command}\n${last}`,
  );
}
