import type { Obstacle, PartialReceive, Remedy, Verdict } from "@/server/receives/types";

type Resuming = "resume" | "resume-with-rollback";

/**
 * What is known of whether a receive that has stopped can be finished. Null while that is being found out: a verdict
 * from when it was still being received says nothing about that.
 */
export function verdictOf({ verdict }: PartialReceive): Verdict | null {
  return verdict?.kind === "receiving" ? null : verdict;
}

/** Why an intent is not offered; null where it is. Before there is a verdict everything is: the server looks itself. */
export function refusalOf(receive: PartialReceive, intent: keyof Verdict["refusals"]): string | null {
  return verdictOf(receive)?.refusals[intent] ?? null;
}

/** The verdict in the few words that follow “Stopped half-way”. */
export function verdictWords(verdict: Verdict | null): string {
  switch (verdict?.kind) {
    case undefined:
    case "receiving":
      return "finding out whether it can be finished…";
    case "resumable":
      return "can be resumed";
    case "resumable-with-rollback":
      return "can be finished with a rollback";
    case "blocked":
      return `${isCertain(verdict) ? "blocked" : "probably blocked"} by ${inTheWay(verdict.obstacles)}`;
    case "unresumable":
      return "cannot be finished";
    case "zombie":
      return "leftover token";
    case "unknown":
      return "not known whether it can be finished";
  }
}

/** Whether what blocks a receive surely does. What the rest needs on disk is an estimate. */
export function isCertain(verdict: Extract<Verdict, { kind: "blocked" }>): boolean {
  return verdict.obstacles.some(({ certain }) => certain);
}

const obstacleWords: Record<Obstacle["what"], string> = {
  "pool-suspended": "a suspended pool",
  "pool-readonly": "a read-only pool",
  "missing-feature": "a missing pool feature",
  "target-key": "a key that is not loaded",
  "source-key": "a key that is not loaded",
  quota: "a quota",
  space: "a lack of space",
  "held-snapshot": "a held snapshot",
  "cloned-snapshot": "a cloned snapshot",
  "last-attempt": "what the last attempt ran into",
};

function inTheWay(obstacles: readonly Obstacle[]): string {
  return [...new Set(obstacles.map(({ what }) => obstacleWords[what]))].join(" and ");
}

/** How a receive is finished: what the button of that says, without the dots that announce a dialog. */
export type WayToFinish = { intent: Resuming; label: string };

/** The gentlest way to finish a receive that is offered; null where none is. */
export function wayToFinish(receive: PartialReceive): WayToFinish | null {
  if (refusalOf(receive, "resume") === null) {
    const despite = verdictOf(receive)?.kind === "blocked";
    return { intent: "resume", label: despite ? "Resume anyway" : "Resume" };
  }
  if (refusalOf(receive, "resume-with-rollback") === null) {
    return { intent: "resume-with-rollback", label: "Resume with rollback" };
  }
  return null;
}

/** Whether an intent is shown, and confirmed, before it starts. One click is enough for what is gentle and looks right. */
export function needsDialog(receive: PartialReceive, intent: Resuming): boolean {
  return intent !== "resume" || (verdictOf(receive)?.cautions.length ?? 0) > 0;
}

/** What a person would do next with an idle receive, which one button stands out for; null where nothing helps. */
export function primaryAction(receive: PartialReceive): Resuming | "abort" | "look-again" | null {
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
export function worthAnotherLook(verdict: Verdict | null): boolean {
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
