import { LabError } from "./errors";
import { down, netCut, netRestore, powerCut, powerOn, reset, seed, status, type UpOptions, up } from "./lab";
import { configFile, type HostName, hostNames, sshConfigFile, type ZfsVersion, zfsVersions } from "./paths";
import { attach } from "./ssh";

const usage = `Usage: npm run lab -- COMMAND

  up [--zfs 2.1|2.3] [--seeded]   start nas and tower (default OpenZFS 2.3); --zfs-nas and --zfs-tower for one alone
  down                            stop both; their disks stay
  status                          what runs, with which ZFS, on which port
  seed                            replace the pools' content by 13 interrupted receives and a running one
  reset                           back to the state after the last seed, or to empty pools
  ssh HOST [COMMAND…]             a login on nas or tower, or one command there
  power-cut HOST                  kill the guest between two instructions
  power-on HOST                   boot it again on the same disks
  net-cut HOST                    pull its network cables
  net-restore HOST                plug them in again
  help                            this text

Environment: HALFWAY_LAB_DIR (where images, keys and disks lie), HALFWAY_LAB_PORT (first of two ports, 22900).`;

class UsageError extends Error {}

const started = Date.now();

function log(line: string): void {
  console.error(`[${String(Math.round((Date.now() - started) / 1000)).padStart(4)} s] ${line}`);
}

function hostFrom(word: string | undefined): HostName {
  const host = hostNames.find((name) => name === word);
  if (host === undefined)
    throw new UsageError(
      word === undefined
        ? "Which host: nas or tower?"
        : `No host is called "${word}": there are nas and tower.`,
    );
  return host;
}

function versionFrom(flag: string, word: string | undefined): ZfsVersion {
  const version = zfsVersions.find((name) => name === word);
  if (version === undefined)
    throw new UsageError(`${flag} takes ${zfsVersions.join(" or ")}, not "${word ?? ""}".`);
  return version;
}

function upOptions(words: readonly string[]): UpOptions {
  const options: UpOptions = { log };
  for (let index = 0; index < words.length; index++) {
    const [flag = "", inline] = (words[index] ?? "").split("=");
    const value = () => versionFrom(flag, inline ?? words[++index]);
    if (flag === "--seeded") options.seeded = true;
    else if (flag === "--zfs") options.zfs = value();
    else if (flag === "--zfs-nas") options.zfsOf = { ...options.zfsOf, nas: value() };
    else if (flag === "--zfs-tower") options.zfsOf = { ...options.zfsOf, tower: value() };
    else throw new UsageError(`up does not know "${words[index]}".`);
  }
  return options;
}

function nothingAfter(command: string, words: readonly string[]): void {
  if (words.length > 0) throw new UsageError(`${command} does not know "${words[0]}".`);
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}

async function printStatus(): Promise<void> {
  const { seeded, hosts } = await status();
  for (const host of hosts) {
    const pools = host.pools
      ?.map((pool) => `${pool.name} ${pool.health} (${mib(pool.allocated)} of ${mib(pool.size)})`)
      .join(", ");
    const parts = [
      `${host.name.padEnd(6)}${host.running ? "up  " : "down"}`,
      `OpenZFS ${host.zfs}`,
      `ssh 127.0.0.1:${host.port}`,
      ...(host.running ? [host.netCut ? "network cut" : `pools: ${pools ?? "does not answer"}`] : []),
    ];
    console.log(parts.join("  "));
  }
  console.log(seeded ? "seeded" : "not seeded");
  console.log(`HALFWAY_CONFIG=${configFile}`);
  console.log(`ssh -F ${sshConfigFile} nas`);
}

/** Runs one command line; gives the exit code. */
async function main([command = "help", ...words]: readonly string[]): Promise<number> {
  switch (command) {
    case "up":
      await up(upOptions(words));
      await printStatus();
      return 0;
    case "down":
    case "reset":
    case "seed":
      nothingAfter(command, words);
      await { down, reset, seed }[command](log);
      log("done");
      return 0;
    case "status":
      nothingAfter(command, words);
      await printStatus();
      return 0;
    case "ssh":
      return attach(hostFrom(words[0]), words.slice(1));
    case "power-cut":
    case "power-on":
    case "net-cut":
    case "net-restore":
      nothingAfter(command, words.slice(1));
      await { "power-cut": powerCut, "power-on": powerOn, "net-cut": netCut, "net-restore": netRestore }[
        command
      ](hostFrom(words[0]));
      return 0;
    case "help":
    case "--help":
    case "-h":
      console.log(usage);
      return 0;
    default:
      throw new UsageError(`There is no command "${command}".`);
  }
}

// `status | head` may close our output early; that is no error of ours.
process.stdout.on("error", () => {});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${usage}`);
    process.exitCode = 2;
  } else if (error instanceof LabError) {
    console.error(error.message);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
