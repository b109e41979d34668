import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { LabError } from "./errors";

/** The two guests: `nas` receives into its pool `backup`, `tower` sends from its pool `tank`. */
export type HostName = "nas" | "tower";

/** An OpenZFS release line the lab can run. */
export type ZfsVersion = "2.1" | "2.3";

export const hostNames: readonly HostName[] = ["nas", "tower"];
export const zfsVersions: readonly ZfsVersion[] = ["2.1", "2.3"];
export const poolOf: Record<HostName, string> = { nas: "backup", tower: "tank" };

/** Where the lab keeps images, keys and disks: outside the work tree, so that a clean checkout keeps them. */
export const labDir = resolve(
  process.env.HALFWAY_LAB_DIR ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "halfway", "lab"),
);

/** A Halfway configuration that knows both guests: start Halfway with `HALFWAY_CONFIG` set to it. */
export const configFile = join(labDir, "halfway.json");

/** The OpenSSH configuration that reaches both guests by name. */
export const sshConfigFile = join(labDir, "ssh_config");

export const keysDir = join(labDir, "keys");
/** Images are the same for every lab: one in a folder of its own need not build them again. */
export const imagesDir = resolve(process.env.HALFWAY_LAB_IMAGES ?? join(labDir, "images"));
export const goldenDir = join(labDir, "golden");
export const stateFile = join(labDir, "state.json");

/** A name for this lab that is short enough for socket paths and differs between lab folders. */
export const labId = createHash("sha256").update(labDir).digest("hex").slice(0, 8);

export function hostDir(host: HostName): string {
  return join(labDir, "hosts", host);
}

/**
 * A private folder for UNIX sockets. Their paths may not exceed 107 bytes, and the lab folder may be deep, so it lies
 * directly in the temporary folder; somebody else's folder of that name is refused.
 */
export function socketDir(): string {
  const uid = process.getuid?.() ?? 0;
  const dir = join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), `halfway-lab-${uid}-${labId}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const found = lstatSync(dir);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new LabError(`${dir} is not a private folder of yours; remove it and try again.`);
  }
  return dir;
}

/** The port of the first guest on 127.0.0.1; the second guest has the next one. */
export function basePort(): number {
  const text = process.env.HALFWAY_LAB_PORT ?? "22900";
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65_000) {
    throw new LabError(`HALFWAY_LAB_PORT must be a port number between 1024 and 65000, not "${text}".`);
  }
  return port;
}

export function portOf(host: HostName, base: number): number {
  return base + hostNames.indexOf(host);
}
