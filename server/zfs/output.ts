import { receiveChild } from "./names";

/** 2^63: an estimate from here on is the unsigned underflow of an almost finished send (facts B7). */
const underflow = 1n << 63n;

/** `name TAB value` lines of `listTokens`, without the datasets that have none. */
export function parseTokens(stdout: string): { dataset: string; token: string }[] {
  return rows(stdout)
    .map(([dataset = "", token = "-"]) => ({ dataset, token }))
    .filter(({ token }) => token !== "-" && token !== "");
}

/** Where ZFS keeps the received state: in the dataset itself, or in its hidden child (facts C.2). */
export type StateIn = "dataset" | "%recv";

export type PartialDetails = {
  stateIn: StateIn;
  /** Space that the partial holds, bytes. */
  spaceHeld: bigint;
  /** When the interrupted receive began, milliseconds. */
  began: number;
  type: "filesystem" | "volume";
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
  const values = new Map(
    rows(stdout).map(([name, property, value]) => [`${name}\t${property}`, value ?? "-"]),
  );
  const missing = new Set<string>();
  // Other lines may be anybody's: a login script's, ssh's. Whether the answer is whole shows below.
  for (const match of stderr.matchAll(
    /^cannot open '(.*)': (?:dataset does not exist|.*name is too long)\r?$/gm,
  )) {
    missing.add(match[1] ?? "");
  }
  const details = new Map<string, PartialDetails>();
  for (const dataset of datasets) {
    const child = receiveChild(dataset);
    const known = (name: string) =>
      ["used", "creation", "type"].every((key) => values.has(`${name}\t${key}`));
    if (missing.has(dataset)) continue;
    // Finished since the tokens were listed: what would be described is the dataset itself.
    if (values.get(`${dataset}\treceive_resume_token`) === "-") continue;
    if (!known(dataset) || !(known(child) || missing.has(child))) return null;
    const stateIn = known(child) ? "%recv" : "dataset";
    const of = (key: string) => values.get(`${stateIn === "%recv" ? child : dataset}\t${key}`) ?? "";
    details.set(dataset, {
      stateIn,
      spaceHeld: parseBytes(of("used")),
      began: Number(of("creation")) * 1000,
      type: of("type") === "volume" ? "volume" : "filesystem",
    });
  }
  return details;
}

export type Snapshot = {
  name: string;
  guid: bigint;
  /** Space that would come back if it were destroyed, bytes. */
  used: bigint;
  holds: number;
  clones: string[];
};

/** Reads the answer to `listSnapshots`, oldest first. */
export function parseSnapshots(stdout: string): Snapshot[] {
  return rows(stdout).map(([name = "", guid = "0", used = "0", holds = "0", clones = ""]) => ({
    name,
    guid: BigInt(guid),
    used: parseBytes(used),
    holds: Number(holds) || 0,
    clones: clones === "" || clones === "-" ? [] : clones.split(","),
  }));
}

/** A `zfs receive` at work, from the process table of its host. */
export type ReceiveProcess = { pid: number; target: string; prefix: boolean };

// `-o property=value` and `-x property` take a word of their own; all other letters stand alone.
const receiveOption = /^-[vMnsFhMuedAc]+$/;

/**
 * Finds running receives among `ps` lines of executables named `zfs`. `ps` joins words with spaces, and names may
 * hold spaces: so options are taken off the front and the rest is the target.
 */
export function parseReceiveProcesses(stdout: string): ReceiveProcess[] {
  const found: ReceiveProcess[] = [];
  for (const line of stdout.split("\n")) {
    const match = /^\s*(\d+)\s+\S*zfs (?:receive|recv)\s+(.*)$/.exec(line);
    if (!match) continue;
    const words = (match[2] ?? "").split(" ");
    let prefix = false;
    let abort = false;
    while (words[0]?.startsWith("-")) {
      const option = words.shift() ?? "";
      if (option === "-o" || option === "-x") words.shift();
      else if (receiveOption.test(option)) {
        prefix ||= /[ed]/.test(option);
        abort ||= option.includes("A");
      }
    }
    const target = words.join(" ").trim().replace(/@.*$/, "");
    if (target && !abort) found.push({ pid: Number(match[1]), target, prefix });
  }
  return found;
}

/** Whether a process receives into `dataset`: by its very name, or below the prefix that `-d`/`-e` were given. */
export function receivesInto(process: ReceiveProcess, dataset: string): boolean {
  return process.target === dataset || (process.prefix && dataset.startsWith(`${process.target}/`));
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
    if (kind === "full" && cells.length >= 3) return { snapshot: first, base: null, size: parseSize(second) };
    if (kind === "incremental" && cells.length >= 4) {
      return { snapshot: second, base: fullBaseName(first, second), size: parseSize(third) };
    }
  }
  return null;
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
export type ProgressTick = { secondOfDay: number; sent: bigint };

/** The progress lines of a piece of stderr, in order; a first line that was cut in half does not match. */
export function parseTicks(stderr: string): ProgressTick[] {
  const ticks: ProgressTick[] = [];
  for (const match of stderr.matchAll(/^(\d\d):(\d\d):(\d\d)\t(\d+)\t\S.*$/gm)) {
    const [, hours, minutes, seconds, sent] = match;
    ticks.push({
      secondOfDay: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
      sent: BigInt(sent ?? "0"),
    });
  }
  return ticks;
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

function parseBytes(text: string): bigint {
  return /^\d+$/.test(text) ? BigInt(text) : 0n;
}
