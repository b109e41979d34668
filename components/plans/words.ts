import { formatBytes, plural } from "@/components/format";
import type { Loss, Plan } from "@/server/receives/plan";
import type { Intent, PartialReceive, Verdict } from "@/server/receives/types";

/** What the dialog of an intent is headed with. */
export function titleOf(intent: Intent, dataset: string): string {
  switch (intent) {
    case "resume":
      return `Resume ${dataset}`;
    case "resume-with-rollback":
      return `Resume ${dataset} with rollback`;
    case "start-over":
      return `Start ${dataset} over`;
    case "abort":
      return `Abort ${dataset}`;
  }
}

/** What happens, in a sentence or two; true before the plan is known, for it depends on intent and receive only. */
export function whatHappens(intent: Intent, { dataset, stateIn, token }: PartialReceive): string {
  switch (intent) {
    case "resume":
      return "Sends the rest, beginning where it stopped.";
    case "resume-with-rollback":
      return token.ok && token.value.fromGuid === null && stateIn === "%recv"
        ? `Sends the rest, beginning where it stopped. ${dataset} is not rolled back but replaced entirely: it is a full send.`
        : `Sends the rest, beginning where it stopped. ${dataset} is rolled back to where the stream fits.`;
    case "start-over":
      return "Discards what was received, then sends the whole snapshot again from its beginning.";
    case "abort":
      return stateIn === "dataset"
        ? `Discards what was received. ${dataset} was created by this receive and goes with it.`
        : "Discards what was received. It cannot be resumed after that.";
  }
}

/** Whether what an abort would discard can still be finished, in a sentence; null where aborting is no choice either. */
export function canStillBeFinished(verdict: Verdict | null): string | null {
  switch (verdict?.kind) {
    case undefined:
      return "Whether this can still be finished is being found out.";
    case "resumable":
    case "resumable-with-rollback":
      return "This can still be finished.";
    case "blocked":
      return "This can still be finished, once nothing is in its way any more.";
    case "unknown":
      return "It is not known whether this can still be finished.";
    case "unresumable":
      return "This cannot be finished, as far as all configured hosts know.";
    case "zombie":
    case "receiving":
      return null;
  }
}

/** What stays as it is. */
export function whatIsKept(plan: Plan, { dataset }: PartialReceive): string[] {
  const { intent, keeps, stays } = plan;
  const kept = [];
  if (intent === "resume" || intent === "resume-with-rollback")
    kept.push(`The ${formatBytes(keeps)} received so far`);
  if (stays && !plan.losses.some(({ what }) => what === "contents")) kept.push(staying(dataset, stays));
  if (intent === "abort" || intent === "start-over") kept.push("The source: nothing is changed there");
  return kept;
}

function staying(dataset: string, { snapshots, newest }: NonNullable<Plan["stays"]>): string {
  if (newest === null) return `${dataset} itself; it has no snapshots`;
  if (snapshots === 1) return `${dataset} itself with its snapshot ${newest}`;
  return `${dataset} itself with its ${plural(snapshots, "snapshot")}, the newest ${newest}`;
}

/** The snapshot that `-F` brings the target back to; null where nothing is rolled back. */
export function rollsBackTo({ intent, losses, stays }: Plan): string | null {
  const drops = losses.some(({ what }) => what === "snapshot" || what === "changes");
  const rollback = intent === "resume-with-rollback" || (intent === "start-over" && drops);
  return rollback ? (stays?.newest ?? null) : null;
}

/** What `-F` takes beyond the losses that are known now; null where it is not used, or there is nothing it could take. */
export function alsoLost({ intent, losses }: Plan): string | null {
  const force =
    intent === "resume-with-rollback" ||
    (intent === "start-over" &&
      losses.some(({ what }) => what === "snapshot" || what === "changes" || what === "contents"));
  if (!force) return null;
  return `What is changed or snapshotted there until it has finished goes${losses.length > 0 ? " as well" : ""}.`;
}

/** One thing that would be gone. */
export function lossWords({ what, name }: Loss): string {
  switch (what) {
    case "dataset":
      return `The dataset ${name}, with all that was received into it`;
    case "received-state":
      return `What was received so far, kept in ${name}`;
    case "snapshot":
      return `The snapshot ${name}`;
    case "contents":
      return `Everything in ${name}: this receive replaces it`;
    case "changes":
      return `What was changed in ${name} since its newest snapshot`;
  }
}

/** Its size. Of a snapshot ZFS knows only what nothing else holds. */
export function lossSize({ what, bytes }: Loss): string {
  return what === "snapshot" ? `${formatBytes(bytes)} only there` : formatBytes(bytes);
}

/** What the button says; it names the price where there is one. */
export function confirmWords(plan: Plan): string {
  switch (plan.intent) {
    case "resume":
      return "Resume";
    case "resume-with-rollback":
      return "Resume with rollback";
    case "start-over":
      return "Start over";
    case "continue":
      return "Continue";
    case "send":
      return "Send";
    case "abort":
      return `Abort and discard ${formatBytes(plan.losses.reduce((sum, { bytes }) => sum + bytes, 0n))}`;
  }
}

/** What an abort has done. */
export function abortedWords({ dataset, host, stateIn, spaceHeld }: PartialReceive): string {
  return stateIn === "dataset"
    ? `Aborted: ${dataset} is gone from ${host}, with the ${formatBytes(spaceHeld)} that it held.`
    : `Aborted: the ${formatBytes(spaceHeld)} received into ${dataset} on ${host} are discarded. The dataset itself is as it was.`;
}

/** What the button says while it is being done. */
export const doingWords: Record<Intent, string> = {
  resume: "Starting…",
  "resume-with-rollback": "Starting…",
  "start-over": "Starting…",
  abort: "Aborting…",
};
