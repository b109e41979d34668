import type { Argv } from "../zfs/commands";
import type { Host } from "./config";
import { controlPath } from "./control";
import { shellQuote } from "./quote";

// A dead link must end the process within a minute instead of hanging for ever; nothing may ask questions.
const sshOptions = [
  ...["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"],
  ...["-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"],
];

// Bulk streams get a connection of their own: multiplexed ones have been cut short (coder/xum#2346).
const ownConnection = ["-o", "ControlPath=none"];

/**
 * Debian keeps `zfs` where a plain user's PATH does not look; root's does. Written so that every login shell reads it
 * alike, csh and fish among them.
 */
function searchPath(destination: string): string {
  return /^(?!root@).+@/.test(destination) ? 'PATH="$PATH":/usr/local/sbin:/usr/sbin:/sbin ' : "";
}

/**
 * How `argv` is run on `host` from this machine: as it is, or through `ssh` with one quoted command string.
 * A `shared` connection serves all short reads of a host; a plan gets its `own`.
 */
export function onHost(host: Host, argv: Argv, connection: "shared" | "own"): Argv {
  if ("local" in host) return argv;
  const { destination, port, configFile, hostKey } = host.ssh;
  const sharing =
    connection === "own"
      ? ownConnection
      : [
          "-o",
          "ControlMaster=auto",
          "-o",
          `ControlPath=${controlPath(hostKey === undefined ? "" : "own-")}`,
          "-o",
          "ControlPersist=60",
        ];
  return [
    "ssh",
    ...(configFile === undefined ? [] : ["-F", configFile]),
    ...sshOptions,
    ...sharing,
    ...(port === undefined ? [] : ["-p", String(port)]),
    "--",
    destination,
    `env LC_ALL=C ${searchPath(destination)}${shellQuote(argv)}`,
  ];
}
