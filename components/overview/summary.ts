import { formatBytes } from "@/components/format";
import type { HostSummary, Tally } from "@/server/api/hub";
import { counted, joined, type Said, say } from "@/server/say";

/** The answer to “am I fine?”. */
export type Summary = {
  mood: "fine" | "busy" | "attention" | "unknown" | "reading" | "unset";
  sentence: Said;
  /** How many of those that stopped can be finished, as far as that has been found out; null where it has not. */
  outlook: Said | null;
  /** What the sentence cannot vouch for; null where everything is known. */
  caveat: Said | null;
  /** What a good answer rests on; null where it is not that good. */
  looked: Said | null;
  /** The oldest reading that the sentence rests on, milliseconds. */
  checkedAt: number | null;
};

/** Puts all hosts and receives in a sentence or two. What is not known is never counted as “nothing”. */
export function summarise(hosts: readonly HostSummary[], tallies: ReadonlyMap<string, Tally>): Summary {
  const all = [...tallies.values()];
  const stopped = sum(all.map((tally) => tally.stopped));
  const arriving = sum(all.map((tally) => tally.arriving));
  const offline = hosts.filter(({ status }) => status === "offline");
  const online = hosts.filter(({ status }) => status === "online");
  const reading = hosts.filter(({ status }) => status === "reading");
  const checkedAt = online.reduce<number | null>(
    (oldest, { answeredAt }) => (answeredAt === null ? oldest : Math.min(oldest ?? answeredAt, answeredAt)),
    null,
  );
  const pools = hosts
    .filter(({ status }) => status !== "offline")
    .flatMap(({ name, troubledPools }) => troubledPools.map((pool) => ({ ...pool, host: name })));
  const unreadable = pools.filter(({ health }) => !readable(health));
  const caveats = [
    ...some(offline, (names, count) =>
      counted(
        count,
        say`${names} does not answer, so what is there now is not known.`,
        say`${names} do not answer, so what is there now is not known.`,
      ),
    ),
    ...some(reading, (names, count) =>
      counted(count, say`${names} is still being read.`, say`${names} are still being read.`),
    ),
    ...pools.map(poolCaveat),
  ];
  const caveat = caveats.length === 0 ? null : joined(caveats);
  const common = { outlook: null, caveat, looked: null, checkedAt };

  if (hosts.length === 0) return { ...common, mood: "unset", sentence: say`No host is known yet.` };
  if (stopped > 0) {
    const on = hostsIn(all.filter((tally) => tally.stopped > 0).length);
    const held = formatBytes(all.reduce((bytes, tally) => bytes + tally.held, 0n));
    const sentence = counted(
      stopped,
      say`1 receive stopped half-way on ${on}, holding ${held}.`,
      say`${stopped} receives stopped half-way on ${on}, holding ${held}.`,
    );
    const outlook = outlookOf(all);
    return {
      ...common,
      mood: "attention",
      sentence: joined([sentence, ...beingReceived(arriving)]),
      outlook,
    };
  }
  if (arriving > 0) {
    const sentence = joined([say`Nothing waits for you.`, ...beingReceived(arriving)]);
    return { ...common, mood: "busy", sentence };
  }
  if (online.length === 0 && reading.length > 0) {
    return { ...common, mood: "reading", sentence: say`Reading ${hostsIn(reading.length)}…` };
  }
  if (online.length === 0) {
    const sentence = say`No host answers, so whether anything is interrupted is not known.`;
    return { ...common, mood: "unknown", sentence, caveat: null };
  }
  const where =
    online.length === hosts.length
      ? hostsIn(online.length)
      : counted(online.length, say`the 1 host that answers`, say`the ${online.length} hosts that answer`);
  const sentence =
    unreadable.length > 0
      ? say`Nothing is interrupted on ${where}, as far as it can be read.`
      : say`Nothing is interrupted on ${where}.`;
  if (offline.length > 0 || unreadable.length > 0) return { ...common, mood: "unknown", sentence };
  if (reading.length > 0) return { ...common, mood: "reading", sentence };
  const looked = online.length <= namedAtMost ? hostNames(online) : hostsIn(online.length);
  return {
    ...{ ...common, mood: "fine", sentence },
    looked:
      pools.length > 0
        ? say`Every dataset on ${looked} was looked at.`
        : say`Every dataset on ${looked} was looked at, and all pools there answer.`,
  };
}

/** More names than these nobody reads. */
const namedAtMost = 6;

/** Counts what was judged, and what has not been yet. */
function outlookOf(tallies: readonly Tally[]): Said | null {
  const count = (kind: keyof Tally["verdicts"]) => sum(tallies.map(({ verdicts }) => verdicts[kind] ?? 0));
  const [resumable, rollback, blocked] = [
    count("resumable"),
    count("resumable-with-rollback"),
    count("blocked"),
  ];
  const surely = sum(tallies.map(({ surelyBlocked }) => surelyBlocked));
  const perhaps = blocked - surely;
  const [dead, tokens, unknown] = [count("unresumable"), count("zombie"), count("unknown")];
  const judged = resumable + rollback + blocked + dead + tokens + unknown;
  const open = Math.max(0, sum(tallies.map(({ stopped }) => stopped)) - judged);
  const parts = [
    ...when(resumable, say`${resumable} can be resumed now`),
    ...when(
      rollback,
      resumable > 0 ? say`${rollback} with a rollback` : say`${rollback} can be finished with a rollback`,
    ),
    ...when(surely, counted(surely, say`1 is blocked`, say`${surely} are blocked`)),
    ...when(perhaps, counted(perhaps, say`1 is probably blocked`, say`${perhaps} are probably blocked`)),
    ...when(dead, say`${dead} cannot be finished`),
    ...when(tokens, counted(tokens, say`1 is a leftover token`, say`${tokens} are leftover tokens`)),
    ...when(unknown, say`${unknown} not known yet`),
    ...when(open, counted(open, say`1 is being looked into`, say`${open} are being looked into`)),
  ];
  return parts.length === 0 ? null : say`${joined(parts, say`, `)}.`;
}

function when(count: number, words: Said): Said[] {
  return count > 0 ? [words] : [];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/** Whether what is on a pool can be read. */
function readable(health: string): boolean {
  return health === "ONLINE" || health === "DEGRADED";
}

function poolCaveat({ host, name, health }: HostSummary["troubledPools"][number] & { host: string }): Said {
  if (readable(health)) {
    return say`The pool ${name} on ${host} is read-only; nothing on it can be finished or aborted.`;
  }
  return health === "SUSPENDED"
    ? say`The pool ${name} on ${host} is suspended; what is on it cannot be read.`
    : say`The pool ${name} on ${host} does not answer (${health}); what is on it cannot be read.`;
}

function hostNames(hosts: readonly HostSummary[]): string {
  return hosts.map(({ name }) => name).join(", ");
}

function some(hosts: readonly HostSummary[], words: (names: string, count: number) => Said): Said[] {
  return hosts.length === 0 ? [] : [words(hostNames(hosts), hosts.length)];
}

function hostsIn(count: number): Said {
  return counted(count, say`1 host`, say`${count} hosts`);
}

function beingReceived(count: number): Said[] {
  if (count === 0) return [];
  return [counted(count, say`1 is being received now.`, say`${count} are being received now.`)];
}
