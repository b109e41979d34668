import { type HostName, hostNames, poolOf } from "./paths";
import { sh } from "./ssh";

// No atime: reading a directory of a target would count as a change of it.
const script = (host: HostName) => `set -e
udevadm settle --timeout=20
zpool create -O atime=off -O compression=lz4 ${poolOf[host]} /dev/disk/by-id/virtio-pool
zpool sync
sync
`;

/** Creates the pools on disks that are new. The cache file makes them come back at every boot. */
export async function createPools(): Promise<void> {
  await Promise.all(hostNames.map((host) => sh(host, script(host))));
}
