import { formatBytes } from "@/components/format";
import type { Loss, Plan } from "@/server/receives/plan";
import type { Intent, PartialReceive } from "@/server/receives/types";

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

/** What happens, in a sentence; true before the plan is known, for it depends on the intent and the state only. */
export function whatHappens(intent: Intent, { dataset, stateIn }: PartialReceive): string {
  switch (intent) {
    case "resume":
      return "Sends the rest, beginning where it stopped.";
    case "resume-with-rollback":
      return `Sends the rest, beginning where it stopped. ${dataset} is rolled back to where the stream fits.`;
    case "start-over":
      return "Discards what was received, then sends the whole snapshot again from its beginning.";
    case "abort":
      return stateIn === "dataset"
        ? `Discards what was received. ${dataset} was created by this receive and goes with it.`
        : "Discards what was received. It cannot be resumed after that.";
  }
}

/** What stays as it is. */
export function whatIsKept({ intent, keeps }: Plan, { dataset, stateIn }: PartialReceive): string[] {
  const kept = [];
  if (intent === "resume" || intent === "resume-with-rollback")
    kept.push(`The ${formatBytes(keeps)} received so far`);
  if (stateIn === "%recv" && intent === "abort") kept.push(`${dataset} itself, with its snapshots`);
  if (stateIn === "%recv" && intent === "resume") kept.push(`Everything in ${dataset}`);
  if (intent === "abort" || intent === "start-over") kept.push("The source: nothing is changed there");
  return kept;
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
    case "changes":
      return `What changed in ${name} since its newest snapshot`;
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
    case "abort":
      return `Abort and discard ${formatBytes(plan.losses.reduce((sum, { bytes }) => sum + bytes, 0n))}`;
  }
}

/** What the button says while it is being done. */
export const doingWords: Record<Intent, string> = {
  resume: "Starting…",
  "resume-with-rollback": "Starting…",
  "start-over": "Starting…",
  abort: "Aborting…",
};
