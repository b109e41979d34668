import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

/** Where programs are looked for on this machine: Debian keeps `zfs` where a plain user's PATH does not look. */
export function searchedPath(): string {
  return `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`;
}

/** Whether this machine has a program. */
export function isInstalledHere(program: string): boolean {
  return searchedPath()
    .split(":")
    .some((directory) => directory !== "" && isExecutable(join(directory, program)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    // Directories can be executed, too, in a way.
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
