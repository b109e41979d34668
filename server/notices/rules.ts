import picomatch from "picomatch";
import { z } from "zod";
import type { HostState, PartialReceive, Verdict } from "../receives/types";
import type { Transfer } from "../transfers/types";
import { type About, type Kind, kinds, type News, namesFor, sayings } from "./news";

const minute = 60_000;
const day = 24 * 60 * minute;

/** Patterns as shells have them: `*` within a name, `**` across slashes, `{a,b}`. */
const pattern = z.string().trim().min(1).max(300);
const ofHosts = { on: z.boolean(), urgent: z.boolean(), hosts: pattern };
const ofDatasets = { ...ofHosts, datasets: pattern };
const minutes = z
  .number()
  .min(0)
  .max(7 * 24 * 60);

/** What is told, of which hosts and datasets, and after how long. */
export const rulesSchema = z.strictObject({
  interrupted: z.strictObject({ ...ofDatasets, minutes }),
  stalled: z.strictObject({ ...ofDatasets, minutes: minutes.min(1) }),
  failed: z.strictObject(ofDatasets),
  unresumable: z.strictObject(ofDatasets),
  finished: z.strictObject(ofDatasets),
  unreachable: z.strictObject({ ...ofHosts, minutes }),
  pool: z.strictObject(ofHosts),
  old: z.strictObject({ ...ofDatasets, days: z.int().min(1).max(3_650) }),
}) satisfies z.ZodType<Record<Kind, unknown>>;
export type Rules = z.output<typeof rulesSchema>;

const everywhere = { on: true, urgent: false, hosts: "*", datasets: "**" };

/** All that needs a person. That something went well is told to those who want it. */
export const defaultRules: Rules = {
  interrupted: { ...everywhere, minutes: 5 },
  stalled: { ...everywhere, minutes: 15 },
  failed: everywhere,
  unresumable: everywhere,
  finished: { ...everywhere, on: false },
  unreachable: { on: true, urgent: false, hosts: "*", minutes: 10 },
  pool: { on: true, urgent: true, hosts: "*" },
  old: { ...everywhere, on: false, days: 7 },
};

/** What of a receive matters here. */
export type SeenReceive = Pick<
  PartialReceive,
  "id" | "host" | "dataset" | "fingerprint" | "spaceHeld" | "began" | "activity"
> & { verdict: Pick<Verdict, "kind" | "sentence"> | null };

/** Everything as it stands at a moment: what pages are told, too. */
export type World = {
  hosts: readonly Omit<HostState, "receives">[];
  receives: readonly SeenReceive[];
  transfers: readonly Transfer[];
};

/** What is remembered of something that was told, or may have to be. */
export type Standing = {
  kind: Kind;
  host: string;
  /** What it is the same thing by: with another mark it is a new one in the old one's place. */
  mark: string;
  since: number;
  /** When this very one was told; null where it was not. */
  toldAt: number | null;
  /** When anything was told in this place. */
  lastAt: number | null;
  endedAt: number | null;
};
export type Memory = ReadonlyMap<string, Standing>;

/** Something that lasts, for as long as it does. */
type Condition = About & {
  kind: Kind;
  key: string;
  mark: string;
  /** Null for since it was first seen. */
  since: number | null;
  /** How long it must have lasted. */
  after: number;
  /** Whether it has been told in other words, or was somebody's wish: then it is no news, also when those are forgotten. */
  explained?: boolean;
  says: (lasted: number) => News["says"];
};

/** What one look goes by. */
type Look = {
  rules: Rules;
  told: Record<Kind, Tells>;
  before: Memory;
  /** Whether it was told that a transfer failed, or is at this look. */
  isTold: (failed: Transfer) => boolean;
  /** Words of others with the names of hosts in them instead of addresses. */
  named: (text: string) => string;
};

/** How long the end of a transfer is remembered that is in view no longer. */
const forgottenAfter = 90 * day;

/**
 * Compares what was with what is. A cause is told once until it ends; one that comes back is told again only when the last
 * time was long enough ago. Where nothing is known, nothing has ended. Pure.
 * @param rest how long one place is silent after something was told of it, milliseconds.
 * @param begunAt since when anything is looked at: what ended before is no news.
 * @param heard whether anybody would be told. What lasts is news still when somebody is; what happens once is not.
 */
export function observe(
  before: Memory,
  world: World,
  { rules, rest, begunAt, heard }: { rules: Rules; rest: number; begunAt: number; heard: boolean },
  now: number,
): { memory: Memory; news: News[] } {
  const memory = new Map<string, Standing>();
  const news: News[] = [];
  const told = Object.fromEntries(kinds.map((kind) => [kind, tellerOf(rules, kind)])) as Record<Kind, Tells>;
  const put = (about: About, kind: Kind, says: News["says"]) => {
    const { host, dataset, pool, transferId } = about;
    news.push({ kind, at: now, urgent: rules[kind].urgent, host, dataset, pool, transferId, says });
  };
  const named = namesFor(world.hosts);
  /** Whether the end of a transfer is told at this look: what nobody was there to hear is told never. */
  const isNews = (transfer: Transfer) => {
    const { state, id, endedAt } = transfer;
    if (state !== "finished" && state !== "failed") return false;
    const known = before.has(`${state} ${id}`);
    return !known && heard && (endedAt ?? now) >= begunAt && told[state](transfer);
  };
  const isTold = (transfer: Transfer) =>
    isNews(transfer) || typeof before.get(`failed ${transfer.id}`)?.toldAt === "number";
  for (const condition of conditionsIn(world, { rules, told, before, isTold, named })) {
    const { kind, key, mark, host } = condition;
    const known = before.get(key);
    const same = known !== undefined && known.endedAt === null && known.mark === mark;
    const standing: Standing = same
      ? begunBy(known, now)
      : {
          ...{ kind, host, mark, since: Math.min(condition.since ?? now, now), toldAt: null },
          ...{ lastAt: known?.lastAt ?? null, endedAt: null },
        };
    if (condition.explained) {
      memory.set(key, standing.toldAt === null ? { ...standing, toldAt: now } : standing);
      continue;
    }
    const lasted = now - standing.since;
    // A clock that was set back must not silence a place for years.
    const rested = standing.lastAt === null || Math.abs(now - standing.lastAt) >= rest;
    if (standing.toldAt !== null || lasted < condition.after || !rested || !heard) {
      memory.set(key, standing);
      continue;
    }
    put(condition, kind, condition.says(lasted));
    memory.set(key, { ...standing, toldAt: now, lastAt: now });
  }
  for (const transfer of world.transfers) {
    const { host, state, id } = transfer;
    if (state !== "finished" && state !== "failed") continue;
    const key = `${state} ${id}`;
    const isNew = isNews(transfer);
    memory.set(key, before.get(key) ?? occurred(state, host, now, isNew));
    if (!isNew) continue;
    const { dataset, message } = transfer;
    const says =
      state === "failed"
        ? sayings.failed(host, dataset, message && named(message))
        : sayings.finished(host, dataset, transfer.before + transfer.sent);
    put({ host, dataset, pool: null, transferId: id }, state, says);
  }
  const undecided = undecidedIn(world);
  for (const [key, standing] of before) {
    if (memory.has(key)) continue;
    if (undecided(key, standing)) {
      memory.set(key, standing);
      continue;
    }
    const { kind, lastAt } = standing;
    const kept = kind === "finished" || kind === "failed" ? forgottenAfter : rest;
    if (lastAt === null || Math.abs(now - lastAt) >= kept) continue;
    // What is as it was is the same: whatever differs is written down.
    memory.set(key, standing.endedAt === null ? { ...standing, endedAt: now } : standing);
  }
  return { memory, news };
}

/** What lasts has begun by now, whatever the clock said when it did. */
function begunBy(standing: Standing, now: number): Standing {
  return standing.since > now ? { ...standing, since: now } : standing;
}

/** That something happened once, and whether it was told. */
function occurred(kind: Kind, host: string, now: number, told: boolean): Standing {
  return { kind, host, mark: "", since: now, toldAt: told ? now : null, lastAt: now, endedAt: now };
}

/** Everything that lasts at this moment, and is to be told when it has lasted long enough. */
function conditionsIn(
  { hosts, receives, transfers }: World,
  { rules, told, before, isTold, named }: Look,
): Condition[] {
  const online = new Set(hosts.filter(({ status }) => status === "online").map(({ name }) => name));
  /** What the last transfer left of a receive, with how it ended: that has been told, or was somebody's wish. */
  const explained = new Set(
    transfers.flatMap((transfer) => {
      const { host, dataset, left, state } = transfer;
      const known = state === "stopped" || (state === "failed" && isTold(transfer));
      return left !== null && known ? [`${host}:${dataset} ${left}`] : [];
    }),
  );
  const ofReceive = (receive: SeenReceive): Condition[] => {
    const { id, host, dataset, fingerprint, activity, verdict, spaceHeld, began } = receive;
    const about = { host, dataset, pool: null, transferId: null };
    const unresumable = verdict?.kind === "unresumable" && told.unresumable(about);
    // Until it is judged anew, the last judgement counts.
    const wasUnresumable = verdict?.kind === "unknown" && before.get(`unresumable ${id}`)?.endedAt === null;
    const idle = activity.kind === "idle" && verdict !== null && verdict.kind !== "zombie";
    const found: Condition[] = [];
    if (idle && !unresumable && !wasUnresumable && told.interrupted(about)) {
      found.push({
        ...{ ...about, kind: "interrupted", key: `interrupted ${id}`, mark: fingerprint },
        ...{ since: activity.since, after: rules.interrupted.minutes * minute },
        explained: explained.has(`${id} ${fingerprint}`),
        says: () => sayings.interrupted(host, dataset, spaceHeld, named(verdict.sentence)),
      });
    }
    if (activity.kind === "receiving" && activity.by === "other" && told.stalled(about)) {
      found.push(stalled(about, `${fingerprint} ${spaceHeld}`, rules));
    }
    if (unresumable) {
      found.push({
        ...{ ...about, kind: "unresumable", key: `unresumable ${id}`, mark: "", since: null, after: 0 },
        says: () => sayings.unresumable(host, dataset, named(verdict.sentence)),
      });
    }
    if (told.old(about)) {
      found.push({
        ...{ ...about, kind: "old", key: `old ${id}`, mark: String(began) },
        ...{ since: began, after: rules.old.days * day },
        says: (lasted) => sayings.old(host, dataset, spaceHeld, lasted),
      });
    }
    return found;
  };
  return [
    ...hosts
      .filter((host) => host.status === "offline" && told.unreachable({ host: host.name, dataset: null }))
      .map(
        ({ name: host, since }): Condition => ({
          ...{ host, dataset: null, pool: null, transferId: null },
          ...{ kind: "unreachable", key: `unreachable ${host}`, mark: "" },
          ...{ since, after: rules.unreachable.minutes * minute },
          says: (lasted) => sayings.unreachable(host, lasted),
        }),
      ),
    ...hosts
      .filter((host) => online.has(host.name) && told.pool({ host: host.name, dataset: null }))
      .flatMap(({ name: host, troubledPools }) =>
        troubledPools.map(
          ({ name: pool, health, readonly }): Condition => ({
            ...{ host, dataset: null, pool, transferId: null, kind: "pool", key: `pool ${host}:${pool}` },
            ...{ mark: `${health}${readonly ? ", read-only" : ""}`, since: null, after: 0 },
            says: () => sayings.pool(host, pool, health, readonly),
          }),
        ),
      ),
    ...receives.filter(({ host }) => online.has(host)).flatMap(ofReceive),
    ...transfers.flatMap((transfer) => {
      const { host, dataset, id, state, before, sent } = transfer;
      const moves = ["starting", "running", "stopping", "verifying", "waiting"].includes(state);
      if (!moves || !told.stalled(transfer)) return [];
      return [stalled({ host, dataset, pool: null, transferId: id }, `${before + sent}`, rules)];
    }),
  ];
}

function stalled(about: About & { dataset: string }, mark: string, rules: Rules): Condition {
  const { host, dataset } = about;
  return {
    ...{ ...about, kind: "stalled", key: `stalled ${host}:${dataset}`, mark, since: null },
    after: rules.stalled.minutes * minute,
    says: (lasted) => sayings.stalled(host, dataset, lasted),
  };
}

/** Of what nobody knows at this moment whether it still lasts: silence is no end. */
function undecidedIn({ hosts, receives }: World): (key: string, standing: Standing) => boolean {
  const status = new Map(hosts.map((host) => [host.name, host.status]));
  const notJudged = new Set(
    receives.flatMap(({ id, verdict }) => {
      if (verdict === null) return [`unresumable ${id}`, `interrupted ${id}`];
      return verdict.kind === "unknown" ? [`unresumable ${id}`] : [];
    }),
  );
  return (key, { kind, host, endedAt }) => {
    if (endedAt !== null) return false;
    if (status.get(host) === "reading") return true;
    if (status.get(host) === "offline" && kind !== "unreachable") return true;
    return notJudged.has(key);
  };
}

type Tells = (about: { host: string; dataset: string | null }) => boolean;

/** Whether a rule is on, and fits. */
function tellerOf(rules: Rules, kind: Kind): Tells {
  const rule = rules[kind];
  if (!rule.on) return () => false;
  const host = picomatch(rule.hosts, { dot: true });
  const dataset = "datasets" in rule ? picomatch(rule.datasets, { dot: true }) : null;
  return (about) =>
    host(about.host) && (dataset === null || about.dataset === null || dataset(about.dataset));
}
