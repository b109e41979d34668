import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError } from "./errors";
import { ensureHostPackages } from "./host-packages";
import { imagesDir, type ZfsVersion } from "./paths";
import { exec } from "./process";

/** Which Debian release carries which OpenZFS. */
export const releaseOf: Record<ZfsVersion, string> = { "2.1": "bookworm", "2.3": "trixie" };

const recipeDir = fileURLToPath(new URL("./image", import.meta.url));
const gib = 1024 ** 3;
const freeNeeded = 6 * gib;

/** The folder of the image for one OpenZFS version; its name changes when the recipe does. */
export function imageDir(zfs: ZfsVersion): string {
  const hash = createHash("sha256").update(releaseOf[zfs]);
  for (const file of readdirSync(recipeDir).sort())
    hash.update(file).update(readFileSync(join(recipeDir, file)));
  return join(imagesDir, `${releaseOf[zfs]}-${hash.digest("hex").slice(0, 12)}`);
}

/** Builds the image unless it is there already; returns its folder. */
export async function ensureImage(zfs: ZfsVersion, log: (line: string) => void): Promise<string> {
  const dir = imageDir(zfs);
  if (existsSync(join(dir, "versions"))) return dir;
  mkdirSync(imagesDir, { recursive: true });
  if (process.getuid?.() !== 0) {
    throw new LabError(
      "Building a guest image needs root, once. Run the same command with sudo -E and HALFWAY_LAB_DIR set to a folder of your choice.",
    );
  }
  await ensureHostPackages(log);
  const { bavail, bsize } = statfsSync(imagesDir);
  if (bavail * bsize < freeNeeded) {
    throw new LabError(
      `Building an image needs 6 GiB in ${imagesDir}, which has ${((bavail * bsize) / gib).toFixed(1)} GiB free. Make room, or set HALFWAY_LAB_DIR to a folder on another disk.`,
    );
  }
  const logFile = `${dir}.log`;
  const started = Date.now();
  log(
    `building the guest image for OpenZFS ${zfs} (Debian ${releaseOf[zfs]}): some minutes, once; details in ${logFile}`,
  );
  const env = { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin` };
  const done = await exec(join(recipeDir, "build.sh"), [releaseOf[zfs], dir, logFile], {
    env,
    onLine: (line) => {
      const seconds = Math.round((Date.now() - started) / 1000);
      if (line.startsWith("STEP ")) log(`  [${String(seconds).padStart(3)} s] ${line.slice(5)}`);
    },
  });
  if (done.code !== 0 || !existsSync(join(dir, "versions"))) {
    const tail = existsSync(logFile)
      ? readFileSync(logFile, "utf8").trim().split("\n").slice(-15).join("\n")
      : "";
    throw new LabError(
      `Building the image failed. The whole log is ${logFile}; its last lines:\n${tail}\n${done.stderr.trim()}`,
    );
  }
  log(`  image ready after ${Math.round((Date.now() - started) / 1000)} s`);
  return dir;
}

/** Removes images of earlier recipes. Only for when no guest runs on them. */
export function pruneImages(): void {
  const current = new Set(Object.keys(releaseOf).map((zfs) => imageDir(zfs as ZfsVersion)));
  if (!existsSync(imagesDir)) return;
  for (const name of readdirSync(imagesDir)) {
    const path = join(imagesDir, name);
    const keep = [...current].some((dir) => path === dir || path.startsWith(`${dir}.`));
    if (!keep) rmSync(path, { recursive: true, force: true });
  }
}
