import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { type HostName, labDir, stateFile, type ZfsVersion } from "./paths";

/** What the lab remembers between commands. Whether a guest runs is never read from here but from its process. */
export interface LabState {
  zfs: Record<HostName, ZfsVersion>;
  port: number;
  /** The golden layer under the disks, or null for disks that began empty. */
  golden: string | null;
  /** The root images under the disks: another recipe needs new disks. */
  images: Record<HostName, string>;
  netCut: Record<HostName, boolean>;
  /** Whether the disks are complete, that is, have their pools. */
  ready: boolean;
}

export function readState(): LabState | undefined {
  try {
    // Written by writeState alone, by rename: it is whole or absent.
    return JSON.parse(readFileSync(stateFile, "utf8")) as LabState;
  } catch {
    return undefined;
  }
}

export function writeState(state: LabState): void {
  mkdirSync(labDir, { recursive: true });
  writeFileSync(`${stateFile}.part`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${stateFile}.part`, stateFile);
}
