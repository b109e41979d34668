import { ancestors, datasetOf, poolOf, receiveChild, snapshotName } from "./names";

/** 2^63: an estimate from here on is the unsigned underflow of an almost finished send (facts B7). */
const underflow = 1n << 63n;

/** `name TAB value` lines of `listTokens`: the datasets that have a token, and every pool that answered. */
export function parseTokens(stdout: string): {
  tokens: { dataset: string; token: string }[];
  pools: Set<string>;
} {
  const tokens: { dataset: string; token: string }[] = [];
  const pools = new Set<string>();
  for (const [dataset = "", token = "-"] of rows(stdout)) {
    pools.add(poolOf(dataset));
    if (token !== "-" && token !== "") tokens.push({ dataset, token });
  }
  return { tokens, pools };
}

/** Where ZFS keeps the received state: in the dataset itself, or in its hidden child (facts C.2). */
export type StateIn = "dataset" | "%recv";

/** A quota that a receive counts against, with what it holds already. Bytes. */
export type Limit = { dataset: string; property: "quota" | "refquota"; limit: bigint; used: bigint };

/** `root` is the dataset whose key is to be loaded. */
export type Encryption = { root: string; keyLoaded: boolean };

/** What ZFS says of one partial receive and of the dataset that holds it. Sizes in bytes. */
export type PartialDetails = {
  /** The token as read in the same moment as all of this. */
  token: string;
  stateIn: StateIn;
  /** Space that the partial holds. */
  spaceHeld: bigint;
  /** When the interrupted receive began, milliseconds. */
  began: number;
  type: "filesystem" | "volume";
  /** Whether ZFS itself marks the dataset as unfinished; a token on one that is not leads nowhere (facts C.5). */
  inconsistent: boolean;
  /** Written to the dataset since its newest snapshot: more than 0 is drift (facts A7). */
  written: bigint;
  /** What the dataset may still grow by, with every quota and reservation counted. */
  available: bigint;
  /** Null where the dataset is not encrypted. */
  encryption: Encryption | null;
  /** The quotas set on the dataset and above it. */
  limits: Limit[];
};

/**
 * Reads the answer to `describePartials`; a dataset that went away meanwhile is left out.
 * Returns null unless both streams together account for every name: half an answer would call a `%recv` missing, and
 * an abort would then seem to take the whole dataset.
 */
export function parsePartialDetails(
  stdout: string,
  stderr: string,
  datasets: readonly string[],
): Map<string, PartialDetails> | null {
  // Cut in the middle of a line, its last value would be read as none.
  if (stdout !== "" && !stdout.endsWith("\n")) return null;
  const values = propertiesByName(stdout);
  const missing = missingIn(stderr);
  const details = new Map<string, PartialDetails>();
  for (const dataset of datasets) {
    const child = receiveChild(dataset);
    if (missing.has(dataset)) continue;
    const own = values.get(dataset);
    const token = own?.get("receive_resume_token");
    // Finished since the tokens were listed: what would be described is the dataset itself.
    if (token === "-") continue;
    const ofChild = values.get(child);
    // ZFS prints the properties in the order asked: the last one proves that the answer is whole.
    const whole = (one: Properties | undefined) => one?.has("receive_resume_token") === true;
    if (!own || token === undefined || !(whole(ofChild) || missing.has(child))) return null;
    const state = ofChild ?? own;
    if (!/^\d{1,12}$/.test(state.get("creation") ?? "")) return null;
    details.set(dataset, {
      token,
      stateIn: ofChild ? "%recv" : "dataset",
      spaceHeld: parseBytes(state.get("used")),
      began: Number(state.get("creation")) * 1000,
      type: state.get("type") === "volume" ? "volume" : "filesystem",
      inconsistent: own.get("inconsistent") === "1",
      written: parseBytes(own.get("written")),
      // The bytes go where the state is: a refquota of the dataset above does not count there.
      available: parseBytes(state.get("available")),
      encryption: parseEncryption(own),
      limits: [
        ...[...ancestors(dataset), dataset].flatMap((name) =>
          limitOf(name, "quota", "used", values.get(name)),
        ),
        // Unlike a quota it binds the dataset alone, and counts no snapshots.
        ...(ofChild ? [] : limitOf(dataset, "refquota", "referenced", own)),
      ],
    });
  }
  return details;
}

type Properties = ReadonlyMap<string, string>;

/** `name TAB property TAB value` lines by name. */
function propertiesByName(stdout: string): Map<string, Properties> {
  const found = new Map<string, Map<string, string>>();
  for (const [name = "", property = "", value = "-"] of rows(stdout)) {
    const properties = found.get(name) ?? new Map<string, string>();
    found.set(name, properties.set(property, value));
  }
  return found;
}

function parseEncryption(properties: Properties): PartialDetails["encryption"] {
  const encryption = properties.get("encryption") ?? "off";
  if (encryption === "off" || encryption === "-") return null;
  return {
    root: properties.get("encryptionroot") ?? "-",
    keyLoaded: properties.get("keystatus") === "available",
  };
}

function limitOf(
  dataset: string,
  property: Limit["property"],
  counts: "used" | "referenced",
  properties: Properties | undefined,
): Limit[] {
  const limit = parseBytes(properties?.get(property));
  return limit > 0n ? [{ dataset, property, limit, used: parseBytes(properties?.get(counts)) }] : [];
}

/** Kind and key of a dataset; `encryption` is null where it is not encrypted. */
export type DatasetKind = { type: "filesystem" | "volume"; encryption: Encryption | null };

/** Reads the answer to `describeSource`; null where it is not one. */
export function parseSource(stdout: string, dataset: string): DatasetKind | null {
  const properties = propertiesByName(stdout).get(dataset);
  return properties?.has("type") ? kindOf(properties) : null;
}

function kindOf(properties: Properties): DatasetKind {
  const type = properties.get("type") === "volume" ? "volume" : "filesystem";
  return { type, encryption: parseEncryption(properties) };
}

/** What ZFS says of a dataset that is to be received into, whether or not it exists. */
export type ReceiveTarget = {
  /** Null where there is no such dataset. */
  existing: (DatasetKind & { written: bigint }) | null;
  /** Whether a receive into it is under way or was interrupted. */
  receiving: boolean;
  /** The nearest dataset above it that exists; null where not even the pool does. */
  above: (DatasetKind & { name: string }) | null;
  /** What the dataset, or one that would be created there, may grow by. */
  available: bigint;
  limits: Limit[];
};

/**
 * Reads the answer to `describePartials` for one dataset that need not exist. Null unless both streams together account
 * for every name, as for `parsePartialDetails`.
 */
export function parseReceiveTarget(stdout: string, stderr: string, dataset: string): ReceiveTarget | null {
  if (stdout !== "" && !stdout.endsWith("\n")) return null;
  const values = propertiesByName(stdout);
  const missing = missingIn(stderr);
  const whole = (name: string) => values.get(name)?.has("receive_resume_token") === true;
  const names = [...ancestors(dataset), dataset, receiveChild(dataset)];
  if (!names.every((name) => whole(name) || missing.has(name))) return null;
  const own = values.get(dataset);
  const above = ancestors(dataset).findLast((name) => whole(name));
  const aboveProperties = above === undefined ? undefined : values.get(above);
  return {
    existing: own ? { ...kindOf(own), written: parseBytes(own.get("written")) } : null,
    receiving:
      values.has(receiveChild(dataset)) ||
      own?.get("inconsistent") === "1" ||
      (own?.get("receive_resume_token") ?? "-") !== "-",
    above: above !== undefined && aboveProperties ? { name: above, ...kindOf(aboveProperties) } : null,
    available: parseBytes((own ?? aboveProperties)?.get("available")),
    limits: [...ancestors(dataset), dataset].flatMap((name) =>
      limitOf(name, "quota", "used", values.get(name)),
    ),
  };
}

/** The names that ZFS says do not exist. */
function missingIn(stderr: string): Set<string> {
  const missing = new Set<string>();
  // Other lines may be anybody's: a login script's, ssh's.
  for (const line of stderr.split("\n")) {
    const match =
      line.length < 1_000
        ? /^cannot open '(.*)': (?:dataset does not exist|.*name is too long)\r?$/.exec(line)
        : null;
    if (match) missing.add(match[1] ?? "");
  }
  return missing;
}

/** A pool as its host sees it. */
export type Pool = {
  name: string;
  /** `ONLINE`, `DEGRADED`, `SUSPENDED` and so on; in the last one nothing that needs the disks answers (facts A20). */
  health: string;
  readonly: boolean;
  /** `disabled`, `enabled` or `active` by the feature's short name, for example `large_blocks`. */
  features: ReadonlyMap<string, string>;
};

/** Reads the answer to `describePools`. */
export function parsePools(stdout: string): Pool[] {
  return [...propertiesByName(stdout)].map(([name, properties]) => ({
    name,
    health: properties.get("health") ?? "-",
    readonly: properties.get("readonly") === "on",
    features: new Map(
      [...properties].flatMap(([key, value]) =>
        key.startsWith("feature@") ? [[key.slice("feature@".length), value] as const] : [],
      ),
    ),
  }));
}

/** The pools on which nothing that is delegated counts, from the answer to `describePools`. */
export function poolsWithoutDelegation(stdout: string): string[] {
  return [...propertiesByName(stdout)].flatMap(([name, properties]) =>
    properties.get("delegation") === "off" ? [name] : [],
  );
}

/** Reads the answer to `listKeys` or `identify`; only what is encrypted is in it. */
export function parseKeys(stdout: string): Map<string, Encryption> {
  return new Map(
    [...propertiesByName(stdout)].flatMap(([name, properties]) => {
      const status = properties.get("keystatus") ?? "-";
      const root = properties.get("encryptionroot") ?? "-";
      return status === "-" ? [] : [[name, { root, keyLoaded: status === "available" }]];
    }),
  );
}

/** `name TAB guid` lines of `listGuids`. */
export function parseGuids(stdout: string): { name: string; guid: bigint }[] {
  return rows(stdout).flatMap(([name = "", guid = ""]) =>
    /^\d+$/.test(guid) ? [{ name, guid: BigInt(guid) }] : [],
  );
}

/** What `identify` says of one name. Raw copies of one snapshot share `ivset`; it is null where nothing is encrypted. */
export type Identity = { guid: bigint; ivset: bigint | null };

/** Reads the answer to `identify`. */
export function parseIdentities(stdout: string): Map<string, Identity> {
  return new Map(
    [...propertiesByName(stdout)].map(([name, properties]) => [
      name,
      { guid: parseBytes(properties.get("guid")), ivset: parseIvset(properties.get("ivsetguid")) },
    ]),
  );
}

/** Names of `listChildren`, without the dataset itself. */
export function parseChildren(stdout: string, dataset: string): string[] {
  return rows(stdout).flatMap(([name = ""]) => (name === dataset ? [] : [name]));
}

export type Snapshot = {
  name: string;
  guid: bigint;
  /** Space that would come back if it were destroyed, bytes. */
  used: bigint;
  holds: number;
  clones: string[];
  /** See `Identity`. */
  ivset: bigint | null;
  /** When it was taken, milliseconds. */
  creation: number;
};

/** Reads the answer to `listSnapshots`, oldest first. Lines of anybody else's, a login script's, are no snapshots. */
export function parseSnapshots(stdout: string): Snapshot[] {
  return rows(stdout)
    .filter(([name = "", guid = ""]) => name.includes("@") && /^\d+$/.test(guid))
    .map(([name = "", guid = "0", used = "0", holds = "0", clones = "", ivset = "-", creation = "0"]) => ({
      name,
      guid: BigInt(guid),
      used: parseBytes(used),
      holds: Number(holds) || 0,
      clones: clones === "" || clones === "-" ? [] : clones.split(","),
      ivset: parseIvset(ivset),
      creation: (Number(creation) || 0) * 1000,
    }));
}

/** A dataset of a host, as one chooses among them. */
export type Dataset = { name: string; type: "filesystem" | "volume"; used: bigint; encrypted: boolean };

/** Reads the answer to `listDatasets`. */
export function parseDatasets(stdout: string): Dataset[] {
  return rows(stdout)
    .filter(([, type]) => type === "filesystem" || type === "volume")
    .map(([name = "", type = "", used = "0", encryption = "off"]) => ({
      ...{ name, type: type === "volume" ? "volume" : "filesystem", used: parseBytes(used) },
      encrypted: encryption !== "off" && encryption !== "-",
    }));
}

/** A snapshot (`dataset@name`) or bookmark (`dataset#name`). */
export type Point = {
  name: string;
  guid: bigint;
  /** When the snapshot was taken, milliseconds. */
  creation: number;
  /** What a full send of it moves, about. */
  referenced: bigint;
  /** Written between the snapshot before it and itself; 0 for a bookmark. */
  written: bigint;
  /** See `Identity`. */
  ivset: bigint | null;
};

/** Reads the answer to `listPoints`, oldest first. */
export function parsePoints(stdout: string): Point[] {
  return rows(stdout)
    .filter(([name = "", guid = ""]) => /[@#]/.test(name) && /^\d+$/.test(guid))
    .map(([name = "", guid = "0", creation = "0", referenced, written, ivset]) => ({
      ...{ name, guid: BigInt(guid), creation: Number(creation) * 1000 },
      ...{ referenced: parseBytes(referenced), written: parseBytes(written), ivset: parseIvset(ivset) },
    }));
}

/** A `zfs receive` at work, from the process table of its host. */
export type ReceiveProcess = {
  pid: number;
  /** Milliseconds since it was started, by its own host's clock; whole seconds. */
  age: number;
  /** Its words, joined by spaces as `ps` does. */
  args: string;
  target: string;
  prefix: boolean;
};

// `-o property=value` and `-x property` take a word of their own; all other letters stand alone.
const receiveOption = /^-[vMnsFhMuedAc]+$/;

/**
 * Finds running receives among `ps` lines of executables named `zfs`. `ps` joins words with spaces, and names may
 * hold spaces: so options are taken off the front and the rest is the target.
 */
export function parseReceiveProcesses(stdout: string): ReceiveProcess[] {
  const found: ReceiveProcess[] = [];
  for (const line of stdout.split("\n")) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S*zfs (?:receive|recv)\s+(.*))$/.exec(line);
    if (!match) continue;
    const [, pid, seconds, args = "", rest = ""] = match;
    const words = rest.split(" ");
    let prefix = false;
    let abort = false;
    let at = 0;
    for (; words[at]?.startsWith("-"); at += 1) {
      const option = words[at] ?? "";
      if (option === "-o" || option === "-x") at += 1;
      else if (receiveOption.test(option)) {
        prefix ||= /[ed]/.test(option);
        abort ||= option.includes("A");
      }
    }
    const target = words.slice(at).join(" ").trim().replace(/@.*$/, "");
    if (target && !abort)
      found.push({ pid: Number(pid), age: Number(seconds) * 1_000, args, target, prefix });
  }
  return found;
}

/** Whether a process receives into `dataset`: by its very name, or below the prefix that `-d`/`-e` were given. */
export function receivesInto(process: ReceiveProcess, dataset: string): boolean {
  return process.target === dataset || (process.prefix && dataset.startsWith(`${process.target}/`));
}

/** Snapshots that at least one hold keeps, of `name TAB userrefs`. */
export function parseHeld(stdout: string): string[] {
  return rows(stdout).flatMap(([name = "", userrefs = "0"]) => (/^[1-9]/.test(userrefs) ? [name] : []));
}

/** A hold on a snapshot; `since` in ZFS's own words. */
export type Hold = { snapshot: string; tag: string; since: string };

/** Holds as `zfs holds -H` lists them. */
export function parseHolds(stdout: string): Hold[] {
  return rows(stdout).map(([snapshot = "", tag = "", since = ""]) => ({ snapshot, tag, since }));
}

/** What `zfs send -nvP` would send. `size` is null where ZFS's estimate underflowed: almost everything is there. */
export type SendEstimate = { snapshot: string; base: string | null; size: bigint | null };

/**
 * Reads `full TAB to TAB size` or `incremental TAB from TAB to TAB size` (facts C.7).
 * Returns null where the command said neither: then the host cannot send this.
 */
export function parseEstimate(output: string): SendEstimate | null {
  for (const cells of rows(output)) {
    const [kind, first = "", second = "", third = ""] = cells;
    // What is no name must not become a word of a command, whoever says it.
    if (kind === "full" && cells.length >= 3 && isSnapshot(first)) {
      return { snapshot: first, base: null, size: parseSize(second) };
    }
    if (kind === "incremental" && cells.length >= 4 && isSnapshot(second)) {
      const base = fullBaseName(first, second);
      if (isSnapshot(base.replace("#", "@"))) return { snapshot: second, base, size: parseSize(third) };
    }
  }
  return null;
}

function isSnapshot(name: string): boolean {
  return snapshotName.safeParse(name).success;
}

/** Bytes of everything that `zfs send -nvP` would send; null where its estimate underflowed or is missing. */
export function parseTotal(output: string): bigint | null {
  return parseSize(rows(output).find(([key]) => key === "size")?.[1] ?? "");
}

/** One dataset of a tree, with its snapshots, oldest first, and the bytes written since the newest. */
export type TreeDataset = { name: string; written: bigint; snapshots: { name: string; guid: bigint }[] };

/** Reads the answer to `listTree`: parents before what lies below them. */
export function parseTree(stdout: string): TreeDataset[] {
  const datasets = new Map<string, TreeDataset>();
  const lines = rows(stdout).filter(([, guid = ""]) => /^\d+$/.test(guid));
  for (const [name = "", , written = "0"] of lines) {
    if (!name.includes("@")) datasets.set(name, { name, written: parseBytes(written), snapshots: [] });
  }
  for (const [name = "", guid = "0"] of lines) {
    if (name.includes("@")) datasets.get(datasetOf(name))?.snapshots.push({ name, guid: BigInt(guid) });
  }
  return [...datasets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `zfs send` prints the base without its dataset (`monday`) on some versions, with it on others. */
function fullBaseName(base: string, snapshot: string): string {
  if (base.includes("@") && !base.startsWith("@")) return base;
  if (base.includes("#") && !base.startsWith("#")) return base;
  const dataset = snapshot.replace(/@.*$/s, "");
  return /^[@#]/.test(base) ? `${dataset}${base}` : `${dataset}@${base}`;
}

function parseSize(text: string): bigint | null {
  if (!/^\d+$/.test(text)) return null;
  const size = BigInt(text);
  return size >= underflow ? null : size;
}

/** One line of a running `zfs send -vP`: the sender's clock and the bytes sent in this attempt. */
export type ProgressTick = { secondOfDay: number; sent: bigint; snapshot: string };

/** The progress lines of a piece of stderr, in order; a first line that was cut in half does not match. */
export function parseTicks(stderr: string): ProgressTick[] {
  const ticks: ProgressTick[] = [];
  for (const match of stderr.matchAll(/^(\d\d):(\d\d):(\d\d)\t(\d+)\t(\S.*)$/gm)) {
    const [, hours, minutes, seconds, sent, snapshot = ""] = match;
    ticks.push({
      secondOfDay: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
      sent: BigInt(sent ?? "0"),
      snapshot,
    });
  }
  return ticks;
}

/** What a series sends before `snapshot`, by the list that `zfs send -vP` begins with (facts C.7). */
export function sentBefore(head: string, snapshot: string): bigint {
  let sum = 0n;
  for (const cells of rows(head)) {
    const [kind] = cells;
    if (kind !== "full" && kind !== "incremental") continue;
    const [to = "", size = ""] = cells.slice(-2);
    if (to === snapshot) return sum;
    sum += parseSize(size) ?? 0n;
  }
  return 0n;
}

/** stderr of `zfs send -vP` without its progress lines and token contents: what ZFS has to say to a person. */
export function stderrWords(stderr: string): string {
  return stderr
    .split("\n")
    .filter((line) => !/^\d\d:\d\d:\d\d\t/.test(line))
    .filter(
      (line) => !/^(full|incremental|size)\t|^resume token contents:|^nvlist version:|^\t\w+ = /.test(line),
    )
    .join("\n")
    .trim();
}

/** `zfs-2.3.2-1` → `2.3.2`. */
export function parseVersion(stdout: string): string | null {
  return /^zfs-(\d+\.\d+\.\d+)/m.exec(stdout)?.[1] ?? null;
}

function rows(stdout: string): string[][] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t"));
}

function parseBytes(text = ""): bigint {
  return /^\d+$/.test(text) ? BigInt(text) : 0n;
}

function parseIvset(text = "-"): bigint | null {
  return /^\d+$/.test(text) && text !== "0" ? BigInt(text) : null;
}
