import { createHash } from "node:crypto";
import { ancestors, poolOf, receiveChild } from "./names";
import type { ResumeToken } from "./token";

/** A command as the kernel gets it: the executable's name and its words, never a string for a shell. */
export type Argv = readonly [string, ...string[]];

/**
 * Every partial receive of a host shows a token here; `-` means none (facts C.2: the cheapest list). Names every
 * dataset, and so every pool that answers.
 * @param pools only these, for a host where another one is suspended; all of them unless told.
 */
export function listTokens(pools: readonly string[] = []): Argv {
  return [
    ...(["zfs", "get", "-Hp", ...(pools.length > 0 ? ["-r"] : [])] as const),
    ...["-t", "filesystem,volume", "-o", "name,value", "receive_resume_token", ...pools],
  ];
}

/** The token of one dataset, read right before it is used (facts A8: a stale token gets a lie for an answer). */
export function readToken(dataset: string): Argv {
  return ["zfs", "get", "-Hp", "-o", "value", "receive_resume_token", dataset];
}

/** Bytes written to a dataset since its newest snapshot. */
export function readWritten(dataset: string): Argv {
  return ["zfs", "get", "-Hp", "-o", "value", "written", dataset];
}

/** What is asked of each partial receive, of its `%recv`, and of the datasets above it, whose quotas count as well. */
const partialProperties = [
  ...["type", "creation", "used", "available", "referenced", "quota", "refquota", "written", "inconsistent"],
  ...["encryption", "encryptionroot", "keystatus", "receive_resume_token"],
].join(",");

/**
 * State, space, age, drift, keys and limits of partial receives: `name TAB property TAB value`.
 * Exits 1 where a `%recv` does not exist, which is how the two kinds of state are told apart (facts A3, C.2).
 */
export function describePartials(datasets: readonly string[]): Argv {
  const names = datasets.flatMap((name) => [...ancestors(name), name, receiveChild(name)]);
  return ["zfs", "get", "-Hp", "-o", "name,property,value", partialProperties, ...new Set(names)];
}

/**
 * Every property and feature of every pool: `pool TAB property TAB value`. Answers while a pool is suspended, when
 * `zfs` hangs or, from 2.3, leaves that pool out without a word (facts A20, L2).
 */
export function describePools(): Argv {
  return ["zpool", "get", "-Hp", "-o", "name,property,value", "all"];
}

/** Which datasets of a pool are encrypted, and whether their keys are loaded; `-` means not encrypted. */
export function listKeys(pool: string): Argv {
  return [
    "zfs",
    "get",
    "-Hp",
    "-r",
    "-t",
    "filesystem,volume",
    "-o",
    "name,property,value",
    "keystatus,encryptionroot",
    pool,
  ];
}

/** Every snapshot and bookmark of a host by GUID: finds a source that was moved or renamed, whatever its pool is called. */
export function listGuids(): Argv {
  return ["zfs", "list", "-Hp", "-t", "snapshot,bookmark", "-o", "name,guid"];
}

/**
 * What a snapshot or bookmark is: proof that a name on the source is what a token means (facts #14153, C.9). And, of a
 * dataset among them, whether its key is loaded.
 */
export function identify(names: readonly string[]): Argv {
  const properties = "guid,ivsetguid,keystatus,encryptionroot";
  return ["zfs", "get", "-Hp", "-o", "name,property,value", properties, ...names];
}

/** A dataset and all below it with their snapshots, oldest first: `name TAB guid TAB written`. */
export function listTree(dataset: string): Argv {
  return [
    ...(["zfs", "list", "-Hp", "-r", "-t", "filesystem,volume,snapshot", "-s", "createtxg"] as const),
    ...["-o", "name,guid,written", dataset],
  ];
}

/** Datasets directly below one. */
export function listChildren(dataset: string): Argv {
  return ["zfs", "list", "-Hp", "-t", "filesystem,volume", "-d", "1", "-o", "name", dataset];
}

/** Tells of every change ZFS makes, the moment it makes it; root only (facts A17). Never ends by itself. */
export function followEvents(): Argv {
  return ["zpool", "events", "-f", "-H", "-v"];
}

/** Snapshots of one dataset, oldest first: `name TAB guid TAB used TAB userrefs TAB clones TAB ivsetguid TAB creation`. */
export function listSnapshots(dataset: string): Argv {
  return [
    ...(["zfs", "list", "-Hp", "-t", "snapshot", "-d", "1", "-s", "createtxg"] as const),
    ...["-o", "name,guid,used,userrefs,clones,ivsetguid,creation", dataset],
  ];
}

/** Every filesystem and volume of a host: `name TAB type TAB used TAB encryption`. `pools`: as for `listTokens`. */
export function listDatasets(pools: readonly string[] = []): Argv {
  return [
    ...(["zfs", "list", "-Hp", ...(pools.length > 0 ? ["-r"] : [])] as const),
    ...["-t", "filesystem,volume", "-o", "name,type,used,encryption", ...pools],
  ];
}

/**
 * Snapshots and bookmarks of one dataset, oldest first: what a new send may send or build on.
 * `name TAB guid TAB creation TAB referenced TAB written TAB ivsetguid`; asking for `used`, too, doubled the time it takes.
 */
export function listPoints(dataset: string): Argv {
  return [
    ...(["zfs", "list", "-Hp", "-t", "snapshot,bookmark", "-d", "1", "-s", "createtxg"] as const),
    ...["-o", "name,guid,creation,referenced,written,ivsetguid", dataset],
  ];
}

/** Kind and encryption of a dataset that is sent from. */
export function describeSource(dataset: string): Argv {
  return [
    ...(["zfs", "get", "-Hp", "-o", "name,property,value"] as const),
    ...["type,encryption,encryptionroot,keystatus", dataset],
  ];
}

/** Answers with the pool's name where it is imported: only then does a dataset that is not there not exist. */
export function findPool(dataset: string): Argv {
  return ["zpool", "list", "-H", "-o", "name", poolOf(dataset)];
}

/** Processes whose executable is `zfs`, by name and not by what their command line contains (facts A24). */
export function listZfsProcesses(): Argv {
  return ["ps", "-ww", "-C", "zfs", "-o", "pid=,etimes=,args="];
}

/** Longer tags than this ZFS refuses (255); a shorter one leaves room for what it adds. */
const longestTag = 200;

/**
 * The tag of the holds that keep the source of a receive alive: names Halfway and the receive, so that an admin who finds
 * it years later knows what it is for. The same for every transfer into that dataset, so that none is made twice.
 */
export function holdTag(host: string, dataset: string): string {
  const tag = `${holdPrefix}${host}:${dataset}`;
  if (tag.length <= longestTag) return tag;
  const digest = createHash("sha256").update(tag).digest("hex").slice(0, 16);
  return `${tag.slice(0, longestTag - digest.length - 1)}~${digest}`;
}

const holdPrefix = "halfway:";

/** Whether a hold is one of Halfway's. */
export function isOurTag(tag: string): boolean {
  return tag.startsWith(holdPrefix);
}

/** Keeps a snapshot from being destroyed until every hold on it is released (facts A12). */
export function hold(tag: string, snapshot: string): Argv {
  return ["zfs", "hold", tag, snapshot];
}

/** Takes a hold back. */
export function release(tag: string, snapshot: string): Argv {
  return ["zfs", "release", tag, snapshot];
}

/** Every snapshot of a host with the number of holds on it: `name TAB userrefs`. */
export function listHeld(): Argv {
  return ["zfs", "list", "-Hp", "-t", "snapshot", "-o", "name,userrefs"];
}

/** The holds on some snapshots: `name TAB tag TAB when`. */
export function listHolds(snapshots: readonly string[]): Argv {
  return ["zfs", "holds", "-H", ...snapshots];
}

/** Asks a process to end; a `zfs receive -s` then keeps what it has received (facts B2, C.4). */
export function terminate(pid: number): Argv {
  return ["kill", String(pid)];
}

/**
 * What is delegated on each of some datasets, and above them; anybody may ask. ZFS takes one name at a time: the loop is a
 * constant, the names come as its words.
 */
export function listDelegations(datasets: readonly string[]): Argv {
  return ["sh", "-c", 'for dataset; do zfs allow "$dataset" || exit; done', "sh", ...datasets];
}

/** Lets a user do something with a dataset and all below it; for root to run. */
export function allow(user: string, rights: readonly string[], dataset: string): Argv {
  return ["zfs", "allow", "-u", user, rights.join(","), dataset];
}

/** Lets delegations count on a pool; for root to run. */
export function enableDelegation(pool: string): Argv {
  return ["zpool", "set", "delegation=on", pool];
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

/** How a stream is made; what follows it has to be made the same way. */
export type SendFlags = Pick<ResumeToken, "raw" | "largeBlocks" | "compressed" | "embedded">;

/** How the stream of a token was made. */
export function sendFlagsOf({ raw, largeBlocks, compressed, embedded }: SendFlags): SendFlags {
  return { raw, largeBlocks, compressed, embedded };
}

/** A send of the same snapshot from its beginning, in the form the interrupted one had. */
export function sendAgain(flags: SendFlags, snapshot: string, base: string | null, dryRun = false): Argv {
  return [...send(flags, dryRun), ...(base === null ? [] : ["-i", base]), snapshot];
}

/**
 * What of one dataset is sent: from a common snapshot or bookmark to `to`, or `to` alone where there is none.
 * `steps`: whether the snapshots in between come along (`-I`), which ZFS refuses from a bookmark, or only the last (`-i`).
 */
export type SeriesEnd = { from: string | null; to: string; steps: boolean };

/**
 * Sends a series, or one snapshot in full. Never with `-R`: a token finishes only one snapshot of one dataset, and `-R`
 * stops at the first dataset that the target does not have yet (facts A13, L3; decision 14).
 */
export function sendSeries(
  flags: SendFlags,
  { from, to, steps }: SeriesEnd,
  { dryRun = false, properties = false }: { dryRun?: boolean; properties?: boolean } = {},
): Argv {
  return [
    ...send(flags, dryRun),
    ...(properties ? ["-p"] : []),
    ...(from === null ? [] : [steps ? "-I" : "-i", from]),
    to,
  ];
}

function send({ raw, largeBlocks, compressed, embedded }: SendFlags, dryRun: boolean): Argv {
  return [
    ...(["zfs", "send", dryRun ? "-nvP" : "-vP"] as const),
    ...(raw ? ["-w"] : []),
    ...(largeBlocks ? ["-L"] : []),
    ...(compressed && !raw ? ["-c"] : []),
    ...(embedded ? ["-e"] : []),
  ];
}

/**
 * The receiving end. Always `-s`, or a second interruption would destroy what the first one saved (facts B2), and
 * always `-u`, so that nothing gets mounted over an admin's directories unasked.
 * @param options.without properties that a stream with properties shall not set.
 */
export function receive(dataset: string, options: { rollback: boolean; without?: readonly string[] }): Argv {
  const { rollback, without = [] } = options;
  const kept = without.flatMap((property) => ["-x", property]);
  return ["zfs", "receive", "-s", "-u", ...(rollback ? ["-F"] : []), ...kept, dataset];
}

/** Discards saved state: the whole dataset for a full receive into a new one, else only `%recv` (facts B8). */
export function abort(dataset: string): Argv {
  return ["zfs", "receive", "-A", dataset];
}
