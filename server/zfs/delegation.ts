import { ancestors } from "./names";

/** Whom something is delegated to. */
type Grantee = { kind: "user" | "group"; name: string } | { kind: "everyone" };

/** Where a delegation counts: on its dataset, on those below it, or on both. */
type Reach = "here" | "below" | "both";

/** What `zfs allow` says of one dataset. */
type Delegations = {
  /** Names of rights that were given a name together, `@name`. */
  sets: Map<string, readonly string[]>;
  grants: { to: Grantee; reach: Reach; rights: readonly string[] }[];
};

/** Who asks, as the host itself knows them. */
export type Account = { uid: number; name: string; groups: readonly string[] };

const reaches: Record<string, Reach> = {
  "Local permissions:": "here",
  "Descendent permissions:": "below",
  "Local+Descendent permissions:": "both",
};

/**
 * Reads what `zfs allow DATASET` says, of any number of datasets one after the other: each answer repeats the datasets
 * above, and is silent on those where nothing is delegated.
 */
export function parseDelegations(stdout: string): Map<string, Delegations> {
  const found = new Map<string, Delegations>();
  let current: Delegations = { sets: new Map(), grants: [] };
  let section: Reach | "sets" | null = null;
  for (const line of stdout.split("\n")) {
    const [, dataset] = /^---- Permissions on (.+?) -*$/.exec(line) ?? [];
    if (dataset !== undefined) {
      // The same again, below another dataset.
      current = { sets: new Map(), grants: [] };
      found.set(dataset, current);
      section = null;
    } else if (/^\S/.test(line)) {
      section = line === "Permission sets:" ? "sets" : (reaches[line] ?? null);
    } else if (section === "sets") {
      const [, name, rights] = /^\s+(@\S+) (\S+)$/.exec(line) ?? [];
      if (name !== undefined && rights !== undefined) current.sets.set(name, rights.split(","));
    } else if (section !== null) {
      const grant = grantOf(line);
      if (grant) current.grants.push({ ...grant, reach: section });
    }
  }
  return found;
}

function grantOf(line: string): { to: Grantee; rights: readonly string[] } | null {
  const [, everyone] = /^\s+everyone (\S+)$/.exec(line) ?? [];
  if (everyone !== undefined) return { to: { kind: "everyone" }, rights: everyone.split(",") };
  // A group of a directory service may have spaces in its name. One that has none any more is shown by its number.
  const [, kind, name, rights] = /^\s+(user|group) (.+) (\S+)$/.exec(line) ?? [];
  if (name === undefined || rights === undefined) return null;
  const number = /^\(unknown: (\d+)\)$/.exec(name)?.[1];
  return {
    to: { kind: kind === "user" ? "user" : "group", name: number ?? name },
    rights: rights.split(","),
  };
}

/**
 * The rights that an account has on a dataset and on everything below it, by what is delegated there and above. Those that
 * count on only one of the two are left out: a receive needs both, since its state lies in `DS/%recv` (facts C.8).
 */
export function rightsOn(
  dataset: string,
  delegations: ReadonlyMap<string, Delegations>,
  account: Account,
): ReadonlySet<string> {
  const here = new Set<string>();
  const below = new Set<string>();
  const above = ancestors(dataset);
  for (const name of [...above, dataset]) {
    const upTo = [...ancestors(name), name];
    for (const { to, reach, rights } of delegations.get(name)?.grants ?? []) {
      if (!isFor(to, account)) continue;
      // What is delegated above a dataset counts on it where it counts below there.
      const onIt = name === dataset ? reach !== "below" : reach !== "here";
      const all = expanded(rights, upTo, delegations);
      if (onIt) for (const right of all) here.add(right);
      if (reach !== "here") for (const right of all) below.add(right);
    }
  }
  return new Set([...here].filter((right) => below.has(right)));
}

function isFor(to: Grantee, { uid, name, groups }: Account): boolean {
  switch (to.kind) {
    case "everyone":
      return true;
    case "user":
      return to.name === name || to.name === String(uid);
    case "group":
      return groups.includes(to.name);
  }
}

/** Rights with the sets among them taken apart; a set counts as it is defined where it was given, or above. */
function expanded(
  rights: readonly string[],
  datasets: readonly string[],
  delegations: ReadonlyMap<string, Delegations>,
): Set<string> {
  const all = new Set(rights);
  // A set that grows while it is gone through is gone through to its end.
  for (const right of all) {
    if (!right.startsWith("@")) continue;
    for (const name of datasets) {
      for (const one of delegations.get(name)?.sets.get(right) ?? []) all.add(one);
    }
  }
  return all;
}

/** What Halfway does that takes a right. */
export const acts = ["send", "hold", "release", "receive", "rollback", "abort"] as const;
export type Act = (typeof acts)[number];

/** What each takes (facts A19, C.8). */
const needs: Record<Act, readonly string[]> = {
  send: ["send"],
  hold: ["hold"],
  release: ["release"],
  receive: ["create", "mount", "receive"],
  rollback: ["create", "mount", "receive"],
  abort: ["destroy", "mount"],
};

/** Rights that newer versions know, and that suffice for a part of what the others allow. */
const narrower: Partial<Record<Act, Record<string, string>>> = { receive: { receive: "receive:append" } };

/** The rights that are missing for an act, as `zfs allow` calls them. */
export function missingFor(act: Act, rights: ReadonlySet<string>): string[] {
  return needs[act].filter((right) => {
    const part = narrower[act]?.[right];
    return !rights.has(right) && !(part !== undefined && rights.has(part));
  });
}
