import { shellQuote } from "../hosts/quote";
import { counted, joined, type Said, say } from "../say";
import { formatBytes } from "../zfs/bytes";
import type { CatalogueEntry, MessageId } from "../zfs/catalogue";
import { type Argv, describePools, listSnapshots, listZfsProcesses, readToken } from "../zfs/commands";
import { datasetOf, poolOf, receiveChild } from "../zfs/names";
import type { Encryption, PartialDetails, Pool, Snapshot } from "../zfs/output";
import { isRedacted, type ResumeToken } from "../zfs/token";
import { type Facts, senderOf } from "./gather";
import {
  decryptedWords,
  enoughToTell,
  keyObstacle,
  lackOfSpace,
  missingFeatures,
  poolObstacles,
} from "./obstacles";
import type {
  DeadEnd,
  Evidence,
  Finding,
  NotKnown,
  Obstacle,
  PartialReceive,
  RollbackReason,
  Verdict,
} from "./types";

type Refusals = Verdict["refusals"];
type Judgement = Finding & Pick<Verdict, "sentence" | "refusals">;

/** From facts to verdict (design.md, facts D). Pure: the same facts always give the same verdict. */
export function judge(facts: Facts): Verdict {
  const sender = senderOf(facts.answers);
  return {
    ...judgement(facts),
    evidence: evidenceOf(facts),
    cautions: cautionsOf(facts),
    source: sender && { host: sender.host, snapshot: sender.estimate.snapshot, base: sender.estimate.base },
    remaining: sender?.estimate.size ?? null,
    judgedAt: facts.readAt,
  };
}

function judgement(facts: Facts): Judgement {
  const { receive, decoded } = facts;
  const { dataset } = receive;
  if (receive.activity.kind === "receiving") {
    const sentence = say`It is being received right now: whether it needs anything shows when that has ended.`;
    return { kind: "receiving", sentence, refusals: refuseAll(busyWords(dataset)) };
  }
  if (isZombie(facts)) {
    const sentence = say`${dataset} is complete, yet bears a resume token that belongs to nothing: ZFS can neither resume nor abort it, and takes no new receive into it. ZFS before 0.8.2 left such tokens behind. The way out is to replicate into a new dataset.`;
    return { kind: "zombie", sentence, refusals: refuseAll(neither) };
  }
  const poolTrouble = targetPoolObstacles(facts);
  if (poolTrouble[0]) {
    const { sentence } = poolTrouble[0];
    return { kind: "blocked", obstacles: poolTrouble, sentence, refusals: refuseAll(sentence) };
  }
  if (!decoded) {
    const problems = receive.token.ok ? [] : [receive.token.problem];
    return deadEnd("token-unreadable", joined([say`Its resume token cannot be read.`, ...problems]));
  }
  const unsent = whyNobodySends(facts, decoded);
  if (unsent) return unsent;
  const mismatch = whyItCannotFit(facts, decoded);
  if (mismatch) return mismatch;

  const { lastFailure } = facts;
  if (lastFailure?.side === "receive" && lastFailure.then === "abort") {
    return deadEnd("refused-by-zfs", shownBy(lastFailure));
  }

  const rollback = rollbackReasons(facts, decoded);
  const known = [...obstaclesOf(facts, decoded), ...rollbackObstacles(facts, decoded, rollback)];
  const obstacles = known.length > 0 ? known : lastAttempt(facts);
  const refusals = refusalsOf(facts, decoded, rollback, obstacles);
  if (obstacles.length > 0) {
    return { kind: "blocked", obstacles, sentence: sentencesOf(obstacles), refusals };
  }
  const sender = senderOf(facts.answers)?.host ?? "";
  const left = senderOf(facts.answers)?.estimate.size ?? null;
  if (rollback.length > 0) {
    const way =
      left === null
        ? say`It can be finished with a rollback: ${sender} has the snapshot, and almost nothing is left to send.`
        : say`It can be finished with a rollback: ${sender} has the snapshot, and ${formatBytes(left)} are still to be sent.`;
    const sentence = joined([rollbackWords(facts, decoded, rollback), way]);
    return { kind: "resumable-with-rollback", reasons: rollback, sentence, refusals };
  }
  const sentence =
    left === null
      ? say`It can be finished: ${sender} has the snapshot, and almost nothing is left to send.`
      : say`It can be finished: ${sender} has the snapshot, and ${formatBytes(left)} are still to be sent.`;
  return { kind: "resumable", sentence, refusals };
}

function sentencesOf(obstacles: readonly Obstacle[]): Said {
  return joined(obstacles.map(({ sentence }) => sentence));
}

function shownBy({ means, todo }: CatalogueEntry): Said {
  return say`The last attempt has shown: ${joined([means, todo])}`;
}

const neither = say`ZFS can neither resume nor abort this.`;

/** The verdict on a receive whose target could not be asked. */
export function targetSilent(receive: PartialReceive, problem: Said, now: number): Verdict {
  const sentence = joined([
    say`Whether it can be finished is not known: ${receive.host} could not be asked.`,
    problem,
  ]);
  return {
    ...{ kind: "unknown", reason: "target-silent", sentence, evidence: [], cautions: [] },
    ...{ source: null, remaining: null, judgedAt: now, refusals: refuseAll(sentence) },
  };
}

const noRefusals: Refusals = {
  resume: null,
  "resume-with-rollback": null,
  "start-over": null,
  abort: null,
};

function refuseAll(reason: Said): Refusals {
  return { resume: reason, "resume-with-rollback": reason, "start-over": reason, abort: reason };
}

/** Nothing can be sent; what was received may still be thrown away. */
function refuseTransfers(reason: Said): Refusals {
  return { ...refuseAll(reason), abort: null };
}

function deadEnd(reason: DeadEnd, sentence: Said): Judgement {
  return { kind: "unresumable", reason, sentence, refusals: refuseTransfers(sentence) };
}

function notKnown(reason: NotKnown, sentence: Said): Judgement {
  return { kind: "unknown", reason, sentence, refusals: refuseTransfers(sentence) };
}

/** Why an abort is not possible now; null where it is. Needs no source, and no token that can be read. */
export function abortRefusal(
  receive: PartialReceive,
  details: PartialDetails,
  children: readonly string[],
): Said | null {
  const { activity, dataset } = receive;
  if (activity.kind === "receiving") return busyWords(dataset);
  if (isZombie({ receive, details })) return neither;
  if (children.length > 0) {
    const names = children.join(", ");
    return counted(
      children.length,
      say`${names} lies below ${dataset}, and ZFS does not abort a receive whose dataset has others below it. Move it first (zfs rename).`,
      say`${names} lie below ${dataset}, and ZFS does not abort a receive whose dataset has others below it. Move them first (zfs rename).`,
    );
  }
  return null;
}

function busyWords(dataset: string): Said {
  return say`${dataset} is being received right now. What can be done shows when that has ended.`;
}

/** A token on a complete dataset, with no `%recv`: nothing can use it, nothing removes it (facts C.2, C.5). */
function isZombie({ receive, details }: Pick<Facts, "receive" | "details">): boolean {
  return receive.stateIn === "dataset" && !details.inconsistent;
}

function targetPoolObstacles({ receive, targetPool }: Facts): Obstacle[] {
  return targetPool ? poolObstacles(receive.host, targetPool, true) : [];
}

/** Null where somebody can send the rest. Silence is never a no: then it is not known. */
function whyNobodySends(facts: Facts, decoded: ResumeToken): Judgement | null {
  if (senderOf(facts.answers)) return null;
  const { toName } = decoded;
  const suspended = facts.answers.filter(({ answer }) => answer === "pool-suspended");
  if (suspended[0]) {
    const pool: Pool = {
      ...{ name: poolOf(toName), health: "SUSPENDED", readonly: false, features: new Map() },
    };
    const obstacles = poolObstacles(suspended[0].host, pool, false);
    const sentence = sentencesOf(obstacles);
    return { kind: "blocked", obstacles, sentence, refusals: refuseTransfers(sentence) };
  }
  const silent = facts.answers.flatMap((one) => (one.answer === "silent" ? [one] : []));
  if (silent.length > 0) {
    const hosts = silent.map(({ host }) => host).join(", ");
    return notKnown(
      "source-silent",
      joined([
        say`Whether ${toName} can still be sent is not known: ${hosts} could not tell.`,
        ...silent.map(({ host, problem }) => say`${host}: ${problem}`),
      ]),
    );
  }
  const asked = facts.answers.map(({ host }) => host);
  const unsearched = asked.filter((host) => !facts.whereabouts.some((one) => one.host === host));
  const refusedBy = facts.answers.flatMap((one) => (one.answer === "cannot-send" ? [one] : []));
  const elsewhere = facts.whereabouts.flatMap(({ host, to, from }) => {
    // Where ZFS could have found it by the token itself, it has already been asked.
    const copy = to.find(
      (name) => poolOf(name) !== poolOf(toName) || !refusedBy.some((one) => one.host === host),
    );
    return copy !== undefined && (decoded.fromGuid === null || from.length > 0) ? [{ host, copy }] : [];
  })[0];
  if (elsewhere) {
    const { host, copy } = elsewhere;
    return notKnown(
      "source-not-found",
      decoded.raw
        ? say`${toName} is not where it was. ${host} has the same snapshot as ${copy}, but it was being sent raw, and whether that copy is encrypted alike is not known.`
        : isRedacted(decoded)
          ? say`${toName} is not where it was. ${host} has the same snapshot as ${copy}, but it was being sent redacted, and that copy may lack what was left out.`
          : say`${toName} is not where it was. ${host} has the same snapshot as ${copy}, but ZFS does not accept it there.`,
    );
  }
  if (unsearched.length > 0) {
    return notKnown(
      "source-silent",
      say`Whether ${toName} can still be sent is not known: ${unsearched.join(", ")} could not be searched for it.`,
    );
  }
  const baseGone = refusedBy.find(({ words }) => /incremental source .* no longer exists/.test(words));
  if (baseGone) {
    return deadEnd(
      "base-gone",
      say`${baseGone.host} still has ${toName}, but no longer the snapshot it builds on, neither as snapshot nor as bookmark. It cannot be finished. Abort it, then send from the newest snapshot that both sides have.`,
    );
  }
  return lostAtItsSource(
    facts,
    decoded,
    refusedBy.map(({ host }) => host),
  );
}

/**
 * Nobody has the snapshot. Names alone prove nothing, `tank/data@daily` is the same on many machines: it counts as
 * destroyed only on a host that refused it and is known to be the source, by the base in that very dataset or, for a
 * full send, by snapshots that its pool and the target's have in common.
 */
function lostAtItsSource({ whereabouts }: Facts, decoded: ResumeToken, hosts: string[]): Judgement {
  const { toName, fromGuid } = decoded;
  const known = whereabouts.filter(({ host, datasetKnown }) => hosts.includes(host) && datasetKnown);
  const source = known.find(({ from, sharesWithTarget }) =>
    fromGuid === null ? sharesWithTarget : from.some((name) => datasetOf(name) === datasetOf(toName)),
  );
  if (source?.nameTaken) {
    return deadEnd(
      "source-replaced",
      joined([
        say`On ${source.host} another snapshot has taken the name ${toName}; the one that was being sent is on no host that Halfway knows. It cannot be finished, unless it came from a host that Halfway does not know.`,
        goOn(fromGuid),
      ]),
    );
  }
  if (source) {
    return deadEnd(
      "source-destroyed",
      joined([
        say`${toName} is no longer on ${source.host}, nor on any other host that Halfway knows: it was destroyed. It cannot be finished, unless it came from a host that Halfway does not know.`,
        goOn(fromGuid),
      ]),
    );
  }
  if (hosts.length === 0) {
    return notKnown(
      "source-not-found",
      say`No host that Halfway knows has a pool ${poolOf(toName)}, where ${toName} was sent from. Either that pool is not imported now, or it belongs to a host that is not configured: import it, or add that host, then look again.`,
    );
  }
  const [namesake] = known;
  return notKnown(
    "source-not-found",
    namesake
      ? say`No host that Halfway knows has ${toName}. ${namesake.host} has a dataset ${datasetOf(toName)}, but nothing that shows it was the source. The snapshot was destroyed, or it lives on a host that is not configured: add that host, then look again.`
      : say`No host that Halfway knows has ${toName}. It was destroyed, or it lives on a host that is not configured: add that host, then look again.`,
  );
}

/** The way on from a dead end. */
function goOn(fromGuid: bigint | null): Said {
  return fromGuid === null
    ? say`Abort it, then send a snapshot that is still there.`
    : say`Abort it, then send a newer snapshot, as an increment on the base: both sides still have that.`;
}

/** Null where the stream fits the target. */
function whyItCannotFit({ receive, snapshots, source }: Facts, decoded: ResumeToken): Judgement | null {
  const { dataset, host } = receive;
  const base = baseOnTarget(snapshots, decoded);
  if (receive.stateIn === "%recv" && decoded.fromGuid !== null && !base) {
    return deadEnd(
      "lineage-mismatch",
      say`${dataset} on ${host} does not have the snapshot that this incremental send builds on, so ZFS would refuse it at the end. It can only be aborted.`,
    );
  }
  const identity = source?.identity;
  if (identity && (identity.to === null || (decoded.fromGuid !== null && identity.base === null))) {
    return notKnown(
      "source-silent",
      say`The source has the snapshot, but did not say what it is. Look again; if that does not help, look at it there (zfs get guid).`,
    );
  }
  const otherBase = identity?.base && identity.base.guid !== decoded.fromGuid;
  if (identity && (identity.to?.guid !== decoded.toGuid || otherBase)) {
    return deadEnd(
      "source-replaced",
      say`What the source has under these names is not what was being sent. It cannot be finished from there.`,
    );
  }
  // A raw copy and its origin share the ivset of a snapshot; a stream that was decrypted on the way never fits it again.
  if (!decoded.raw && base?.ivset && base.ivset === identity?.base?.ivset) {
    return deadEnd(
      "not-raw",
      say`${dataset} is a raw copy, encrypted as on the source, but this token asks for the data decrypted. Halfway does not send that. Abort it and send again with zfs send -w, and ask who changed the token.`,
    );
  }
  return null;
}

function baseOnTarget(snapshots: readonly Snapshot[], { fromGuid }: ResumeToken): Snapshot | undefined {
  return snapshots.find(({ guid }) => guid === fromGuid);
}

/** Snapshots of the target taken after the base of the interrupted send: `-F` destroys them (facts C.6). */
export function newerSnapshots({ snapshots }: Facts, { fromGuid }: ResumeToken): Snapshot[] {
  return snapshots.slice(snapshots.findIndex(({ guid }) => guid === fromGuid) + 1);
}

/** Changes are punished only at the end of a resumed incremental (facts A7, B4): so they are looked for beforehand. */
function rollbackReasons(facts: Facts, decoded: ResumeToken): RollbackReason[] {
  const { receive, details } = facts;
  if (receive.stateIn === "dataset") return [];
  if (decoded.fromGuid === null) return ["replaces-dataset"];
  return [
    ...(newerSnapshots(facts, decoded).length > 0 ? (["newer-snapshots"] as const) : []),
    ...(details.written > 0n ? (["changed"] as const) : []),
  ];
}

function rollbackWords(facts: Facts, decoded: ResumeToken, reasons: readonly RollbackReason[]): Said {
  const { dataset } = facts.receive;
  const words: Record<RollbackReason, Said> = {
    "replaces-dataset": say`This full receive replaces ${dataset}, which exists already.`,
    "newer-snapshots": takenWords(newerSnapshots(facts, decoded)),
    changed: say`${formatBytes(facts.details.written)} were written to ${dataset} since its newest snapshot.`,
  };
  return joined(reasons.map((reason) => words[reason]));
}

function takenWords(snapshots: readonly Snapshot[]): Said {
  const first = snapshots[0]?.name ?? "";
  return counted(
    snapshots.length,
    say`The snapshot ${first} was taken on the target after this receive began.`,
    say`${snapshots.length} snapshots, from ${first} on, were taken on the target after this receive began.`,
  );
}

/** What stands in the way of any way to finish it. */
function obstaclesOf(facts: Facts, decoded: ResumeToken): Obstacle[] {
  const { receive, targetPool, source } = facts;
  const sender = senderOf(facts.answers);
  const snapshot = sender?.estimate.snapshot ?? decoded.toName;
  return [
    ...(source?.pool ? poolObstacles(sender?.host ?? "", source.pool, false) : []),
    ...(targetPool ? missingFeatures(receive.host, targetPool, decoded, isRedacted(decoded)) : []),
    ...targetKey(facts, decoded),
    ...(source?.encryption?.keyLoaded === false
      ? [
          keyObstacle(
            "source-key",
            sender?.host ?? "",
            source.encryption.root,
            say`The key of ${datasetOf(snapshot)} on ${sender?.host ?? ""} is not loaded, and this send needs it: it is not raw.`,
          ),
        ]
      : []),
    ...spaceObstacles(facts, decoded),
  ];
}

/** Failures whose cause is looked into above: whether it still holds is known. */
const lookedInto: readonly MessageId[] = [
  ...(["send-key-not-loaded", "receive-key-not-loaded"] as const),
  ...(["receive-quota", "receive-out-of-space", "pool-suspended"] as const),
];

/** What the last attempt ran into and a person has to put right, for example a missing permission. */
function lastAttempt({ lastFailure }: Facts): Obstacle[] {
  if (lastFailure?.then !== "fix-then-resume" || lookedInto.includes(lastFailure.id)) return [];
  return [{ what: "last-attempt", sentence: shownBy(lastFailure), remedies: [], certain: false }];
}

function targetKey({ receive, details }: Facts, decoded: ResumeToken): Obstacle[] {
  const { encryption } = details;
  if (!encryption || encryption.keyLoaded || decoded.raw) return [];
  const sentence = say`The key of ${encryption.root} on ${receive.host} is not loaded, and this stream is not raw: ZFS has to encrypt it there.`;
  return [keyObstacle("target-key", receive.host, encryption.root, sentence)];
}

/** What the rest will take on disk, by what the stream took so far: a compressed target needs less than is sent. */
function spaceNeeded(remaining: bigint, receive: PartialReceive, decoded: ResumeToken): bigint {
  if (decoded.compressed || decoded.raw || decoded.bytes < enoughToTell) return remaining;
  const likely = (remaining * receive.spaceHeld) / decoded.bytes;
  return likely < remaining ? likely : remaining;
}

function spaceObstacles(facts: Facts, decoded: ResumeToken): Obstacle[] {
  const { receive, details } = facts;
  const remaining = senderOf(facts.answers)?.estimate.size ?? null;
  if (remaining === null) return [];
  const needed = spaceNeeded(remaining, receive, decoded);
  return lackOfSpace("rest", needed, receive, details);
}

/** `-F` destroys newer snapshots; held ones and those with clones stop it (facts C.6). */
function rollbackObstacles(
  facts: Facts,
  decoded: ResumeToken,
  reasons: readonly RollbackReason[],
): Obstacle[] {
  if (reasons.length === 0) return [];
  const { host } = facts.receive;
  return newerSnapshots(facts, decoded).flatMap((snapshot): Obstacle[] => {
    const { name, holds } = snapshot;
    if (holds > 0) {
      return [
        {
          what: "held-snapshot",
          sentence: say`Finishing it needs a rollback that destroys ${name}, but that is held.`,
          remedies: [
            { says: say`See who holds it`, host, command: shellQuote(["zfs", "holds", name]) },
            {
              says: say`Let it go (with the tag from above)`,
              host,
              command: `zfs release TAG ${shellQuote([name])}`,
            },
          ],
          certain: true,
        },
      ];
    }
    const clones = otherClones(snapshot);
    if (clones.length === 0) return [];
    return [
      {
        what: "cloned-snapshot",
        sentence: counted(
          clones.length,
          say`Finishing it needs a rollback that destroys ${name}, but ${clones.join(", ")} is cloned from it.`,
          say`Finishing it needs a rollback that destroys ${name}, but ${clones.join(", ")} are cloned from it.`,
        ),
        remedies: clones.flatMap((clone) => [
          {
            says: say`See what ${clone} holds`,
            host,
            command: shellQuote(["zfs", "list", "-o", "space", clone]),
          },
          // Not zfs promote: it would take the base along, and then nothing could be finished.
          {
            says: say`If ${clone} is not needed, destroy it`,
            host,
            command: shellQuote(["zfs", "destroy", clone]),
          },
        ]),
        certain: true,
      },
    ];
  });
}

function otherClones({ clones }: Snapshot): string[] {
  return clones.filter((clone) => !clone.endsWith("/%recv"));
}

/** Why each intent is not offered. An estimate alone refuses nothing. */
function refusalsOf(
  facts: Facts,
  decoded: ResumeToken,
  rollback: readonly RollbackReason[],
  obstacles: readonly Obstacle[],
): Refusals {
  const { dataset, stateIn } = facts.receive;
  const inTheWay = obstacles.filter(({ certain }) => certain);
  const first = inTheWay[0]?.sentence ?? null;
  // What only -F would run into does not keep the stream from being sent again.
  const forAll =
    inTheWay.find(({ what }) => what !== "held-snapshot" && what !== "cloned-snapshot")?.sentence ?? null;
  const needsRollback =
    rollback.length > 0
      ? joined([
          rollbackWords(facts, decoded, rollback),
          first ?? say`ZFS finishes it only with -F: use “Resume with rollback”.`,
        ])
      : null;
  return {
    ...noRefusals,
    resume: forAll ?? needsRollback,
    "resume-with-rollback":
      first ?? (stateIn === "dataset" ? say`${dataset} is new: there is nothing in it to roll back.` : null),
    "start-over": startOverRefusal(facts, decoded) ?? first,
  };
}

function startOverRefusal(facts: Facts, decoded: ResumeToken): Said | null {
  const { dataset, stateIn } = facts.receive;
  if (isRedacted(decoded)) {
    return say`${decoded.toName} was being sent redacted, and its token does not say by what: starting over would send what was to be left out. Resume it, or abort it and send it anew by hand.`;
  }
  const [existing] = facts.snapshots;
  if (stateIn === "%recv" && decoded.fromGuid === null && existing) {
    return say`${dataset} has snapshots (${existing.name}), and ZFS does not let a full send replace a dataset that has any. Abort, then send to a new name.`;
  }
  return null;
}

/** What looks wrong though ZFS would do it. Tokens are not signed: whoever can write one chooses what is sent (#14153). */
function cautionsOf(facts: Facts): Said[] {
  const { decoded, receive, details, source } = facts;
  const sender = senderOf(facts.answers);
  if (!decoded || !sender) return [];
  const { snapshot, base } = sender.estimate;
  return [
    ...(base !== null && datasetOf(base) !== datasetOf(snapshot)
      ? [
          say`The token asks for ${snapshot}, but what is here so far comes from ${datasetOf(base)}. Unless one is a clone of the other, somebody may have changed the token.`,
        ]
      : []),
    // Whatever the target claims of itself: what it sees is the data in the clear.
    ...(source?.encryption && !decoded.raw && receive.stateIn === "dataset"
      ? [decryptedWords(datasetOf(snapshot), sender.host, receive.host, details.encryption !== null)]
      : []),
    ...(!decoded.raw && receive.stateIn === "dataset" && details.encryption?.root === receive.dataset
      ? [
          say`${receive.dataset} has an encryption key of its own, as a raw copy would, but its token asks for plain data. Unless it was received with -o encryption, somebody may have changed the token.`,
        ]
      : []),
    ...(sender.token !== details.token
      ? [
          say`The snapshot was not found under ${decoded.toName}. ${sender.host} has the very same one (by its GUID) as ${snapshot}; Halfway makes the token name that.`,
        ]
      : []),
  ];
}

/** The facts that the verdict rests on, each with the command that showed it. */
function evidenceOf(facts: Facts): Evidence[] {
  const { receive, decoded, details, targetPool, answers, whereabouts, snapshots } = facts;
  const { host, dataset, stateIn } = receive;
  const onTarget = (says: Said, argv: Argv): Evidence => ({ says, host, command: shellQuote(argv) });
  const get = (property: string, name = dataset): Argv => [
    "zfs",
    "get",
    "-Hp",
    "-o",
    "value",
    property,
    name,
  ];
  const { activity } = receive;
  if (activity.kind === "receiving") {
    return activity.by === "other"
      ? [onTarget(say`It is being received: ${activity.evidence}.`, listZfsProcesses())]
      : [];
  }
  const evidence: Evidence[] = [
    onTarget(decoded ? receivedWords(decoded) : say`It has a resume token.`, readToken(dataset)),
    onTarget(say`Nobody receives into it on ${host}, and its token stands still.`, listZfsProcesses()),
    stateIn === "%recv"
      ? onTarget(say`What arrived is kept in ${receiveChild(dataset)}.`, get("used", receiveChild(dataset)))
      : onTarget(
          details.inconsistent
            ? say`${dataset} itself is what arrived so far.`
            : say`${dataset} is complete, and has no ${receiveChild(dataset)}.`,
          get("inconsistent"),
        ),
  ];
  if (targetPool && (targetPool.health !== "ONLINE" || targetPool.readonly)) {
    const { name, health, readonly } = targetPool;
    evidence.push(
      onTarget(
        readonly
          ? say`The pool ${name} is ${health}, for reading only.`
          : say`The pool ${name} is ${health}.`,
        describePools(),
      ),
    );
  }
  if (!decoded) return evidence;
  if (stateIn === "%recv" && (snapshots.length > 0 || answers.length > 0)) {
    evidence.push(
      onTarget(snapshotWords(facts, decoded), listSnapshots(dataset)),
      onTarget(
        details.written === 0n
          ? say`Nothing was written to it since its newest snapshot.`
          : say`${formatBytes(details.written)} were written to it since its newest snapshot.`,
        get("written"),
      ),
    );
  }
  evidence.push(onTarget(say`${formatBytes(details.available)} are left for it to grow.`, get("available")));
  for (const { dataset: name, property, limit, used } of details.limits) {
    evidence.push(
      property === "quota"
        ? onTarget(
            say`The quota of ${name} is ${formatBytes(limit)}; ${formatBytes(used)} are used.`,
            get("quota,used", name),
          )
        : onTarget(
            say`The refquota of ${name} is ${formatBytes(limit)}; ${formatBytes(used)} are referenced.`,
            get("refquota,referenced", name),
          ),
    );
  }
  if (details.encryption) {
    evidence.push(onTarget(keyWords(details.encryption, decoded.raw), get("keystatus")));
  }
  return [
    ...evidence,
    // That others have no such pool matters only where nobody can send.
    ...answers
      .filter(({ answer }) => answer !== "no-such-pool" || !senderOf(answers))
      .flatMap((answer) => answerEvidence(answer, poolOf(decoded.toName))),
    ...whereabouts.map(whereaboutsEvidence(decoded)),
  ];
}

function receivedWords({ toName, fromGuid, bytes }: ResumeToken): Said {
  return fromGuid === null
    ? say`It was receiving ${toName}, in full; ${formatBytes(bytes)} have arrived.`
    : say`It was receiving ${toName}, as an increment; ${formatBytes(bytes)} have arrived.`;
}

/** How the snapshots of the target stand to the base of the stream. */
function snapshotWords(facts: Facts, decoded: ResumeToken): Said {
  const { snapshots } = facts;
  const { length } = snapshots;
  const base = baseOnTarget(snapshots, decoded);
  if (base) {
    const newer = newerSnapshots(facts, decoded);
    const names = newer.map(({ name }) => name).join(", ");
    if (newer.length === 0)
      return say`Its newest snapshot, ${base.name}, is the one that the stream builds on.`;
    return counted(
      newer.length,
      say`One of its snapshots is newer than ${base.name}, which the stream builds on: ${names}.`,
      say`${newer.length} of its snapshots are newer than ${base.name}, which the stream builds on: ${names}.`,
    );
  }
  if (length === 0) return say`It has no snapshots.`;
  return decoded.fromGuid === null
    ? counted(length, say`It has one snapshot.`, say`It has ${length} snapshots.`)
    : counted(
        length,
        say`Its only snapshot is not the one that the stream builds on.`,
        say`None of its ${length} snapshots is the one that the stream builds on.`,
      );
}

function keyWords({ root, keyLoaded }: Encryption, raw: boolean): Said {
  if (keyLoaded) {
    return raw
      ? say`It is encrypted; the key of ${root} is loaded, though a raw stream needs none.`
      : say`It is encrypted; the key of ${root} is loaded.`;
  }
  return raw
    ? say`It is encrypted; the key of ${root} is not loaded, and a raw stream needs none.`
    : say`It is encrypted; the key of ${root} is not loaded.`;
}

function answerEvidence(answer: Facts["answers"][number], pool: string): Evidence[] {
  const { host } = answer;
  switch (answer.answer) {
    case "can-send": {
      const { snapshot, base, size } = answer.estimate;
      const able =
        base === null
          ? say`${host} can send ${snapshot}.`
          : say`${host} can send ${snapshot}, building on ${base}.`;
      const left =
        size === null
          ? say`Almost nothing is left to send.`
          : say`${formatBytes(size)} are still to be sent.`;
      return [{ says: joined([able, left]), host, command: answer.command }];
    }
    case "cannot-send":
      return [{ says: say`ZFS on ${host} says: ${answer.words}`, host, command: answer.command }];
    case "no-such-pool":
      return [{ says: say`${host} has no pool ${pool}.`, host, command: "zpool list" }];
    case "pool-suspended":
      return [
        { says: say`The pool ${pool} on ${host} is suspended.`, host, command: shellQuote(describePools()) },
      ];
    case "silent":
      return [{ says: say`${host} could not tell: ${answer.problem}`, host, command: "" }];
  }
}

function whereaboutsEvidence({ toGuid, fromGuid }: ResumeToken) {
  return ({ host, command, to, from }: Facts["whereabouts"][number]): Evidence => {
    const snapshot =
      to.length === 0
        ? say`${host} has nothing with the snapshot's GUID ${toGuid}.`
        : say`${host} has the snapshot's GUID ${toGuid} as ${to.join(", ")}.`;
    const base =
      from.length === 0
        ? say`Nothing there has the GUID of its base, ${fromGuid ?? ""}.`
        : say`The GUID of its base, ${fromGuid ?? ""}, is there as ${from.join(", ")}.`;
    return { says: fromGuid === null ? snapshot : joined([snapshot, base]), host, command };
  };
}
