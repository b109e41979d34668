import { verdictWords } from "@/components/receives/words";
import {
  but,
  cannotSend,
  dataset,
  factsOf,
  GiB,
  guids,
  increment,
  newDataset,
  noSuchPool,
  overwriting,
  type Situation,
  searched,
  silent,
  snapshot,
} from "@/server/receives/fixtures";
import { judge, targetSilent } from "@/server/receives/judge";
import {
  type DeadEnd,
  type Finding,
  type Intent,
  intents,
  type NotKnown,
  type Obstacle,
  type RollbackReason,
  type Verdict,
} from "@/server/receives/types";
import { plain, say } from "@/server/say";
import { pageOf } from "./markdown";

/** One reason for a verdict: what it means beyond its sentence, and facts on which the code judges so. */
type Example = { title: string; todo: string; verdict: Verdict };

type Section = { about: string; examples: readonly Example[] };

const elsewhere = [noSuchPool("nas"), noSuchPool("attic")];
const foundNowhere = [searched("nas"), searched("attic")];
const gone = cannotSend("'tank/films@tue' used in the initial send no longer exists");
const replaced = cannotSend("'tank/films@tue' is no longer the same snapshot used in the initial send");
const baseGone = cannotSend("incremental source 0xb no longer exists");
const grownWith = (more: Parameters<typeof snapshot>[2]) =>
  but(increment, { snapshots: [snapshot("mon", guids.base), snapshot("auto", guids.newer, more)] });
const tight = (details: Situation["details"]) =>
  but(increment, { details: { available: 20n * GiB, ...details } });

function rollback(reason: RollbackReason, title: string, given: Situation, todo: string): Example {
  const verdict = judge(factsOf(given));
  if (verdict.kind !== "resumable-with-rollback" || !verdict.reasons.includes(reason)) throw wrong(reason);
  return { title, todo, verdict };
}

/** @param where what tells it from another one of the same words. */
function blocked(what: Obstacle["what"], given: Situation, todo: string, where = ""): Example {
  const verdict = judge(factsOf(given));
  if (verdict.kind !== "blocked" || verdict.obstacles[0]?.what !== what) throw wrong(what);
  return { title: titleOf(verdict) + where, todo, verdict };
}

function never(reason: DeadEnd, title: string, given: Situation, todo: string): Example {
  const verdict = judge(factsOf(given));
  if (verdict.kind !== "unresumable" || verdict.reason !== reason) throw wrong(reason);
  return { title, todo, verdict };
}

function notKnown(reason: NotKnown, title: string, verdict: Verdict, todo: string): Example {
  if (verdict.kind !== "unknown" || verdict.reason !== reason) throw wrong(reason);
  return { title, todo, verdict };
}

function wrong(reason: string): Error {
  return new Error(`the example of ${reason} is judged otherwise`);
}

const rollbacks: Record<RollbackReason, Example> = {
  changed: rollback(
    "changed",
    "The target was changed",
    but(increment, { details: { written: 3n * GiB } }),
    "Looking into a directory is enough, where access times are kept. If what was written matters, copy it elsewhere first; then _Resume with rollback_ undoes it. Or go back yourself (`zfs rollback`), then resume.",
  ),
  "newer-snapshots": rollback(
    "newer-snapshots",
    "The target has newer snapshots",
    grownWith({}),
    "Mostly a tool takes snapshots on the backup, too: switch that off there. _Resume with rollback_ names every snapshot that it destroys. Do not destroy the last one that both sides have.",
  ),
  "replaces-dataset": rollback(
    "replaces-dataset",
    "A full receive over what exists",
    overwriting,
    "It was begun with `-F`, over a dataset that existed. Finishing it replaces all of that dataset; if that is not what you want, abort, and send to another name.",
  ),
};

const obstacles: Record<Obstacle["what"], Example> = {
  "pool-suspended": blocked(
    "pool-suspended",
    but(increment, { targetPool: { health: "SUSPENDED" }, answers: [] }),
    "Bring the disks back (cable, power, controller), then clear the pool. Commands that touch it hang until then, and cannot be killed: Halfway asks about the other pools only, and keeps what it knew of this one.",
  ),
  "pool-readonly": blocked(
    "pool-readonly",
    but(increment, { targetPool: { readonly: true } }),
    "Somebody imported it so, to rescue data perhaps: ask before you change that.",
  ),
  "missing-feature": blocked(
    "missing-feature",
    but(increment, { targetPool: { features: new Map([["large_blocks", "disabled"]]) } }),
    "Enabling a feature is for good: see first whether something older has to import this pool. Otherwise abort, and send without what needs it.",
  ),
  "target-key": blocked(
    "target-key",
    but(increment, { details: { encryption: { root: "backup", keyLoaded: false } } }),
    "Raw sends (`-w`) need no key there, but a receive that was begun plain can only be finished plain.",
    " (on the target)",
  ),
  "source-key": blocked(
    "source-key",
    but(increment, { source: { encryption: { root: "tank/films", keyLoaded: false } } }),
    "Raw sends (`-w`) need no key there, either; this one is plain, and stays so.",
    " (on the source)",
  ),
  quota: blocked(
    "quota",
    tight({ limits: [{ dataset, property: "quota", limit: 70n * GiB, used: 50n * GiB }] }),
    "What the rest needs on disk is an estimate. Where it is near, the receive can be resumed anyway: if there is no room indeed, it stops there, and nothing is lost.",
  ),
  space: blocked(
    "space",
    tight({}),
    "Free space on the target's pool: old snapshots first, but never the one that this receive builds on. Other interrupted receives hold space, too; the list says how much.",
  ),
  "held-snapshot": blocked(
    "held-snapshot",
    grownWith({ holds: 1 }),
    "Somebody, or a tool, wanted that snapshot kept. See who, before you let it go.",
  ),
  "cloned-snapshot": blocked(
    "cloned-snapshot",
    grownWith({ clones: ["backup/trial"] }),
    "Destroy the clone only if nobody needs it. `zfs promote` is no way out: it would take along the snapshot that the receive builds on.",
  ),
  "last-attempt": blocked(
    "last-attempt",
    { lastFailure: "receive-permission" },
    "A right, a program, a key: put it right, then _Resume anyway_. Whether it is right now shows only the next attempt. [Every message](messages.md) says what to do.",
  ),
};

const deadEnds: Record<DeadEnd, Example> = {
  "source-destroyed": never(
    "source-destroyed",
    "The snapshot was destroyed",
    {
      answers: [gone, ...elsewhere],
      whereabouts: [searched("tower", { datasetKnown: true, sharesWithTarget: true }), ...foundNowhere],
    },
    "If a host that Halfway does not know has a copy of the snapshot, add it: it is found by its GUID, whatever it is called there. Next time _Protect source_ keeps it.",
  ),
  "source-replaced": never(
    "source-replaced",
    "Another snapshot has its name",
    {
      answers: [replaced, ...elsewhere],
      whereabouts: [
        searched("tower", { datasetKnown: true, nameTaken: true, sharesWithTarget: true }),
        ...foundNowhere,
      ],
    },
    "It was destroyed, and made again under the same name, as scripts do that keep one `@daily`. The same name is not the same snapshot. Let such scripts number or date theirs.",
  ),
  "base-gone": never(
    "base-gone",
    "The base of the increment was destroyed",
    but(increment, {
      answers: [baseGone, ...elsewhere],
      whereabouts: [
        searched("tower", { to: ["tank/films@tue"], datasetKnown: true }),
        searched("nas", { from: [`${dataset}@mon`] }),
        searched("attic"),
      ],
    }),
    "A bookmark of the base would have sufficed (`zfs bookmark`): next time, make one before the snapshot is pruned, or press _Protect source_.",
  ),
  "lineage-mismatch": never(
    "lineage-mismatch",
    "The target lacks the base",
    but(increment, { snapshots: [snapshot("other", guids.other)] }),
    "The target was rolled back or changed by hand. Abort, then send from the newest snapshot that both sides have.",
  ),
  "not-raw": never(
    "not-raw",
    "A raw copy, but a token that decrypts",
    but(increment, {
      snapshots: [snapshot("mon", guids.base, { ivset: 7n })],
      details: { encryption: { root: "backup", keyLoaded: true } },
      source: {
        encryption: { root: "tank/films", keyLoaded: true },
        identity: { to: { guid: guids.to, ivset: 8n }, base: { guid: guids.base, ivset: 7n } },
      },
    }),
    "Tokens are not signed: whoever can write to the target can change what one asks for. Find out who did.",
  ),
  "token-unreadable": never(
    "token-unreadable",
    "The token cannot be read",
    but(increment, { unreadable: "This resume token was cut off.", answers: [] }),
    "`zfs send -nvt TOKEN` on the target shows what ZFS itself reads in it. If it can, update Halfway, or finish it by hand; if it cannot, abort, and send anew.",
  ),
  "refused-by-zfs": never(
    "refused-by-zfs",
    "ZFS has refused it",
    { lastFailure: "receive-key-differs" },
    "Resuming would end the same way. [Every message](messages.md) says why.",
  ),
};

const silence = targetSilent(
  factsOf(newDataset).receive,
  say`ssh: connect to host nas.lan port 22: Connection timed out`,
  0,
);

const unknowns: Record<NotKnown, Example> = {
  "source-silent": notKnown(
    "source-silent",
    "A host that may have the source does not answer",
    judge(
      factsOf({
        answers: [silent("tower", "Connection timed out."), ...elsewhere],
        whereabouts: foundNowhere,
      }),
    ),
    "Bring that host back; it is looked into again by itself once it answers. Until then do not abort: what was received may be all that is needed.",
  ),
  "source-not-found": notKnown(
    "source-not-found",
    "No host is known that has the source",
    judge(
      factsOf({
        answers: [noSuchPool("tower"), ...elsewhere],
        whereabouts: [searched("tower"), ...foundNowhere],
      }),
    ),
    "Import the pool, or [add the host](guide.md#add-a-host), then _Look again_.",
  ),
  "target-silent": notKnown(
    "target-silent",
    "The target does not answer",
    silence,
    "See the page _Hosts_ for why. What is shown of it is what was last known.",
  ),
};

const receiving = judge(
  factsOf(but(increment, { activity: { kind: "receiving", by: "halfway", transferId: "" }, answers: [] })),
);
const resumable = judge(factsOf(increment));
const zombie = judge(factsOf({ details: { inconsistent: false } }));

const sections: Record<Finding["kind"], Section & { title: string }> = {
  receiving: {
    title: "Being received now",
    about:
      "By Halfway, or by somebody else: a `zfs receive` runs on it, or its token moves. A resume token alone does not mean that anything is interrupted.",
    examples: [
      {
        title: "What the page says",
        todo: "Wait until it has ended. Halfway does not stop what it did not begin.",
        verdict: receiving,
      },
    ],
  },
  resumable: {
    title: titleOf(resumable),
    about:
      "A host has the very snapshot, by its GUID, whatever it is called now; what it builds on is there too; and the target is as it was.",
    examples: [
      {
        title: "What the page says",
        todo: "_Resume_. It destroys nothing, so one click starts it.",
        verdict: resumable,
      },
    ],
  },
  "resumable-with-rollback": {
    title: titleOf(rollbacks.changed.verdict),
    about:
      "ZFS looks for changes of the target only after the last byte, and then refuses. With `-F` it undoes them. _Resume with rollback_, behind the button _Resume…_ and in the menu _Force_, shows exactly what that destroys, and asks.",
    examples: Object.values(rollbacks),
  },
  blocked: {
    title: "Blocked",
    about:
      "It can be finished once something is out of the way; what and how the row says, with commands for a shell on that host, to copy. Then _Look again_. “Probably” is said where what is in the way is an estimate or was only met by the last attempt: then it can be resumed anyway.",
    examples: Object.values(obstacles),
  },
  unresumable: {
    title: titleOf(deadEnds["source-destroyed"].verdict),
    about:
      "That a source is gone is said only when every host that Halfway knows was asked: one that is silent makes it _not known_. What was received holds space until it is aborted.",
    examples: Object.values(deadEnds),
  },
  zombie: {
    title: titleOf(zombie),
    about: "Left behind by ZFS before 0.8.2. Nothing uses it, and nothing removes it.",
    examples: [
      {
        title: "What the page says",
        todo: "Replicate into a new dataset. Halfway offers no button that cannot work.",
        verdict: zombie,
      },
    ],
  },
  unknown: {
    title: titleOf(silence),
    about: "Somebody could not be asked. Never taken for a no, and nothing is lost meanwhile.",
    examples: Object.values(unknowns),
  },
};

function titleOf(verdict: Verdict): string {
  return sentenceCase(plain(verdictWords(verdict)));
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What the buttons are called. */
const labels: Record<Intent, string> = {
  resume: "Resume",
  "resume-with-rollback": "Force: Resume with rollback",
  "start-over": "Force: Start over",
  abort: "Abort",
};

function paragraphsOf({ title, todo, verdict }: Example): string[] {
  const offered = intents.filter((intent) => verdict.refusals[intent] === null);
  const remedies = verdict.kind === "blocked" ? verdict.obstacles.flatMap(({ remedies }) => remedies) : [];
  return [
    `### ${title}`,
    `> ${plain(verdict.sentence)}`,
    todo,
    ...(remedies.length > 0
      ? [remedies.map(({ says, host, command }) => `- ${plain(says)}, on ${host}: \`${command}\``).join("\n")]
      : []),
    offered.length > 0
      ? `Offered then: ${offered.map((intent) => `_${labels[intent]}_`).join(", ")}.`
      : "Offered then: nothing.",
  ];
}

/** The page about every verdict that Halfway reaches, with the reasons for each. */
export function verdictsPage(): string {
  return pageOf("server/receives/judge.ts", [
    "# What a verdict means, and what to do",
    `Of each receive Halfway says whether and how it can be finished, before anything is tried. These are all its verdicts and all reasons for
them, in its own words, on one example: \`tank/films@tue\` was being sent from _tower_ to \`${dataset}\` on _nas_, as an increment on \`@mon\` or in
full; 40 GiB have arrived, and 60 GiB are left. There is a third host, _attic_. The page of each receive shows the facts
that its verdict rests on, each with the command that showed it; \`zfs\` answers the same by hand.`,
    `Why something is not offered its button says. How each verdict is reached: [decision 012](decisions/012-the-verdict-refuses.md).`,
    ...Object.values(sections).flatMap(({ title, about, examples }) => [
      `## ${title}`,
      about,
      ...examples.flatMap(paragraphsOf),
    ]),
  ]);
}
