import { formatBytes } from "@/components/format";
import type { ListedReceive, ListedVerdict } from "@/server/api/hub";
import type { Obstacle, Remedy, Verdict } from "@/server/receives/types";
import { counted, joined, type Said, say } from "@/server/say";

type Resuming = "resume" | "resume-with-rollback";

/**
 * What is known of whether a receive that has stopped can be finished. Null while that is being found out: a verdict
 * from when it was still being received says nothing about that.
 */
export function verdictOf<V extends ListedVerdict>({ verdict }: { verdict: V | null }): V | null {
  return verdict?.kind === "receiving" ? null : verdict;
}

/** Why an intent is not offered; null where it is. Before there is a verdict everything is: the server looks itself. */
export function refusalOf(receive: ListedReceive, intent: keyof ListedVerdict["refusals"]): string | null {
  return verdictOf(receive)?.refusals[intent] ?? null;
}

/** The verdict in the few words that follow “Stopped half-way”. */
export function verdictWords(verdict: ListedVerdict | null): Said {
  switch (verdict?.kind) {
    case undefined:
    case "receiving":
      return say`finding out whether it can be finished…`;
    case "resumable":
      return say`can be resumed`;
    case "resumable-with-rollback":
      return say`can be finished with a rollback`;
    case "blocked":
      return isCertain(verdict)
        ? say`blocked by ${inTheWay(verdict.obstacles)}`
        : say`probably blocked by ${inTheWay(verdict.obstacles)}`;
    case "unresumable":
      return say`cannot be finished`;
    case "zombie":
      return say`leftover token`;
    case "unknown":
      return say`not known whether it can be finished`;
  }
}

/** Whether what blocks a receive surely does. What the rest needs on disk is an estimate. */
export function isCertain(verdict: Extract<ListedVerdict, { kind: "blocked" }>): boolean {
  return verdict.obstacles.some(({ certain }) => certain);
}

const obstacleWords: Record<Obstacle["what"], Said> = {
  "pool-suspended": say`a suspended pool`,
  "pool-readonly": say`a read-only pool`,
  "missing-feature": say`a missing pool feature`,
  "target-key": say`a key that is not loaded`,
  "source-key": say`a key that is not loaded`,
  quota: say`a quota`,
  space: say`a lack of space`,
  "held-snapshot": say`a held snapshot`,
  "cloned-snapshot": say`a cloned snapshot`,
  "last-attempt": say`what the last attempt ran into`,
};

function inTheWay(obstacles: readonly Pick<Obstacle, "what">[]): Said {
  const all = [...new Set(obstacles.map(({ what }) => obstacleWords[what]))];
  const [last, ...before] = all.toReversed();
  return last && before.length > 0
    ? say`${joined(before.toReversed(), ", ")} and ${last}`
    : (last ?? say`something`);
}

/** How a receive is finished: what a button of that says, without the dots that announce a dialog. */
export type WayToFinish = { intent: Resuming; label: Said; anyway: boolean };

/** The gentlest way to finish a receive that is offered; null where none is. */
export function wayToFinish(receive: ListedReceive): WayToFinish | null {
  if (refusalOf(receive, "resume") === null) {
    const anyway = verdictOf(receive)?.kind === "blocked";
    return { intent: "resume", label: anyway ? say`Resume anyway` : say`Resume`, anyway };
  }
  if (refusalOf(receive, "resume-with-rollback") === null) {
    return { intent: "resume-with-rollback", label: say`Resume with rollback`, anyway: false };
  }
  return null;
}

/** What a button that finishes a receive is called, for those who do not see beside what it stands. */
export function finishName(way: WayToFinish | null, dataset: string): Said {
  if (way?.intent === "resume-with-rollback") return say`Resume with rollback ${dataset}`;
  return way?.anyway ? say`Resume anyway ${dataset}` : say`Resume ${dataset}`;
}

/** Whether an intent is shown, and confirmed, before it starts. One click is enough for what is gentle and looks right. */
export function needsDialog(receive: ListedReceive, intent: Resuming): boolean {
  return intent !== "resume" || (verdictOf(receive)?.cautions.length ?? 0) > 0;
}

/** What a person would do next with an idle receive, which one button stands out for; null where nothing helps. */
export function primaryAction(receive: ListedReceive): Resuming | "abort" | "look-again" | null {
  const way = wayToFinish(receive);
  if (way) return way.intent;
  switch (verdictOf(receive)?.kind) {
    case "unresumable":
      return refusalOf(receive, "abort") === null ? "abort" : null;
    case "blocked":
    case "unknown":
      return "look-again";
    default:
      return null;
  }
}

/** Whether looking again may tell something new: what is in the way can be removed, a host may answer again. */
export function worthAnotherLook(verdict: ListedVerdict | null): boolean {
  return verdict !== null && !["resumable", "resumable-with-rollback", "receiving"].includes(verdict.kind);
}

/** What can be done about everything that is in the way, by the host where it is done. */
export function remediesByHost(verdict: Verdict | null): { host: string; remedies: Remedy[] }[] {
  if (verdict?.kind !== "blocked") return [];
  const hosts = new Map<string, Map<string, Remedy>>();
  for (const remedy of verdict.obstacles.flatMap(({ remedies }) => remedies)) {
    const onHost = hosts.get(remedy.host) ?? new Map<string, Remedy>();
    hosts.set(remedy.host, onHost.set(remedy.command, remedy));
  }
  return [...hosts].map(([host, remedies]) => ({ host, remedies: [...remedies.values()] }));
}

/** What was received of a receive that has stopped, and what is left to send; null where that is not known. */
export function amounts(receive: ListedReceive): { received: bigint | null; left: bigint | null } {
  return {
    received: receive.token.ok ? receive.token.value.bytes : null,
    left: verdictOf(receive)?.remaining ?? null,
  };
}

/**
 * Why one click does not resume a receive now; null where it does. Together with others, nothing less gentle is done.
 * @param silent hosts that do not answer.
 */
export function notTogether(receive: ListedReceive, silent: ReadonlySet<string>): Said | null {
  const { activity, host } = receive;
  if (silent.has(host)) return say`${host} does not answer.`;
  if (activity.kind === "receiving") return say`It is being received already.`;
  const verdict = verdictOf(receive);
  if (verdict === null) return say`Whether it can be finished is still being found out.`;
  if (verdict.kind !== "resumable") return whyNot(verdict);
  if (needsDialog(receive, "resume")) return say`Something looks wrong with it: resume it by itself.`;
  return null;
}

function whyNot(verdict: ListedVerdict): Said {
  switch (verdict.kind) {
    case "resumable-with-rollback":
      return say`It takes a rollback, which destroys something: look at it by itself.`;
    case "blocked":
      return say`Something is in its way.`;
    case "unknown":
      return say`It is not known whether it can be finished.`;
    default:
      return say`It cannot be finished.`;
  }
}

/** What is left to send of several receives; of some it may not be known. */
export function leftOfAll(receives: readonly ListedReceive[]): Said {
  const known = receives.map((one) => amounts(one).left).filter((left) => left !== null);
  const sum = formatBytes(known.reduce((all, left) => all + left, 0n));
  const unknown = receives.length - known.length;
  if (unknown === 0) return say`${sum} left to send`;
  if (known.length === 0) return say`what is left to send is not known`;
  return counted(
    unknown,
    say`${sum} left to send, and of 1 it is not known`,
    say`${sum} left to send, and of ${unknown} it is not known`,
  );
}

/** Receives by the host they are on, in the order of the first of each. */
export function byHost(receives: readonly ListedReceive[]): Map<string, ListedReceive[]> {
  const hosts = new Map<string, ListedReceive[]>();
  for (const receive of receives) {
    const on = hosts.get(receive.host);
    if (on) on.push(receive);
    else hosts.set(receive.host, [receive]);
  }
  return hosts;
}
