import { createHash } from "node:crypto";

/** What people compare of a host's key (`kind blob`): as `ssh-keygen -l` and `ssh` itself print it. */
export function fingerprintOf(key: string): string {
  const blob = Buffer.from(key.split(" ")[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replaceAll("=", "")}`;
}
