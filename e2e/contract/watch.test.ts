import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PartialReceive } from "@/server/receives/types";
import { HostWatcher } from "@/server/receives/watch";
import { run, sh } from "../lab";
import { nas } from "./ask";

const watcher = new HostWatcher(nas, { changed: () => {}, happened: () => {}, working: () => [] });

function found(dataset: string): PartialReceive | undefined {
  return watcher.state.receives.find((receive) => receive.dataset === dataset);
}

/** Waits until the watcher's list says so; gives the milliseconds that took. */
async function within(limitMs: number, what: string, holds: () => boolean): Promise<number> {
  const began = Date.now();
  while (!holds()) {
    if (Date.now() - began > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(20);
  }
  return Date.now() - began;
}

/** Starts a receive as some job on tower would; it is slow enough to last. */
async function startJob(name: string, mb: number, rate: string): Promise<void> {
  await sh(
    "tower",
    `zfs create tank/${name} && head -c ${mb}M /dev/urandom >/tank/${name}/f && zfs snapshot tank/${name}@s
systemd-run --quiet --collect --unit=job-${name} bash -c "zfs send tank/${name}@s | pv -q -L ${rate} | ssh nas zfs recv -s backup/${name}"`,
  );
}

beforeAll(async () => {
  watcher.start();
  await within(30_000, "the first reading", () => watcher.state.status === "online");
  // What ZFS repeats when one begins to listen has passed.
  await sleep(4_000);
});

afterAll(async () => {
  watcher.stop();
  await run(
    "tower",
    "systemctl stop job-watched job-short; zfs destroy -r tank/watched; zfs destroy -r tank/short",
  );
  await run("nas", "sleep 1; zfs receive -A backup/watched; zfs destroy -r backup/short");
});

describe("the list follows what others do on the host", () => {
  test("a receive that begins is there within 2 s, and one that is cut is idle within 10 s", async () => {
    await startJob("watched", 40, "2m");
    // The job needs a moment to send its first record: what counts is the time from the token on.
    await sh(
      "nas",
      "until zfs get -H -o value receive_resume_token backup/watched 2>/dev/null | grep -q ^1-; do sleep 0.1; done",
    );
    await within(2_000, "it begins", () => found("backup/watched")?.activity.kind === "receiving");
    // Something must have been received, or nothing would be kept.
    await sleep(7_000);
    await sh("tower", "systemctl stop job-watched");
    await within(10_000, "it is interrupted", () => found("backup/watched")?.activity.kind === "idle");
  });

  test("one that is aborted is gone within 2 s", async () => {
    await sh("nas", "zfs receive -A backup/watched");
    await within(2_000, "it is gone", () => found("backup/watched") === undefined);
  });

  test("one that finishes is gone within 2 s", async () => {
    await startJob("short", 12, "3m");
    await sh("nas", "until zfs list backup/short@s >/dev/null 2>&1; do sleep 0.1; done", {
      timeoutMs: 60_000,
    });
    await within(2_000, "it has finished", () => found("backup/short") === undefined);
  });
});

describe("a pool that is suspended", () => {
  // Its only disk is a file on a small RAM disk: when that is full, ZFS suspends the pool.
  const create = `mkdir -p /run/flaky && mount -t tmpfs -o size=96M flaky /run/flaky && truncate -s 200M /run/flaky/disk
zpool create -O compression=off -o failmode=wait flaky /run/flaky/disk`;
  const fill = `zfs create flaky/ballast; (head -c 150M /dev/urandom >/flaky/ballast/f) >/dev/null 2>&1 &
until [ "$(zpool list -H -o health flaky)" = SUSPENDED ]; do sleep 0.2; done`;
  const heal =
    "mount -o remount,size=400M /run/flaky && zpool clear flaky; sleep 1; zpool list -H -o health flaky";

  afterAll(async () => {
    // The other tests count what was seeded. Whoever was filling the disk goes on with it once there is room.
    const gone =
      "for n in $(seq 60); do pkill -x head; zpool destroy -f flaky; zpool list flaky || break; sleep 0.5; done";
    await run("nas", `${gone}; umount /run/flaky`);
    await run("tower", "zfs destroy -r tank/flaky");
  });

  test("is shown as such, keeps what is known of it, and holds up nothing else", async () => {
    await sh("nas", create);
    await sh(
      "tower",
      "zfs create tank/flaky && head -c 20M /dev/urandom >/tank/flaky/f && zfs snapshot tank/flaky@s",
    );
    await run("tower", "zfs send tank/flaky@s | head -c 8M | ssh nas zfs receive -s flaky/partial");
    await within(12_000, "the receive is listed", () => found("flaky/partial")?.activity.kind === "idle");
    await sh("nas", fill, { timeoutMs: 60_000 });

    await within(45_000, "the trouble is seen", () => watcher.state.troubledPools[0]?.health === "SUSPENDED");
    expect(watcher.state.status).toBe("online");
    expect(found("flaky/partial")?.activity.kind).toBe("idle");
    expect(found("backup/projects")).toBeDefined();
    const began = Date.now();
    await watcher.refresh();
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(found("flaky/partial")).toBeDefined();

    expect(await sh("nas", heal)).toContain("ONLINE");
    await watcher.refresh();
    await within(20_000, "it is well again", () => watcher.state.troubledPools.length === 0);
    expect(found("flaky/partial")).toBeDefined();
  });
});
