import type { HostSummary, ListedReceive } from "@/server/api/hub";
import { type Said, say } from "@/server/say";
import { amounts, verdictOf } from "./words";

/** How a list of receives can be put in order. */
export const sorts = {
  need: say`What needs a person first`,
  name: say`Name`,
  held: say`Space held, largest first`,
  age: say`Age, oldest first`,
  left: say`Left to send, least first`,
} as const satisfies Record<string, Said>;
export type Sort = keyof typeof sorts;

/** Kinds of receives, as one filters them. */
export const kinds = {
  person: say`Needs a person`,
  "resumable-with-rollback": say`Needs a rollback`,
  blocked: say`Blocked`,
  unresumable: say`Cannot be finished`,
  unknown: say`Not known yet`,
  resumable: say`Can be resumed`,
  receiving: say`Being received`,
} as const satisfies Record<string, Said>;
export type Kind = keyof typeof kinds;

/** Which receives are shown, and in what order; empty for all. */
export type Filters = { q: string; host: string; kind: Kind | ""; sort: Sort | "" };

/** Reads filters from an address, and leaves out what is none. */
export function filtersOf(params: Pick<URLSearchParams, "get">): Filters {
  const [kind, sort] = [params.get("kind") ?? "", params.get("sort") ?? ""];
  return {
    q: params.get("q") ?? "",
    host: params.get("host") ?? "",
    kind: isKeyOf(kinds, kind) ? kind : "",
    sort: isKeyOf(sorts, sort) && sort !== "need" ? sort : "",
  };
}

function isKeyOf<T extends object>(all: T, key: string): key is keyof T & string {
  return Object.hasOwn(all, key);
}

/** Whether anything is left out. An order leaves out nothing. */
export function isNarrowed({ q, host, kind }: Filters): boolean {
  return q.trim() !== "" || host !== "" || kind !== "";
}

/** Whether a receive is among those that are asked for. */
export function fits(receive: ListedReceive, { q, host, kind }: Filters): boolean {
  if (host !== "" && receive.host !== host) return false;
  if (kind !== "" && !isOf(receive, kind)) return false;
  const wanted = q.trim().toLowerCase();
  return wanted === "" || namesOf(receive).some((name) => name.toLowerCase().includes(wanted));
}

/** Its own name and those of its source, also as that is called today. */
function namesOf(receive: ListedReceive): string[] {
  const { dataset, token } = receive;
  return [
    dataset,
    token.ok ? token.value.toName : "",
    ...Object.values(verdictOf(receive)?.source ?? {}).filter((name) => name !== null),
  ];
}

function isOf(receive: ListedReceive, kind: Kind): boolean {
  if (receive.activity.kind === "receiving") return kind === "receiving";
  const is = verdictOf(receive)?.kind ?? null;
  switch (kind) {
    case "person":
      return is !== null && is !== "resumable";
    case "unresumable":
      return is === "unresumable" || is === "zombie";
    case "unknown":
      return is === "unknown" || is === null;
    default:
      return is === kind;
  }
}

/** Places by need: the lower, the more it takes a person. */
type Ranks = ReadonlyMap<string, number>;

const rankOf = {
  blocked: 0,
  "resumable-with-rollback": 1,
  unresumable: 2,
  zombie: 2,
  unknown: 3,
  resumable: 4,
  receiving: 4,
} as const;
const needsNobody = 5;

/**
 * How much each receive needs a person. What Halfway receives stays where it was, or rows would move under the pointer of
 * whoever has just pressed Resume; what others receive needs nobody.
 */
export function ranksOf(receives: readonly ListedReceive[], before: Ranks): Ranks {
  return new Map(
    receives.map((receive) => {
      const { id, activity } = receive;
      if (activity.kind === "receiving" && activity.by === "other") return [id, needsNobody];
      if (activity.kind === "receiving") return [id, before.get(id) ?? rankOf.resumable];
      // What has not been judged yet most often turns out like that.
      return [id, rankOf[verdictOf(receive)?.kind ?? "resumable"]];
    }),
  );
}

const byName = new Intl.Collator("en", { numeric: true });

/** Compares receives in an order; what is not known comes last. */
function comparing(sort: Sort | "", ranks: Ranks): (one: ListedReceive, other: ListedReceive) => number {
  const named = (one: ListedReceive, other: ListedReceive) => byName.compare(one.dataset, other.dataset);
  const then = (difference: number, one: ListedReceive, other: ListedReceive) =>
    difference === 0 || Number.isNaN(difference) ? named(one, other) : difference;
  switch (sort) {
    case "name":
      return named;
    case "held":
      return (one, other) => then(Number(other.spaceHeld - one.spaceHeld), one, other);
    case "age":
      return (one, other) => then(one.began - other.began, one, other);
    case "left":
      return (one, other) => then(leftOf(one) - leftOf(other), one, other);
    default:
      return (one, other) =>
        then((ranks.get(one.id) ?? needsNobody) - (ranks.get(other.id) ?? needsNobody), one, other);
  }
}

function leftOf(receive: ListedReceive): number {
  const { left } = amounts(receive);
  return left === null ? Number.POSITIVE_INFINITY : Number(left);
}

/** The receives of a host that are shown, in order. */
export type Group = { host: HostSummary; receives: readonly ListedReceive[] };

/**
 * What a list shows: by host, each in order, and the hosts by what comes first on them.
 * @param held what is shown now, where nothing of that may move: those that come are added at the end.
 */
export function arrange(
  hosts: readonly HostSummary[],
  receivesByHost: ReadonlyMap<string, readonly ListedReceive[]>,
  filters: Filters,
  ranks: Ranks,
  held: readonly Group[] | null,
): Group[] {
  const compare = comparing(filters.sort, ranks);
  const before = held && new Map(held.map((group) => [group.host.name, group.receives]));
  const groups = hosts.flatMap((host): Group[] => {
    const shown = (receivesByHost.get(host.name) ?? []).filter((one) => fits(one, filters)).sort(compare);
    const known = before?.get(host.name);
    const receives = known ? keepPlaces(known, shown, ({ id }) => id) : shown;
    return receives.length === 0 ? [] : [{ host, receives }];
  });
  if (filters.sort !== "name") {
    groups.sort((one, other) => {
      const [first, second] = [one.receives[0], other.receives[0]];
      return first && second ? compare(first, second) : 0;
    });
  }
  return held ? keepPlaces(held, groups, ({ host }) => host.name) : groups;
}

function keepPlaces<T>(before: readonly T[], now: readonly T[], idOf: (one: T) => string): T[] {
  const places = new Map(before.map((one, at) => [idOf(one), at]));
  const place = (one: T) => places.get(idOf(one)) ?? before.length;
  return now.toSorted((one, other) => place(one) - place(other));
}
