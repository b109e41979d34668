import { formatBytes } from "@/components/format";
import type { ListedReceive, ListedVerdict } from "@/server/api/hub";
import type { Loss, Plan } from "@/server/receives/plan";
import type { Intent } from "@/server/receives/types";
import { counted, type Said, say } from "@/server/say";

/** What the dialog of an intent is headed with. */
export function titleOf(intent: Intent, dataset: string): Said {
  switch (intent) {
    case "resume":
      return say`Resume ${dataset}`;
    case "resume-with-rollback":
      return say`Resume ${dataset} with rollback`;
    case "start-over":
      return say`Start ${dataset} over`;
    case "abort":
      return say`Abort ${dataset}`;
  }
}

/** What happens, in a sentence or two; true before the plan is known, for it depends on intent and receive only. */
export function whatHappens(intent: Intent, { dataset, stateIn, token }: ListedReceive): Said {
  switch (intent) {
    case "resume":
      return say`Sends the rest, beginning where it stopped.`;
    case "resume-with-rollback":
      return token.ok && token.value.fromGuid === null && stateIn === "%recv"
        ? say`Sends the rest, beginning where it stopped. ${dataset} is not rolled back but replaced entirely: it is a full send.`
        : say`Sends the rest, beginning where it stopped. ${dataset} is rolled back to where the stream fits.`;
    case "start-over":
      return say`Discards what was received, then sends the whole snapshot again from its beginning.`;
    case "abort":
      return stateIn === "dataset"
        ? say`Discards what was received. ${dataset} was created by this receive and goes with it.`
        : say`Discards what was received. It cannot be resumed after that.`;
  }
}

/** Whether what an intent would discard can still be finished, in a sentence; null where nothing can be said about that. */
export function canStillBeFinished(verdict: ListedVerdict | null): Said | null {
  switch (verdict?.kind) {
    case undefined:
      return say`Whether this can still be finished is being found out.`;
    case "resumable":
    case "resumable-with-rollback":
      return say`This can still be finished.`;
    case "blocked":
      return say`This can still be finished, once nothing is in its way any more.`;
    case "unknown":
      return say`It is not known whether this can still be finished.`;
    case "unresumable":
      return say`This cannot be finished, as far as all configured hosts know.`;
    case "zombie":
    case "receiving":
      return null;
  }
}

/** What stays as it is. */
export function whatIsKept(plan: Plan, { dataset }: ListedReceive): Said[] {
  const { intent, keeps, stays } = plan;
  const kept: Said[] = [];
  if (intent === "resume" || intent === "resume-with-rollback")
    kept.push(say`The ${formatBytes(keeps)} received so far`);
  if (stays && !plan.losses.some(({ what }) => what === "contents")) kept.push(staying(dataset, stays));
  if (intent === "abort" || intent === "start-over") kept.push(say`The source: nothing is changed there`);
  return kept;
}

function staying(dataset: string, { snapshots, newest }: NonNullable<Plan["stays"]>): Said {
  if (newest === null) return say`${dataset} itself; it has no snapshots`;
  return counted(
    snapshots,
    say`${dataset} itself with its snapshot ${newest}`,
    say`${dataset} itself with its ${snapshots} snapshots, the newest ${newest}`,
  );
}

/** The snapshot that `-F` brings the target back to; null where nothing is rolled back. */
export function rollsBackTo({ intent, losses, stays }: Plan): string | null {
  const drops = losses.some(({ what }) => what === "snapshot" || what === "changes");
  const rollback = intent === "resume-with-rollback" || (intent === "start-over" && drops);
  return rollback ? (stays?.newest ?? null) : null;
}

/** What `-F` takes beyond the losses that are known now; null where it is not used, or there is nothing it could take. */
export function alsoLost({ intent, losses }: Plan): Said | null {
  const force =
    intent === "resume-with-rollback" ||
    (intent === "start-over" &&
      losses.some(({ what }) => what === "snapshot" || what === "changes" || what === "contents"));
  if (!force) return null;
  return losses.length > 0
    ? say`What is changed or snapshotted there until it has finished goes as well.`
    : say`What is changed or snapshotted there until it has finished goes.`;
}

type SnapshotLoss = Extract<Loss, { what: "snapshot" }>;

/** Losses as they are listed: snapshots are counted, and everything else stands for itself. */
export function lossesListed(losses: readonly Loss[]): {
  others: Exclude<Loss, SnapshotLoss>[];
  snapshots: SnapshotLoss[];
} {
  return {
    others: losses.filter((loss) => loss.what !== "snapshot"),
    snapshots: losses.filter((loss) => loss.what === "snapshot"),
  };
}

/** One thing that would be gone. */
export function lossWords({ what, name }: Exclude<Loss, SnapshotLoss>): Said {
  switch (what) {
    case "dataset":
      return say`The dataset ${name}, with all that was received into it`;
    case "received-state":
      return say`What was received so far, kept in ${name}`;
    case "contents":
      return say`Everything in ${name}: this receive replaces it`;
    case "changes":
      return say`What was changed in ${name} since its newest snapshot`;
  }
}

/** The snapshots that would be gone, in a line. */
export function lostSnapshotsWords(snapshots: readonly SnapshotLoss[], dataset: string): Said {
  return counted(
    snapshots.length,
    say`1 snapshot of ${dataset}`,
    say`${snapshots.length} snapshots of ${dataset}`,
  );
}

/** What snapshots hold. Of each one ZFS knows only what nothing else holds; together they hold that, or more. */
export function lostSnapshotsSize(snapshots: readonly SnapshotLoss[]): Said {
  const bytes = formatBytes(snapshots.reduce((sum, one) => sum + one.bytes, 0n));
  return snapshots.length === 1 ? say`${bytes} only there` : say`at least ${bytes}`;
}

/** Why a name that was typed does not confirm anything; null where it does. */
export function nameProblem(name: string, typed: string): Said | null {
  if (typed === name) return null;
  if (typed.trim() === "") return say`Type the dataset's name first.`;
  if (typed.trim() === name) return say`There are blanks before or after the name. Take them out.`;
  if (typed.trim().toLowerCase() === name.toLowerCase())
    return say`Capital and small letters have to be as they are in the name.`;
  if (name.startsWith(typed)) return say`The name is not complete yet.`;
  return say`This is not the dataset's name.`;
}

/** What the button says; it names the price where there is one. */
export function confirmWords(plan: Plan): Said {
  switch (plan.intent) {
    case "resume":
      return say`Resume`;
    case "resume-with-rollback":
      return say`Resume with rollback`;
    case "start-over":
      return say`Start over`;
    case "continue":
      return say`Continue`;
    case "send":
      return say`Send`;
    case "abort":
      return say`Abort and discard ${formatBytes(plan.losses.reduce((sum, { bytes }) => sum + bytes, 0n))}`;
  }
}

/** What an abort has done. */
export function abortedWords({ dataset, host, stateIn, spaceHeld }: ListedReceive): Said {
  return stateIn === "dataset"
    ? say`Aborted: ${dataset} is gone from ${host}, with the ${formatBytes(spaceHeld)} that it held.`
    : say`Aborted: the ${formatBytes(spaceHeld)} received into ${dataset} on ${host} are discarded. The dataset itself is as it was.`;
}

/** What the button says while it is being done. */
export const doingWords: Record<Intent, Said> = {
  resume: say`Starting…`,
  "resume-with-rollback": say`Starting…`,
  "start-over": say`Starting…`,
  abort: say`Aborting…`,
};
