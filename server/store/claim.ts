import { chownSync, closeSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/** Held by a server for as long as it lives; the kernel lets go of it when its process is gone, however that ended. */
export const claimFile = "server.lock";

/**
 * Takes a state directory for oneself.
 * @returns what lets go of it again; null where a server has it.
 * @throws whatever keeps a file from being made there.
 */
export function claim(directory: string): (() => void) | null {
  const file = join(directory, claimFile);
  closeSync(openSync(file, "a", 0o600));
  giveToOwner(directory, file);
  const database = new Database(file, { timeout: 0 });
  try {
    database.exec("begin exclusive");
    return () => database.close();
  } catch (error) {
    database.close();
    if (error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY"))
      return null;
    throw error;
  }
}

/** What root makes in a state directory belongs to whom the directory does: else the server could not use it. */
export function giveToOwner(directory: string, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(directory);
  chownSync(path, uid, gid);
}
