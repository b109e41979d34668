import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";

/** Writes a file whole or not at all, and on disk: a power cut must not leave half a record. */
export function writeDurably(path: string, text: string): void {
  const fd = openSync(`${path}.new`, "w", 0o600);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.new`, path);
}
