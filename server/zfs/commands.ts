import { receiveChild } from "./names";
import type { ResumeToken } from "./token";

/** A command as the kernel gets it: the executable's name and its words, never a string for a shell. */
export type Argv = readonly [string, ...string[]];

/** Every partial receive of a host shows a token here; `-` means none (facts C.2: the cheapest list). */
export function listTokens(): Argv {
  return ["zfs", "get", "-Hp", "-t", "filesystem,volume", "-o", "name,value", "receive_resume_token"];
}

/** The token of one dataset, read right before it is used (facts A8: a stale token gets a lie for an answer). */
export function readToken(dataset: string): Argv {
  return ["zfs", "get", "-Hp", "-o", "value", "receive_resume_token", dataset];
}

/**
 * Space, age and drift of partial receives: `name TAB property TAB value` for each dataset and its `%recv`.
 * Exits 1 where a `%recv` does not exist, which is how the two kinds of state are told apart (facts A3, C.2).
 */
export function describePartials(datasets: readonly string[]): Argv {
  const names = datasets.flatMap((name) => [name, receiveChild(name)]);
  return [
    "zfs",
    "get",
    "-Hp",
    "-o",
    "name,property,value",
    "used,creation,type,receive_resume_token",
    ...names,
  ];
}

/** Bytes written to a dataset since its newest snapshot: more than 0 is drift (facts A7). */
export function readWritten(dataset: string): Argv {
  return ["zfs", "get", "-Hp", "-o", "value", "written", dataset];
}

/** Snapshots of one dataset, oldest first: `name TAB guid TAB used TAB userrefs TAB clones`. */
export function listSnapshots(dataset: string): Argv {
  return [
    ...(["zfs", "list", "-Hp", "-t", "snapshot", "-d", "1", "-s", "createtxg"] as const),
    ...["-o", "name,guid,used,userrefs,clones", dataset],
  ];
}

/** Answers with the pool's name where it is imported: only then does a dataset that is not there not exist. */
export function findPool(dataset: string): Argv {
  return ["zpool", "list", "-H", "-o", "name", dataset.replace(/\/.*$/s, "")];
}

/** Processes whose executable is `zfs`, by name and not by what their command line contains (facts A24). */
export function listZfsProcesses(): Argv {
  return ["ps", "-ww", "-C", "zfs", "-o", "pid=,args="];
}

/** The OpenZFS version: `zfs-2.3.2-1` and the kernel module's below it. */
export function zfsVersion(): Argv {
  return ["zfs", "version"];
}

/** What is left to send for a token, and whether this host still has the snapshot (facts A10, C.7). */
export function estimateResume(token: string): Argv {
  return ["zfs", "send", "-nvP", "-t", token];
}

/** The rest of an interrupted send; writes a progress line each second to stderr (facts A21). */
export function sendResume(token: string): Argv {
  return ["zfs", "send", "-vP", "-t", token];
}

/** A send of the same snapshot from its beginning, in the form the interrupted one had. */
export function sendAgain(token: ResumeToken, snapshot: string, base: string | null, dryRun = false): Argv {
  return [
    ...(["zfs", "send", dryRun ? "-nvP" : "-vP"] as const),
    ...(token.raw ? ["-w"] : []),
    ...(token.largeBlocks ? ["-L"] : []),
    ...(token.compressed && !token.raw ? ["-c"] : []),
    ...(token.embedded ? ["-e"] : []),
    ...(base === null ? [] : ["-i", base]),
    snapshot,
  ];
}

/**
 * The receiving end. Always `-s`, or a second interruption would destroy what the first one saved (facts B2), and
 * always `-u`, so that nothing gets mounted over an admin's directories unasked.
 */
export function receive(dataset: string, options: { rollback: boolean }): Argv {
  return ["zfs", "receive", "-s", "-u", ...(options.rollback ? ["-F"] : []), dataset];
}

/** Discards saved state: the whole dataset for a full receive into a new one, else only `%recv` (facts B8). */
export function abort(dataset: string): Argv {
  return ["zfs", "receive", "-A", dataset];
}
