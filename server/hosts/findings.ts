import { counted, joined, plain, type Said, say } from "../say";
import { allow, enableDelegation } from "../zfs/commands";
import { type Account, type Act, acts, missingFor, type parseDelegations, rightsOn } from "../zfs/delegation";
import { ancestors, poolOf } from "../zfs/names";
import type { Host } from "./config";
import { fingerprintOf } from "./fingerprint";
import { shellQuote } from "./quote";
import type { Tool } from "./tools";

/** What was found out, or why it was not. */
export type Attempted<T> = { ok: true; value: T } | { ok: false; problem: Said; stderr: string };

/** What a check has read from a host. */
export type CheckFacts =
  | {
      reached: false;
      step: "reach" | "host-key" | "login";
      problem: Said;
      stderr: string;
      /** The key that it shows instead of the accepted one, where that could be asked for. */
      shown: string | null;
    }
  | {
      reached: true;
      account: Account;
      /** As `uname -s` calls it. */
      system: string;
      hasPs: boolean;
      /** How far its clock is ahead of this machine's. */
      skewMs: number;
      version: Attempted<string>;
      tools: ReadonlySet<Tool>;
      zfs: Attempted<ZfsFacts>;
    };

/** What its ZFS said. */
export type ZfsFacts = {
  pools: readonly { name: string; health: string }[];
  /** How many datasets it listed. */
  datasets: number;
  /** Those whose rights were asked for, and whether these are all. */
  places: readonly string[];
  complete: boolean;
  delegations: ReturnType<typeof parseDelegations>;
  /** Pools on which nothing that is delegated counts. */
  undelegated: readonly string[];
};

/** Something to run in a shell of a host, as root unless it says otherwise. */
export type Fix = { says: Said; host: string; command: string };

/** What is looked at, in this order. */
export type Looked =
  | "reach"
  | "host-key"
  | "login"
  | "zfs"
  | "list"
  | "rights"
  | "events"
  | "ps"
  | "tools"
  | "clock";

/**
 * One thing that a check found: it works, does not, or works less well than it could.
 * @property stderr what the host itself said, where something failed.
 */
export type Finding = {
  what: Looked;
  state: "ok" | "note" | "problem";
  says: Said;
  stderr: string;
  fixes: Fix[];
};

/** What an account may do with a dataset and all below it. */
export type PlaceRights = { dataset: string; may: Record<Act, boolean>; fixes: Fix[] };

/** All that a check found. */
export type Check = {
  host: string;
  /** When, milliseconds. */
  at: number;
  findings: Finding[];
  /** By pool, and by dataset where it differs from what is above; empty for root, who may do everything. */
  rights: PlaceRights[];
  /** The key that the host shows instead of the accepted one; an admin may accept it. */
  otherKey: { hostKey: string; fingerprint: string; accepted: string } | null;
};

/** Each costs the host a process; what lies deeper usually has the rights of what is above. */
const mostPlaces = 200;
/** A pool, what is in it, and what is in that. */
const deepest = 2;

/** The datasets whose rights are worth asking for: pools, what is right below them, and where receives are interrupted. */
export function placesOf(
  datasets: readonly string[],
  partials: readonly string[],
): { places: string[]; complete: boolean } {
  const wanted = new Set(partials.filter((name) => datasets.includes(name)));
  const depth = (name: string) => ancestors(name).length;
  const near = datasets.filter((name) => depth(name) <= deepest && !wanted.has(name));
  const nearestFirst = near.sort((one, other) => depth(one) - depth(other));
  const places = [...nearestFirst.filter((name) => depth(name) === 0), ...wanted];
  places.push(
    ...nearestFirst.filter((name) => depth(name) > 0).slice(0, Math.max(0, mostPlaces - places.length)),
  );
  return { places: places.slice(0, mostPlaces).sort(), complete: places.length === datasets.length };
}

/**
 * What the facts of a check mean, and what to do about each.
 * @param line what lets Halfway in, for the account's `authorized_keys`; null where the host has its own ways.
 */
export function findingsOf(host: Host, line: string | null, facts: CheckFacts, at: number): Check {
  const check = { host: host.name, at, rights: [], otherKey: null };
  if (facts.reached) return { ...check, ...foundThere(host, facts) };
  const { shown } = facts;
  const accepted = acceptedBy(host);
  const otherKey =
    shown === null || accepted === null
      ? null
      : { hostKey: shown, fingerprint: fingerprintOf(shown), accepted };
  return { ...check, otherKey, findings: foundOnTheWay(host, line, facts) };
}

function finding(
  what: Looked,
  state: Finding["state"],
  says: Said,
  more: Partial<Pick<Finding, "stderr" | "fixes">> = {},
): Finding {
  return { ...{ what, state, says, stderr: "", fixes: [] }, ...more };
}

/** The fingerprint of the key that was accepted in the page; null where none was. */
function acceptedBy(host: Host): string | null {
  return "ssh" in host && host.ssh.hostKey !== undefined ? fingerprintOf(host.ssh.hostKey) : null;
}

function sameKey(host: Host): Finding[] {
  const accepted = acceptedBy(host);
  if (accepted === null) return [];
  return [finding("host-key", "ok", say`It shows the key that was accepted: ${accepted}.`)];
}

function foundOnTheWay(
  host: Host,
  line: string | null,
  { step, problem, stderr }: Extract<CheckFacts, { reached: false }>,
): Finding[] {
  // Whatever is on this machine needs no key and no login.
  if (step === "reach" || "local" in host) return [finding("reach", "problem", problem, { stderr })];
  const address = host.ssh.destination;
  const answers = finding("reach", "ok", say`An SSH server answers at ${address}.`);
  switch (step) {
    case "host-key":
      return [answers, finding("host-key", "problem", problem, { stderr })];
    case "login": {
      const fixes = line === null ? [] : [letIn(host.name, address, line)];
      const refused = say`It does not let Halfway in as ${address}.`;
      return [answers, ...sameKey(host), finding("login", "problem", refused, { stderr, fixes })];
    }
  }
}

function foundThere(
  host: Host,
  { account, system, hasPs, skewMs, version, tools, zfs }: Extract<CheckFacts, { reached: true }>,
): Pick<Check, "findings" | "rights"> {
  const root = account.uid === 0;
  const rights = zfs.ok && !root ? rightsByPlace(host.name, account, zfs.value) : [];
  const findings = [
    finding(
      "reach",
      "ok",
      "local" in host ? say`It is this machine.` : say`It answers at ${host.ssh.destination}.`,
    ),
    ...sameKey(host),
    finding(
      "login",
      "ok",
      root
        ? say`Halfway is ${account.name} there, on ${system}.`
        : say`Halfway is ${account.name} there (uid ${account.uid}), on ${system}.`,
    ),
    zfsFinding(account, version),
    ...(version.ok && !zfs.ok ? [finding("list", "problem", zfs.problem, { stderr: zfs.stderr })] : []),
    ...(zfs.ok
      ? [listFinding(zfs.value), rightsFinding(root, rights, zfs.value, host.name), eventsFinding(root)]
      : []),
    psFinding(hasPs),
    toolsFinding(tools),
    clockFinding(skewMs),
  ];
  return { findings, rights };
}

function zfsFinding({ name }: Account, version: Attempted<string>): Finding {
  if (version.ok) return finding("zfs", "ok", say`OpenZFS ${version.value}.`);
  return finding(
    "zfs",
    "problem",
    say`ZFS does not answer ${name}: is it installed, and its module loaded?`,
    {
      stderr: version.stderr || plain(version.problem),
    },
  );
}

function listFinding({ pools, datasets }: ZfsFacts): Finding {
  const suspended = pools.filter(({ health }) => health === "SUSPENDED").map(({ name }) => name);
  if (suspended.length === 0) {
    return finding("list", "ok", listsWords(datasets, pools.length));
  }
  return finding(
    "list",
    "problem",
    counted(
      suspended.length,
      say`The pool ${suspended.join(", ")} is suspended: its disks do not answer. Nothing there could be looked at.`,
      say`The pools ${suspended.join(", ")} are suspended: their disks do not answer. Nothing there could be looked at.`,
    ),
  );
}

function listsWords(datasets: number, pools: number): Said {
  return counted(
    pools,
    counted(datasets, say`Lists one dataset in one pool.`, say`Lists ${datasets} datasets in one pool.`),
    say`Lists ${datasets} datasets in ${pools} pools.`,
  );
}

function eventsFinding(root: boolean): Finding {
  if (root) return finding("events", "ok", say`ZFS tells Halfway at once what happens (zpool events).`);
  return finding(
    "events",
    "note",
    say`Only root hears of ZFS's events (zpool events), and that cannot be delegated. Halfway looks every 30 s instead.`,
  );
}

function psFinding(hasPs: boolean): Finding {
  if (hasPs)
    return finding("ps", "ok", say`It has ps, by which running receives are told from interrupted ones.`);
  return finding(
    "ps",
    "problem",
    say`It has no ps: running receives cannot be told from interrupted ones. Install it (package procps).`,
  );
}

function letIn(host: string, address: string, line: string): Fix {
  const user = address.replace(/@.*$/, "");
  const append = `umask 077; mkdir -p ~/.ssh && echo ${shellQuote([line])} >> ~/.ssh/authorized_keys`;
  return { says: say`As ${user} on ${host}`, host, command: append };
}

/** What an account may do with each pool, and with each dataset where that differs from what is above it. */
function rightsByPlace(
  host: string,
  account: Account,
  { places, delegations, undelegated }: ZfsFacts,
): PlaceRights[] {
  const shown = new Map<string, PlaceRights>();
  for (const dataset of places) {
    const counts = !undelegated.includes(poolOf(dataset));
    const rights = counts ? rightsOn(dataset, delegations, account) : new Set<string>();
    const may = Object.fromEntries(acts.map((act) => [act, missingFor(act, rights).length === 0])) as Record<
      Act,
      boolean
    >;
    const above = ancestors(dataset).findLast((name) => shown.has(name));
    const same = above !== undefined && acts.every((act) => shown.get(above)?.may[act] === may[act]);
    if (!same) shown.set(dataset, { dataset, may, fixes: allowFixes(host, account, dataset, rights) });
  }
  return [...shown.values()];
}

/** What is delegated together, because it is of use together. */
const purposes: readonly { says: Said; acts: readonly Act[] }[] = [
  { says: say`To send from it`, acts: ["send", "hold", "release"] },
  { says: say`To receive into it`, acts: ["receive", "rollback"] },
  { says: say`To abort there; this allows destroying all of it, too`, acts: ["abort"] },
];

function allowFixes(host: string, { name }: Account, dataset: string, rights: ReadonlySet<string>): Fix[] {
  return purposes.flatMap(({ says, acts }) => {
    const missing = [...new Set(acts.flatMap((act) => missingFor(act, rights)))].sort();
    return missing.length === 0 ? [] : [{ says, host, command: shellQuote(allow(name, missing, dataset)) }];
  });
}

function rightsFinding(
  root: boolean,
  rights: readonly PlaceRights[],
  { complete, undelegated }: ZfsFacts,
  host: string,
): Finding {
  if (root) return finding("rights", "ok", say`It is root, who may do everything.`);
  const fixes = undelegated.map((pool) => ({
    ...{ says: say`Delegations do not count on ${pool} until this is run`, host },
    command: shellQuote(enableDelegation(pool)),
  }));
  if (rights.length === 0) return finding("rights", "note", say`There is no pool to do anything with.`);
  const rest = complete ? [] : [say`Not every dataset was looked at, only what is near the top of its pool.`];
  const all = rights.every(({ may }) => acts.every((act) => may[act]));
  if (all)
    return finding("rights", "ok", joined([say`It may do everything that Halfway does.`, ...rest]), {
      fixes,
    });
  const any = rights.some(({ may }) => acts.some((act) => may[act]));
  return finding(
    "rights",
    any ? "note" : "problem",
    joined([
      any ? say`It may do some of what Halfway does.` : say`It may list, and nothing else.`,
      say`Root delegates the rest with the lines below: only what you want Halfway to do there, on the pool or on a dataset in it.`,
      ...rest,
    ]),
    { fixes },
  );
}

function toolsFinding(tools: ReadonlySet<Tool>): Finding {
  const missing = (["bash", "mbuffer", "zstd"] as const).filter((tool) => !tools.has(tool));
  return missing.length === 0
    ? finding(
        "tools",
        "ok",
        say`It has mbuffer and zstd, by which large streams are buffered and compressed.`,
      )
    : finding(
        "tools",
        "note",
        counted(
          missing.length,
          say`It has no ${missing.join(", ")}: large streams go as they are. Nothing else needs that.`,
          say`It lacks ${missing.join(", ")}: large streams go as they are. Nothing else needs them.`,
        ),
      );
}

/** The moment that a host names is known to a second, less what the connection took. */
const agrees = 5_000;

function clockFinding(skewMs: number): Finding {
  const off = Math.abs(skewMs);
  if (off <= agrees) return finding("clock", "ok", say`Its clock agrees with this machine's.`);
  const much = off < 120_000 ? `${Math.round(off / 1_000)} s` : `${Math.round(off / 60_000)} min`;
  return finding(
    "clock",
    "note",
    skewMs > 0
      ? say`Its clock is ${much} ahead of this machine's: the ages of its snapshots and receives are wrong by that.`
      : say`Its clock is ${much} behind this machine's: the ages of its snapshots and receives are wrong by that.`,
  );
}
