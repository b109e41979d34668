import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LabError, messageOf } from "./errors";
import {
  copyToGolden,
  guestPid,
  hasDisks,
  killGuest,
  machineFingerprint,
  makeDisks,
  memoryPath,
  setLink,
  startGuest,
  stopGuest,
  waitForGuest,
  wakeGuest,
} from "./guest";
import { ensureHostPackages } from "./host-packages";
import { ensureIdentities, writeClientFiles } from "./identity";
import { ensureImage, imageDir, pruneImages } from "./image";
import { withLock } from "./lock";
import { basePort, goldenDir, type HostName, hostNames, poolOf, portOf, type ZfsVersion } from "./paths";
import { createPools } from "./pools";
import { makeReceives, seedRecipe, startForeignReceive, verifyReceives } from "./seed";
import { run, sh } from "./ssh";
import { type LabState, readState, writeState } from "./state";

/** Told what is going on, a line at a time. */
export type Log = (line: string) => void;

export interface UpOptions {
  /** The OpenZFS of both hosts: what runs, else 2.3. */
  zfs?: ZfsVersion | undefined;
  /** Another OpenZFS for one host. */
  zfsOf?: Partial<Record<HostName, ZfsVersion | undefined>> | undefined;
  /** Bring it up with the interrupted receives of {@link seed}. */
  seeded?: boolean | undefined;
  log?: Log | undefined;
}

/** What is known of one guest. */
export interface HostStatus {
  name: HostName;
  running: boolean;
  /** The exact OpenZFS version, for example 2.3.9. */
  zfs: string;
  port: number;
  netCut: boolean;
  /** Undefined where the guest could not be asked. */
  pools: { name: string; health: string; allocated: number; size: number }[] | undefined;
}

export interface LabStatus {
  seeded: boolean;
  hosts: HostStatus[];
}

const wakeLimitMs = 45_000;
const silent: Log = () => {};
const both = <T>(work: (host: HostName) => Promise<T>) => Promise.all(hostNames.map(work));
const isRunning = (host: HostName) => guestPid(host) !== undefined;

/** Brings both guests up and waits until they answer and have their pools. Harmless when they are up already. */
export function up(options: UpOptions = {}): Promise<void> {
  const log = options.log ?? silent;
  return withLock(log, () => bringUp(options, log));
}

/**
 * Brings up one guest without the other, on new disks and without a pool: for what is installed into a fresh machine. Use a
 * lab folder of its own (`HALFWAY_LAB_DIR`), since nothing else in this one fits it afterwards.
 */
export function upAlone(host: HostName, zfs: ZfsVersion, log: Log = silent): Promise<void> {
  return withLock(log, async () => {
    await ensureHostPackages(log);
    const image = await ensureImage(zfs, log);
    await ensureIdentities();
    await both(killGuest);
    const port = basePort();
    writeClientFiles(port);
    await makeDisks(host, image, null);
    const state: LabState = {
      ...{ zfs: { nas: zfs, tower: zfs }, images: { nas: image, tower: image } },
      ...{ port, golden: null, netCut: { nas: false, tower: false }, ready: false },
    };
    await start(state, host, log);
    await waitForGuest(host, port, false);
  });
}

/** Shuts both guests down; their disks stay for the next {@link up}. */
export function down(log: Log = silent): Promise<void> {
  return withLock(log, async () => {
    await both(stopGuest);
  });
}

/** Puts the lab back to the state after the last {@link seed}, or to empty pools if it never was seeded. */
export function reset(log: Log = silent): Promise<void> {
  return withLock(log, async () => {
    const state = stateOfRunning();
    await bootFresh(state, state.golden, log);
    if (state.golden !== null) await startForeignReceive();
  });
}

/**
 * Replaces whatever is in the pools by twelve interrupted receives and a running one. Made with real streams once, and
 * from a frozen copy of the disks ever after.
 */
export function seed(log: Log = silent): Promise<void> {
  return withLock(log, () => seedRunning(stateOfRunning(), log));
}

/** Cuts the power of guests, of all at the same moment: QEMU is killed. */
export function powerCut(...hosts: HostName[]): Promise<void> {
  return withLock(silent, async () => void (await Promise.all(hosts.map(killGuest))));
}

/** Boots guests on the disks they had, and waits for their ssh and their pools. */
export function powerOn(...hosts: HostName[]): Promise<void> {
  return withLock(silent, async () => {
    for (const host of hosts) {
      const state = readState();
      if (state === undefined || !hasDisks(host)) throw new LabError(`${host} was never up; run up first.`);
      if (!isRunning(host)) await start(state, host, silent);
    }
    const port = readState()?.port ?? basePort();
    await Promise.all(hosts.map((host) => waitForGuest(host, port, true)));
  });
}

/** Pulls both network cables of a guest: ssh from outside and the link to its peer. */
export function netCut(host: HostName): Promise<void> {
  return withLock(silent, () => changeLink(host, false));
}

/** Plugs both network cables of a guest in again. */
export function netRestore(host: HostName): Promise<void> {
  return withLock(silent, () => changeLink(host, true));
}

/** What runs, as asked of the guests themselves. */
export async function status(): Promise<LabStatus> {
  const state = readState();
  const base = state?.port ?? basePort();
  const hosts = await both(async (name): Promise<HostStatus> => {
    const zfs = state?.zfs[name] ?? "2.3";
    const running = isRunning(name);
    const cut = running && (state?.netCut[name] ?? false);
    return {
      name,
      running,
      zfs: exactVersion(state?.images[name] ?? imageDir(zfs)) ?? zfs,
      port: portOf(name, base),
      netCut: cut,
      pools: running && !cut ? await listPools(name) : undefined,
    };
  });
  return { seeded: (state?.golden ?? null) !== null, hosts };
}

async function bringUp(options: UpOptions, log: Log): Promise<void> {
  const before = readState();
  const running = hostNames.filter(isRunning);
  // A lab that runs is left as it is unless told; one that does not starts with the default.
  const usual = (host: HostName) => (running.length > 0 ? before?.zfs[host] : undefined) ?? "2.3";
  const version = (host: HostName) => options.zfsOf?.[host] ?? options.zfs ?? usual(host);
  const zfs = { nas: version("nas"), tower: version("tower") };
  if (running.length > 0 && before !== undefined) {
    const other = hostNames.find((host) => before.zfs[host] !== zfs[host]);
    if (other !== undefined) {
      throw new LabError(
        `The lab is up with OpenZFS ${before.zfs[other]} on ${other}; run down first to change to ${zfs[other]}.`,
      );
    }
    for (const host of hostNames.filter((name) => !running.includes(name))) await start(before, host, log);
    await both((host) => (before.netCut[host] ? Promise.resolve() : waitForGuest(host, before.port, true)));
    if (options.seeded && before.golden === null) await seedRunning(before, log);
    log(running.length === hostNames.length ? "the lab was up already" : "the lab is up again");
    return;
  }

  await ensureHostPackages(log);
  const images = { nas: await ensureImage(zfs.nas, log), tower: await ensureImage(zfs.tower, log) };
  pruneImages();
  await ensureIdentities();
  const port = basePort();
  writeClientFiles(port);
  const state: LabState = {
    zfs,
    port,
    golden: null,
    images,
    netCut: { nas: false, tower: false },
    ready: false,
  };

  const sameMachines =
    before?.ready === true &&
    hostNames.every((host) => before.images[host] === images[host] && hasDisks(host));
  const layerIsThere =
    before === undefined || before.golden === null || existsSync(join(goldenDir, before.golden));
  if (options.seeded) {
    await seedRunning(state, log);
  } else if (sameMachines && layerIsThere) {
    state.golden = before.golden;
    state.ready = true;
    writeState(state);
    await boot(state, log);
  } else {
    await bootFresh(state, null, log);
  }
}

function stateOfRunning(): LabState {
  const state = readState();
  if (state === undefined || !hostNames.some(isRunning))
    throw new LabError("The lab is not up; run up first.");
  return state;
}

/** Seeds guests that run, or are about to: from the golden layer where there is one. */
async function seedRunning(state: LabState, log: Log): Promise<void> {
  const golden = await goldenName(state, log);
  if (existsSync(join(goldenDir, golden))) {
    await bootFresh(state, golden, log);
  } else {
    await bootFresh(state, null, log);
    await makeReceives(log);
    await verifyReceives();
    await both((host) => sh(host, "zpool sync; sync"));
    log("keeping a copy of the disks, for the next time");
    pruneGolden(golden);
    await copyToGolden(golden);
    writeState({ ...state, golden, netCut: { nas: false, tower: false }, ready: true });
  }
  await startForeignReceive();
  await verifyReceives();
  log("seeded: 13 interrupted receives and a running one");
}

/** Gives both guests new disks and starts them: from a golden layer, or empty and with new pools. */
async function bootFresh(state: LabState, golden: string | null, log: Log): Promise<void> {
  await both(killGuest);
  const fresh = { ...state, golden, netCut: { nas: false, tower: false }, ready: golden !== null };
  const newDisks = async () => {
    await both((host) => makeDisks(host, state.images[host], golden));
    writeState(fresh);
  };
  await newDisks();
  if (golden === null) {
    await boot(state, log, false);
    await createPools();
    writeState({ ...fresh, ready: true });
  } else if (!(await wake(state, golden, log))) {
    // What tried to wake may have written to the disks.
    await both(killGuest);
    await newDisks();
    await boot(state, log);
  }
}

/** Lets both guests go on from the memory in a golden layer; false where that is not possible. */
async function wake(state: LabState, golden: string, log: Log): Promise<boolean> {
  const started = Date.now();
  try {
    for (const host of hostNames) {
      await startGuest(host, state.images[host], state.port, log, memoryPath(host, golden));
    }
    await both(async (host) => {
      await wakeGuest(host);
      await waitForGuest(host, state.port, true, wakeLimitMs);
      // They slept since the layer was made.
      await sh(host, `date -s @${Math.round(Date.now() / 1000)} >/dev/null`);
    });
    log(`both woke from the golden layer after ${Math.round((Date.now() - started) / 1000)} s`);
    return true;
  } catch (error) {
    log(`they do not wake (${messageOf(error).split("\n")[0]}): booting instead`);
    return false;
  }
}

async function boot(state: LabState, log: Log, withPool = true): Promise<void> {
  log("booting nas and tower");
  const started = Date.now();
  try {
    // One after the other, as the first may have to find out how to run; they boot side by side.
    for (const host of hostNames) await startGuest(host, state.images[host], state.port, log);
    await both((host) => waitForGuest(host, state.port, withPool));
  } catch (error) {
    // Half a lab is of no use and would be in the way of the next try.
    await both(killGuest);
    throw error;
  }
  log(`both are up after ${Math.round((Date.now() - started) / 1000)} s`);
}

async function start(state: LabState, host: HostName, log: Log): Promise<void> {
  await startGuest(host, state.images[host], state.port, log);
  writeState({ ...state, netCut: { ...state.netCut, [host]: false } });
}

async function changeLink(host: HostName, plugged: boolean): Promise<void> {
  const state = stateOfRunning();
  if (!isRunning(host)) throw new LabError(`${host} is off; run power-on ${host} first.`);
  await setLink(host, plugged);
  writeState({ ...state, netCut: { ...state.netCut, [host]: !plugged } });
}

/** Names the golden layer after everything that went into it. */
async function goldenName(state: LabState, log: Log): Promise<string> {
  const hash = createHash("sha256").update(seedRecipe());
  for (const host of hostNames) hash.update(state.images[host]);
  hash.update(await machineFingerprint(state.images.nas, log));
  return `${state.zfs.nas}-${state.zfs.tower}-${hash.digest("hex").slice(0, 12)}`;
}

/** Removes the layers that an earlier recipe made for the same versions. */
function pruneGolden(current: string): void {
  const prefix = current.slice(0, current.lastIndexOf("-") + 1);
  for (const name of existsSync(goldenDir) ? readdirSync(goldenDir) : []) {
    if (name.startsWith(prefix) && name !== current) {
      rmSync(join(goldenDir, name), { recursive: true, force: true });
    }
  }
}

function exactVersion(image: string): string | undefined {
  try {
    return readFileSync(join(image, "versions"), "utf8").match(/^zfs=(.+)$/m)?.[1];
  } catch {
    return undefined;
  }
}

async function listPools(host: HostName): Promise<HostStatus["pools"]> {
  const done = await run(host, "zpool list -Hp -o name,health,allocated,size", { timeoutMs: 10_000 }).catch(
    () => undefined,
  );
  if (done?.code !== 0) return undefined;
  return done.stdout
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("no pools"))
    .map((line) => {
      const [name = poolOf[host], health = "", allocated = "0", size = "0"] = line.split("\t");
      return { name, health, allocated: Number(allocated), size: Number(size) };
    });
}
