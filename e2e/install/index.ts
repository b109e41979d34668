/*
 * Installs the packages into fresh machines, as their owner would, and uses them there: the .deb on Debian bookworm and trixie,
 * the archive on trixie. `--zfs 2.1` takes bookworm only, `--zfs 2.3` trixie; `--packed` takes the packages as they lie in dist/.
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { imagesDir, labDir, type ZfsVersion } from "../lab";

const began = Date.now();
const packed = process.argv.includes("--packed") && existsSync("dist/SHA256SUMS");
const failed: string[] = [];
const versions = chosenVersions();

if (!packed && !run("packages", "tsx", ["server/package/build.ts"])) finish();
for (const zfs of versions) {
  // A lab of its own beside the usual one, which may be running: only the images are the same.
  run(`installed on OpenZFS ${zfs}`, "playwright", ["test", "--project", "install"], {
    HALFWAY_LAB_DIR: join(labDir, "install"),
    HALFWAY_LAB_IMAGES: imagesDir,
    HALFWAY_LAB_PORT: process.env.HALFWAY_LAB_PORT ?? "23900",
    HALFWAY_INSTALL_ZFS: zfs,
  });
}
finish();

function run(name: string, command: string, args: string[], env: Record<string, string> = {}): boolean {
  const { status } = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
  if (status !== 0) failed.push(name);
  return status === 0;
}

function chosenVersions(): ZfsVersion[] {
  const at = process.argv.indexOf("--zfs");
  const chosen = at < 0 ? null : process.argv[at + 1];
  if (at < 0) return ["2.1", "2.3"];
  if (chosen === "2.1" || chosen === "2.3") return [chosen];
  console.error(`--zfs takes 2.1 or 2.3, not ${chosen ?? "nothing"}.`);
  process.exit(2);
}

function finish(): never {
  for (const name of failed) console.log(`FAILED: ${name}`);
  console.log(
    `${failed.length === 0 ? "all passed" : `${failed.length} failed`} (${Math.round((Date.now() - began) / 1000)} s)`,
  );
  process.exit(failed.length === 0 ? 0 : 1);
}
