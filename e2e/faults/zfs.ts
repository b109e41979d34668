import { expect } from "vitest";
import { guid, type HostName, sh } from "../lab";

/** The same snapshot, by its GUID and by what is in its files. */
export async function expectEqual(source: string, target: string): Promise<void> {
  const copy = `${target}@${source.split("@")[1]}`;
  expect(await guid("nas", copy)).toBe(await guid("tower", source));
  const [sent, received] = await Promise.all([checksums("tower", source), checksums("nas", copy)]);
  expect(sent.split("\n").length).toBeGreaterThan(0);
  expect(sent).toMatch(/^[0-9a-f]{64} {2}\.\//);
  expect(received).toBe(sent);
}

/** SHA-256 of every file of a snapshot. A new file system is left unmounted by its receive, and so again by this. */
function checksums(host: HostName, snapshot: string): Promise<string> {
  const [dataset, name] = snapshot.split("@");
  return sh(
    host,
    `set -e
if [ "$(zfs get -Ho value mounted ${dataset})" = no ]; then
  zfs mount -o ro ${dataset}
  trap 'cd / && zfs unmount ${dataset}' EXIT
fi
cd "$(zfs get -Ho value mountpoint ${dataset})/.zfs/snapshot/${name}"
find . -type f -print0 | sort -z | xargs -0 sha256sum`,
  );
}
