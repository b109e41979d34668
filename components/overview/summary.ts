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
  const reading = hosts.filter(({ status }) => status === "reading");
  const checkedAt = online.reduce<number | null>(
    (oldest, { answeredAt }) => (answeredAt === null ? oldest : Math.min(oldest ?? answeredAt, answeredAt)),
    null,
  );
  const caveats = [
    offline.length > 0 &&
      `${names(offline)} ${offline.length === 1 ? "does" : "do"} not answer, so what is there now is not known.`,
    reading.length > 0 && `${names(reading)} ${reading.length === 1 ? "is" : "are"} still being read.`,
  ].filter((caveat) => caveat !== false);
  const caveat = caveats.length === 0 ? null : caveats.join(" ");
  const common = { caveat, checkedAt };

  if (stopped.length > 0) {
    const on = new Set(stopped.map(({ host }) => host)).size;
    const held = stopped.reduce((sum, { spaceHeld }) => sum + spaceHeld, 0n);
    const sentence = `${plural(stopped.length, "receive")} stopped half-way on ${plural(on, "host")}, holding ${formatBytes(held)}.`;
    return { ...common, mood: "attention", sentence: sentence + beingReceived(arriving) };
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
    caveat === null ? answering : `the ${answering} that ${online.length === 1 ? "answers" : "answer"}`;
  const mood = offline.length > 0 ? "unknown" : reading.length > 0 ? "reading" : "fine";
  return { ...common, mood, sentence: `Nothing is interrupted on ${where}.` };
}

function names(hosts: readonly HostSummary[]): string {
  return hosts.map(({ name }) => name).join(", ");
}

function beingReceived(count: number): string {
  if (count === 0) return "";
  return ` ${count} ${count === 1 ? "is" : "are"} being received now.`;
}
