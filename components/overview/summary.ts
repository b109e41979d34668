import { formatBytes, plural } from "@/components/format";
import type { HostSummary } from "@/server/api/hub";
import type { PartialReceive } from "@/server/receives/types";

/** The answer to “am I fine?”. */
export type Summary = {
  mood: "fine" | "busy" | "attention" | "unknown" | "reading";
  sentence: string;
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
  const reading = hosts.length - offline.length - online.length;
  const checkedAt = online.reduce<number | null>(
    (oldest, { answeredAt }) => (answeredAt === null ? oldest : Math.min(oldest ?? answeredAt, answeredAt)),
    null,
  );
  const caveat =
    offline.length === 0
      ? null
      : `${offline.map(({ name }) => name).join(", ")} ${offline.length === 1 ? "does" : "do"} not answer, so what is there now is not known.`;
  const common = { caveat, checkedAt };

  if (stopped.length > 0) {
    const on = new Set(stopped.map(({ host }) => host)).size;
    const held = stopped.reduce((sum, { spaceHeld }) => sum + spaceHeld, 0n);
    const sentence = `${plural(stopped.length, "receive")} stopped half-way on ${plural(on, "host")}, holding ${formatBytes(held)}.`;
    return { ...common, mood: "attention", sentence: sentence + beingReceived(arriving) };
  }
  if (arriving > 0)
    return { ...common, mood: "busy", sentence: `Nothing waits for you.${beingReceived(arriving)}` };
  if (online.length === 0 && reading > 0)
    return { ...common, mood: "reading", sentence: `Reading ${plural(reading, "host")}…` };
  if (online.length === 0) {
    return {
      ...common,
      mood: "unknown",
      sentence: "No host answers, so whether anything is interrupted is not known.",
      caveat: null,
    };
  }
  return {
    ...common,
    mood: offline.length > 0 ? "unknown" : "fine",
    sentence: `Nothing is interrupted on ${online.length === hosts.length ? plural(online.length, "host") : `the ${plural(online.length, "host")} that ${online.length === 1 ? "answers" : "answer"}`}.`,
  };
}

function beingReceived(count: number): string {
  if (count === 0) return "";
  return ` ${count} ${count === 1 ? "is" : "are"} being received now.`;
}
