import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { accelerationArgs } from "./acceleration";
import { LabError } from "./errors";
import { identities } from "./identity";
import { goldenDir, type HostName, hostDir, hostNames, poolOf, portOf, socketDir } from "./paths";
import { exec, execOk, quote, sleep } from "./process";
import { continueFromMemory, qmp, saveMemory } from "./qmp";
import { closeConnection, greets, run } from "./ssh";

const bootLimitMs = 180_000;
const poweroffLimitMs = 25_000;
const poolSize = "4G";

// Under emulation, each driver that udev loads for a device nobody uses costs a part of a second of every boot.
const uselessModules = [
  "kvm,kvm_amd,kvm_intel,ata_piix,ata_generic,libata,psmouse,serio_raw,pcspkr,evdev,button,i2c_piix4",
  "crct10dif_pclmul,crc32_pclmul,ghash_clmulni_intel,aesni_intel,sha1_ssse3,sha256_ssse3,sha512_ssse3",
  "vsock_loopback,drm,autofs4,fuse,efi_pstore,configfs",
].join(",");

const kernelCommandLine = [
  ...["console=ttyS0", "quiet", "loglevel=4", "panic=1", "mitigations=off", "net.ifnames=0", "tsc=unstable"],
  ...["systemd.show_status=auto", "systemd.ssh_auto=no", `module_blacklist=${uselessModules}`],
].join(" ");

const monitorPath = (host: HostName) => join(socketDir(), `qmp-${host}`);
const linkPath = (host: HostName) => join(socketDir(), `link-${host}`);
const diskPath = (host: HostName, disk: "root" | "pool") => join(hostDir(host), `${disk}.qcow2`);

/** The process id of a running guest. */
export function guestPid(host: HostName): number | undefined {
  try {
    const pid = Number(readFileSync(join(hostDir(host), "qemu.pid"), "utf8").trim());
    // The number may belong to another process by now; ours names its disk.
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(diskPath(host, "root")) ? pid : undefined;
  } catch {
    return undefined;
  }
}

export function hasDisks(host: HostName): boolean {
  return existsSync(diskPath(host, "root")) && existsSync(diskPath(host, "pool"));
}

/** Gives a guest new disks: over its image and an empty pool disk, or over a golden layer. */
export async function makeDisks(host: HostName, image: string, golden: string | null): Promise<void> {
  mkdirSync(hostDir(host), { recursive: true });
  const create = async (disk: "root" | "pool", backing: string[], size: string[] = []) => {
    rmSync(diskPath(host, disk), { force: true });
    await execOk("qemu-img", ["create", "-q", "-f", "qcow2", ...backing, diskPath(host, disk), ...size]);
  };
  if (golden === null) {
    await create("root", ["-F", "raw", "-b", join(image, "root.img")]);
    await create("pool", [], [poolSize]);
  } else {
    for (const disk of ["root", "pool"] as const) {
      await create(disk, ["-F", "qcow2", "-b", join(goldenDir, golden, `${host}-${disk}.qcow2`)]);
    }
  }
}

/**
 * Copies disks and memory of both guests, frozen for a moment, as a golden layer that appears whole or not at all. The
 * disks alone are what a power cut would leave; with the memory the guests can go on from here without a boot.
 */
export async function copyToGolden(golden: string): Promise<void> {
  const part = join(goldenDir, `${golden}.part`);
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  // The connection is not part of what is kept: its other end would wait for us for ever.
  await Promise.all(hostNames.map(closeConnection));
  await Promise.all(hostNames.map((host) => qmp(monitorPath(host), [["stop"]])));
  try {
    for (const host of hostNames) {
      await saveMemory(monitorPath(host), memoryPath(host, `${golden}.part`));
      for (const disk of ["root", "pool"] as const) {
        const copy = join(part, `${host}-${disk}.qcow2`);
        await execOk("cp", ["--sparse=always", "--reflink=auto", diskPath(host, disk), copy]);
      }
    }
  } finally {
    await Promise.all(hostNames.map((host) => qmp(monitorPath(host), [["cont"]])));
  }
  renameSync(part, join(goldenDir, golden));
}

/** What a saved memory fits to: the same QEMU with the same virtual hardware. */
export async function machineFingerprint(image: string, log: (line: string) => void): Promise<string> {
  const version = await execOk("qemu-system-x86_64", ["--version"]);
  const acceleration = await accelerationArgs(image, log);
  const hardware = readFileSync(fileURLToPath(import.meta.url), "utf8");
  return [version, ...acceleration, hardware].join("\n");
}

/** The file of a guest's memory in a golden layer. */
export function memoryPath(host: HostName, golden: string): string {
  return join(goldenDir, golden, `${host}.memory`);
}

/** Lets a guest that {@link startGuest} was given a memory for go on. */
export function wakeGuest(host: HostName): Promise<void> {
  return continueFromMemory(monitorPath(host));
}

function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Starts a guest's QEMU on its disks, by a boot or from a saved memory; does not wait until it answers. */
export async function startGuest(
  host: HostName,
  image: string,
  base: number,
  log: (line: string) => void,
  memory?: string,
): Promise<void> {
  const port = portOf(host, base);
  if (!(await portIsFree(port))) {
    throw new LabError(
      `Port ${port} on 127.0.0.1, for ssh to ${host}, is taken by another program. Set HALFWAY_LAB_PORT to a free base port (two ports from it are used) and try again.`,
    );
  }
  const dir = hostDir(host);
  const peer = host === "nas" ? "tower" : "nas";
  const { userMac, linkMac } = identities[host];
  const console = join(dir, "console.log");
  rmSync(console, { force: true });
  // A guest that was killed may leave these behind.
  for (const path of [monitorPath(host), linkPath(host), join(dir, "qemu.pid")])
    rmSync(path, { force: true });
  const disk = (id: string, file: string, format: string) => [
    "-drive",
    // "unsafe" skips the machine's own disk flushes. Killing QEMU still loses nothing it has written, so a power cut of
    // a guest is as true as before.
    `file=${file.replaceAll(",", ",,")},if=none,id=${id},format=${format},cache=unsafe,discard=unmap${id === "identity" ? ",readonly=on" : ""}`,
    ...["-device", `virtio-blk-pci,drive=${id},serial=${id}`],
  ];
  const args = [
    ...["-name", `halfway-lab-${host}`, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    ...(await accelerationArgs(image, log)),
    ...["-smp", "1", "-m", "1536", "-rtc", "base=utc"],
    ...["-kernel", join(image, "vmlinuz"), "-initrd", join(image, "initrd")],
    ...["-append", kernelCommandLine],
    ...disk("root", diskPath(host, "root"), "qcow2"),
    ...disk("pool", diskPath(host, "pool"), "qcow2"),
    ...disk("identity", join(dir, "identity.tar"), "raw"),
    // restrict=on: the guest reaches nothing, only the forward to its ssh works.
    ...["-netdev", `user,id=user,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`],
    ...["-device", `virtio-net-pci,id=nic-user,netdev=user,mac=${userMac},romfile=`],
    // Datagrams, not a stream: neither side has to be there for the other, so each may be killed and come back.
    ...[
      "-netdev",
      `dgram,id=link,local.type=unix,local.path=${linkPath(host)},remote.type=unix,remote.path=${linkPath(peer)}`,
    ],
    ...["-device", `virtio-net-pci,id=nic-link,netdev=link,mac=${linkMac},romfile=,host_mtu=9000`],
    ...["-serial", `file:${console}`, "-qmp", `unix:${monitorPath(host)},server=on,wait=off`],
    ...(memory === undefined ? [] : ["-incoming", `exec:cat ${quote(memory)}`]),
    ...["-daemonize", "-pidfile", join(dir, "qemu.pid")],
  ];
  const started = await exec("qemu-system-x86_64", args, { timeoutMs: 30_000 });
  if (started.code !== 0) throw new LabError(`QEMU did not start for ${host}: ${started.stderr.trim()}`);
}

/** Waits until a guest answers by ssh and, if it has a pool, until that is imported and mounted. */
export async function waitForGuest(
  host: HostName,
  base: number,
  withPool: boolean,
  limitMs = bootLimitMs,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  const port = portOf(host, base);
  while (!(await greets(port))) {
    if (guestPid(host) === undefined)
      throw new LabError(`${host} stopped while it booted. Run up again.${consoleTail(host)}`);
    if (Date.now() > deadline)
      throw new LabError(
        `${host} did not answer within ${limitMs / 1000} s. Run down and up to try again.${consoleTail(host)}`,
      );
    await sleep(300);
  }
  if (!withPool) return;
  const wait = `until zpool list -H ${poolOf[host]} && [ "$(systemctl is-active zfs-mount)" = active ]; do sleep 0.3; done >/dev/null 2>&1`;
  const limit = Math.max(20_000, deadline - Date.now());
  const ready = await run(host, wait, { timeoutMs: limit }).catch(() => undefined);
  if (ready?.code !== 0)
    throw new LabError(
      `${host} did not import its pool ${poolOf[host]} at boot. Run reset for fresh disks.${consoleTail(host)}`,
    );
}

function consoleTail(host: HostName): string {
  const file = join(hostDir(host), "console.log");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const lines = text.replaceAll("\r", "").trim().split("\n").slice(-12).join("\n");
  return ` Its console (${file}) ends with:\n${lines}`;
}

/** A power cut: the guest is gone between two instructions. */
export async function killGuest(host: HostName): Promise<void> {
  const pid = guestPid(host);
  if (pid !== undefined) {
    process.kill(pid, "SIGKILL");
    await untilGone(host, 10_000);
  }
  await closeConnection(host);
}

/** Shuts a guest down properly; kills it if it takes too long. */
export async function stopGuest(host: HostName): Promise<void> {
  if (guestPid(host) === undefined) return;
  await setLink(host, true).catch(() => {});
  await run(host, "systemctl poweroff --no-block", { timeoutMs: 10_000 }).catch(() => undefined);
  await untilGone(host, poweroffLimitMs);
  await killGuest(host);
}

async function untilGone(host: HostName, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (guestPid(host) !== undefined && Date.now() < deadline) await sleep(100);
}

/** Plugs or pulls both network cables of a guest. */
export async function setLink(host: HostName, up: boolean): Promise<void> {
  await qmp(monitorPath(host), [
    ["set_link", { name: "nic-user", up }],
    ["set_link", { name: "nic-link", up }],
  ]);
}
