import { formatBytes, plural } from "@/components/format";
import { isCertain, verdictOf } from "@/components/receives/words";
import type { HostSummary } from "@/server/api/hub";
import type { PartialReceive, Verdict } from "@/server/receives/types";

/** The answer to “am I fine?”. */
export type Summary = {
  mood: "fine" | "busy" | "attention" | "unknown" | "reading";
  sentence: string;
  /** How many of those that stopped can be finished, as far as that has been found out; null where it has not. */
  outlook: string | null;
  /** What the sentence cannot vouch for; null where everything is known. */
  caveat: string | null;
  /** The oldest reading that the sentence rests on, milliseconds. */
  checkedAt: number | null;
};

/** Puts all hosts and receives in a sentence or two. What is not known is never counted as “nothing”. */
export function summarise(hosts: readonly HostSummary[], receives: readonly PartialReceive[]): Summary {
  const stopped = receives.filter(({ activity }) => activity.kind === "idle");
  const arriving = receives.length - stopped.length;
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
    offline.length > 0 &&
      `${names(offline)} ${offline.length === 1 ? "does" : "do"} not answer, so what is there now is not known.`,
    reading.length > 0 && `${names(reading)} ${reading.length === 1 ? "is" : "are"} still being read.`,
    ...pools.map(poolCaveat),
  ].filter((caveat) => caveat !== false);
  const caveat = caveats.length === 0 ? null : caveats.join(" ");
  const common = { outlook: null, caveat, checkedAt };

  if (stopped.length > 0) {
    const on = new Set(stopped.map(({ host }) => host)).size;
    const held = stopped.reduce((sum, { spaceHeld }) => sum + spaceHeld, 0n);
    const sentence = `${plural(stopped.length, "receive")} stopped half-way on ${plural(on, "host")}, holding ${formatBytes(held)}.`;
    const outlook = outlookOf(stopped.map(verdictOf));
    return { ...common, mood: "attention", sentence: sentence + beingReceived(arriving), outlook };
  }
  if (arriving > 0)
    return { ...common, mood: "busy", sentence: `Nothing waits for you.${beingReceived(arriving)}` };
  if (online.length === 0 && reading.length > 0) {
    return { ...common, mood: "reading", sentence: `Reading ${plural(reading.length, "host")}…` };
  }
  if (online.length === 0) {
    const sentence = "No host answers, so whether anything is interrupted is not known.";
    return { ...common, mood: "unknown", sentence, caveat: null };
  }
  const answering = plural(online.length, "host");
  const where =
    online.length === hosts.length
      ? answering
      : `the ${answering} that ${online.length === 1 ? "answers" : "answer"}`;
  const asFar = unreadable.length > 0 ? ", as far as it can be read" : "";
  const known = offline.length === 0 && unreadable.length === 0;
  const mood = !known ? "unknown" : reading.length > 0 ? "reading" : "fine";
  return { ...common, mood, sentence: `Nothing is interrupted on ${where}${asFar}.` };
}

/** Counts what was judged. What has not been yet is not counted as anything. */
function outlookOf(verdicts: readonly (Verdict | null)[]): string | null {
  const judged = verdicts.filter((verdict) => verdict !== null);
  const count = (kind: Verdict["kind"]) => judged.filter((verdict) => verdict.kind === kind).length;
  const resumable = count("resumable");
  const rollback = count("resumable-with-rollback");
  const blocked = count("blocked");
  const surely = judged.some((verdict) => verdict.kind === "blocked" && isCertain(verdict));
  const dead = count("unresumable");
  const tokens = count("zombie");
  const unknown = count("unknown");
  const parts = [
    resumable > 0 && `${resumable} can be resumed now`,
    rollback > 0 && `${rollback} ${resumable > 0 ? "" : "can be finished "}with a rollback`,
    blocked > 0 && `${blocked} ${blocked === 1 ? "is" : "are"} ${surely ? "" : "probably "}blocked`,
    dead > 0 && `${dead} cannot be finished`,
    tokens > 0 && `${tokens} ${tokens === 1 ? "is a leftover token" : "are leftover tokens"}`,
    unknown > 0 && `of ${unknown} it is not known`,
  ].filter((part) => part !== false);
  const words = parts.join(", ");
  return words === "" ? null : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Whether what is on a pool can be read. */
function readable(health: string): boolean {
  return health === "ONLINE" || health === "DEGRADED";
}

function poolCaveat({ host, name, health }: HostSummary["troubledPools"][number] & { host: string }): string {
  const pool = `The pool ${name} on ${host}`;
  if (readable(health)) return `${pool} is read-only; nothing on it can be finished or aborted.`;
  const how = health === "SUSPENDED" ? "is suspended" : `does not answer (${health})`;
  return `${pool} ${how}; what is on it cannot be read.`;
}

function names(hosts: readonly HostSummary[]): string {
  return hosts.map(({ name }) => name).join(", ");
}

function beingReceived(count: number): string {
  if (count === 0) return "";
  return ` ${count} ${count === 1 ? "is" : "are"} being received now.`;
}
