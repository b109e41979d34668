import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LabError } from "./errors";
import { type PartialSpec, partialScript, prelude } from "./receives";
import { sh } from "./ssh";

/** What `seed` makes, as it must be found afterwards on nas. */
interface Expected {
  target: string;
  /** Where the state lies: in the new dataset itself, or in the hidden child of an existing one. */
  state: "dataset" | "child";
  /** Whether its source can still be sent, so that at least {@link remainingMb} must be left to send. */
  sendable: boolean;
}

const remainingMb = 20;

const plain: PartialSpec[] = [
  { name: "projects", kind: "full", sizeMb: 120, receivedMb: 40, snapshots: { next: "monday" } },
  {
    name: "photos",
    kind: "incremental",
    baseMb: 10,
    sizeMb: 110,
    receivedMb: 40,
    snapshots: { base: "2026-11-01", next: "2026-11-02" },
  },
  {
    name: "vault",
    kind: "full",
    sizeMb: 40,
    receivedMb: 14,
    sendFlags: ["-w"],
    createFlags: [
      "-o",
      "encryption=aes-256-gcm",
      "-o",
      "keyformat=passphrase",
      "-o",
      "keylocation=file:///root/vault.key",
    ],
    snapshots: { next: "daily" },
  },
  {
    name: "home",
    kind: "incremental",
    sizeMb: 40,
    receivedMb: 14,
    snapshots: { base: "mon", next: "tue" },
  },
  { name: "mail", kind: "incremental", sizeMb: 40, receivedMb: 14, snapshots: { base: "old", next: "new" } },
  { name: "wiki", kind: "full", sizeMb: 40, receivedMb: 14, snapshots: { next: "weekly" } },
  {
    name: "ledger",
    kind: "incremental",
    sizeMb: 40,
    receivedMb: 14,
    snapshots: { base: "base", next: "next" },
    between: "zfs bookmark tank/ledger@base tank/ledger#base; zfs destroy tank/ledger@base",
    from: "#base",
  },
  { name: "Family Films", kind: "full", sizeMb: 40, receivedMb: 14, snapshots: { next: "2026" } },
];

const onTower = `${prelude}
head -c 24 /dev/urandom | base64 >/root/vault.key
${plain.map(partialScript).join("")}
# The source of mail is gone; that of wiki is another snapshot of the same name.
zfs destroy tank/mail@new
zfs destroy tank/wiki@weekly
zfs snapshot tank/wiki@weekly

zfs create -s -V 64M tank/vm-disk
until [ -e /dev/zvol/tank/vm-disk ]; do sleep 0.1; done
head -c 48M /dev/urandom >/dev/zvol/tank/vm-disk
zfs snapshot tank/vm-disk@daily
cut_send 14 backup/vm-disk tank/vm-disk@daily

zfs create -o recordsize=1M -o compression=lz4 tank/media
fill /tank/media/film.mkv 44
yes "subtitles: a line that compresses well" | head -c 16M >/tank/media/film.srt || true
zfs snapshot tank/media@daily
cut_send 14 backup/media -L -c -e tank/media@daily

# Stopped by the target's quota, not by a cut.
zfs create tank/archive
fill /tank/archive/2025.tar 60
zfs snapshot tank/archive@full
if zfs send tank/archive@full 2>/dev/null | ssh nas "zfs recv -s backup/limited/archive" 2>/dev/null; then
  echo "the quota of backup/limited did not stop the receive" >&2
  exit 1
fi

# A replication stream of five snapshots and a child, cut in the third snapshot.
zfs create tank/team
zfs create tank/team/alice
for n in 1 2 3 4 5; do
  fill /tank/team/report-$n.bin $([ $n = 3 ] && echo 40 || echo 6)
  fill /tank/team/alice/notes-$n.bin 2
  zfs snapshot -r tank/team@s$n
done
cut_send 26 backup/team -R tank/team@s5

# From a disk that was taken away since: nobody knows where its snapshot is now.
truncate -s 256M /var/usb.disk
zpool create -O atime=off usb /var/usb.disk
zfs create usb/disk
fill /usb/disk/backup.tar 40
zfs snapshot usb/disk@2025
cut_send 14 backup/usb-disk usb/disk@2025
zpool export usb

zfs create tank/logs
fill /tank/logs/today.log 120
zfs snapshot tank/logs@today
`;

const onNasBefore = `set -e
zfs create -o quota=30M backup/limited
`;

/** Drift: one file changed in the target of home after its receive was cut. */
const onNasAfter = `set -e
[ "$(zfs get -H -o value mounted backup/home)" = yes ]
echo "written on the nas" >/backup/home/drift.txt
zpool sync backup
[ "$(zfs get -Hp -o value written backup/home)" -gt 0 ]
`;

const expected: Expected[] = [
  { target: "backup/projects", state: "dataset", sendable: true },
  { target: "backup/photos", state: "child", sendable: true },
  { target: "backup/vault", state: "dataset", sendable: true },
  { target: "backup/vm-disk", state: "dataset", sendable: true },
  { target: "backup/media", state: "dataset", sendable: true },
  { target: "backup/home", state: "child", sendable: true },
  { target: "backup/mail", state: "child", sendable: false },
  { target: "backup/wiki", state: "dataset", sendable: false },
  { target: "backup/ledger", state: "child", sendable: true },
  { target: "backup/limited/archive", state: "dataset", sendable: true },
  { target: "backup/team", state: "child", sendable: true },
  { target: "backup/Family Films", state: "dataset", sendable: true },
  { target: "backup/usb-disk", state: "dataset", sendable: false },
];

/** Makes every interrupted receive but the running one. The pools must be empty. */
export async function makeReceives(log: (line: string) => void): Promise<void> {
  log("making thirteen interrupted receives with real, cut streams (some minutes, once)");
  await sh("nas", onNasBefore);
  await sh("tower", onTower, { timeoutMs: 900_000 });
  await sh("nas", onNasAfter);
}

/** Checks with the guests' own ZFS that every seeded receive is there and of the expected kind. */
export async function verifyReceives(): Promise<void> {
  const listing = await sh(
    "nas",
    `zfs get -Hp -o name,value -t filesystem,volume receive_resume_token
for ds in ${expected.map(({ target }) => `'${target}'`).join(" ")}; do
  zfs list -H -o name "$ds/%recv" 2>/dev/null || true
done`,
  );
  const lines = listing.split("\n").map((line) => line.split("\t"));
  const tokens = new Map(
    lines.flatMap(([name, value]) => (name && value && value !== "-" ? [[name, value]] : [])),
  );
  const children = new Set(lines.flatMap(([name]) => (name?.endsWith("/%recv") ? [name.slice(0, -6)] : [])));
  const wrong = expected.flatMap(({ target, state }) => {
    if (!tokens.has(target)) return [`${target} has no token`];
    return children.has(target) === (state === "child")
      ? []
      : [`the state of ${target} is not in its ${state}`];
  });
  const sendable = expected.filter(({ target, sendable }) => sendable && tokens.has(target));
  const sizes = await sh(
    "tower",
    sendable
      .map(
        ({ target }) =>
          `zfs send -nP -t ${tokens.get(target)} 2>&1 | awk '$1 == "size" { print $2 }' | grep . || echo 0`,
      )
      .join("\n"),
  );
  for (const [index, size] of sizes.split("\n").entries()) {
    if (Number(size) < remainingMb * 1024 * 1024)
      wrong.push(`${sendable[index]?.target} has only ${size} bytes left to send`);
  }
  if (wrong.length > 0)
    throw new LabError(
      `The seeded receives are not as they should be: ${wrong.join("; ")}. Run reset and seed again.`,
    );
}

/**
 * Starts the receive that is still running, as a backup job of the NAS's own would: slow enough for half an hour and
 * more, and no child of any ssh session of ours.
 */
export async function startForeignReceive(): Promise<void> {
  await sh(
    "tower",
    `systemd-run --quiet --collect --unit=nightly-logs \\
  bash -c "zfs send tank/logs@today | pv -q -L 50k | ssh nas zfs recv -s backup/logs"`,
  );
  const wait =
    "until zfs get -H -o value receive_resume_token backup/logs | grep -q '^1-'; do sleep 0.3; done 2>/dev/null";
  await sh("nas", wait, { timeoutMs: 60_000 });
}

/** Changes whenever what `seed` makes would. */
export function seedRecipe(): string {
  const hash = createHash("sha256");
  for (const file of ["./seed.ts", "./receives.ts", "./pools.ts"]) {
    hash.update(readFileSync(fileURLToPath(new URL(file, import.meta.url))));
  }
  return hash.digest("hex").slice(0, 12);
}
