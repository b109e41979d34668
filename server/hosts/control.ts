import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { HalfwayError } from "../errors";
import { say } from "../say";

/**
 * Where the shared SSH connections have their sockets. A short path of our own, for a socket's name has 108 bytes
 * at most, and a directory nobody else may enter, for whoever can open the socket can use the connection.
 * @param prefix keeps connections apart that lead to one place but were let in by different keys.
 */
export function controlPath(prefix: string): string {
  const { uid } = userInfo();
  const dir = join(tmpdir(), `halfway-ssh-${uid}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const stat = lstatSync(dir);
  if (!stat.isDirectory() || stat.uid !== uid || (stat.mode & 0o077) !== 0) {
    throw new HalfwayError("REFUSED", say`${dir} must belong to this user alone (chmod 700), but does not.`);
  }
  return join(dir, `${prefix}%C`);
}
