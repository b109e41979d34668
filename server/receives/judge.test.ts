import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plain, say } from "../say";
import { formatBytes } from "../zfs/bytes";
import { encodeResumeToken } from "../zfs/token-encoder";
import {
  anyFacts,
  but,
  cannotSend,
  canSend,
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
} from "./fixtures";
import { senderOf } from "./gather";
import { abortRefusal, judge, targetSilent } from "./judge";
import { type Intent, intents, type Verdict } from "./types";

/** What a person has to see. `words` are in the sentence, `cautions` in the cautions, `refusals` in why it is not offered. */
type Row = {
  situation: string;
  given: Situation;
  kind: Verdict["kind"];
  why?: string[];
  refused?: readonly Intent[];
  words: string[];
  cautions?: string[];
  remedies?: string[];
  refusals?: Partial<Record<Intent, string>>;
  source?: Partial<Verdict["source"]>;
};

const everything = intents;
const transfers: Intent[] = ["resume", "resume-with-rollback", "start-over"];
const noRollback: Intent[] = ["resume-with-rollback"];
const onlyForce: Intent[] = ["resume"];

const gone = cannotSend("'tank/films@tue' used in the initial send no longer exists");
const replaced = cannotSend("'tank/films@tue' is no longer the same snapshot used in the initial send");
const nowhere = [noSuchPool("nas"), noSuchPool("attic")];
const foundNowhere = [searched("nas"), searched("attic")];
const drifted = but(increment, { details: { written: 3n * GiB } });
const grown = but(increment, { snapshots: [snapshot("mon", guids.base), snapshot("auto", guids.newer)] });
const grownWith = (more: Parameters<typeof snapshot>[2]) =>
  but(increment, { snapshots: [snapshot("mon", guids.base), snapshot("auto", guids.newer, more)] });
const locked = { root: "backup", keyLoaded: false };
const unlocked = { root: "backup", keyLoaded: true };
/** 60 GiB are to be sent, and what is sent is what it takes on disk. */
const tight = (details: Situation["details"]) =>
  but(increment, { details: { available: 20n * GiB, ...details } });
const suspended = { health: "SUSPENDED" };
const withoutLargeBlocks = { features: new Map([["large_blocks", "disabled"]]) };
const elsewhere = encodeResumeToken({ ...tokenOf(newDataset), toName: "vault/films@tue" });

const table: Row[] = [
  // Can be finished as it is.
  {
    situation: "a full receive into a new dataset",
    given: newDataset,
    kind: "resumable",
    refused: noRollback,
    words: ["can be finished", "tower has the snapshot", "60 GiB are still to be sent"],
    refusals: { "resume-with-rollback": "nothing in it to roll back" },
  },
  {
    situation: "an increment whose target stands at its base",
    given: increment,
    kind: "resumable",
    words: ["can be finished", "60 GiB"],
  },
  {
    situation: "the base is only a bookmark any more",
    given: but(increment, { answers: [canSend({ base: "tank/films#mon" })] }),
    kind: "resumable",
    words: ["can be finished"],
    source: { base: "tank/films#mon" },
  },
  {
    situation: "snapshot and dataset were renamed on the source",
    given: but(increment, {
      answers: [canSend({ snapshot: "tank/movies@second", base: "tank/movies@mon" })],
    }),
    kind: "resumable",
    words: ["can be finished"],
    source: { host: "tower", snapshot: "tank/movies@second", base: "tank/movies@mon" },
  },
  {
    situation: "one host can send it, another is silent",
    given: { answers: [silent("attic"), canSend()] },
    kind: "resumable",
    refused: noRollback,
    words: ["tower has the snapshot"],
  },
  {
    situation: "ZFS cannot say how much is left",
    given: but(tight({ available: 0n }), { answers: [canSend({ size: null, base: "tank/films@mon" })] }),
    kind: "resumable",
    words: ["almost nothing is left to send"],
  },
  {
    situation: "a compressed target needs less than is sent",
    given: but(tight({ available: 35n * GiB, spaceHeld: 20n * GiB }), { token: { compressed: false } }),
    kind: "resumable",
    words: ["60 GiB are still to be sent"],
  },
  {
    situation: "a raw copy that is continued raw",
    given: but(increment, {
      token: { raw: true },
      snapshots: [snapshot("mon", guids.base, { ivset: 7n })],
      source: { identity: { to: { guid: guids.to, ivset: 8n }, base: { guid: guids.base, ivset: 7n } } },
    }),
    kind: "resumable",
    words: ["can be finished"],
  },
  {
    situation: "a raw stream while neither side has its key loaded",
    given: but(increment, { token: { raw: true }, details: { encryption: locked } }),
    kind: "resumable",
    words: ["can be finished"],
  },
  {
    situation: "the source's pool is imported for reading only",
    given: but(increment, {
      source: { pool: { name: "tank", health: "ONLINE", readonly: true, features: new Map() } },
    }),
    kind: "resumable",
    words: ["can be finished"],
  },
  {
    situation: "a redacted send: what to leave out again is not known",
    given: but(increment, { token: { redactSnaps: [guids.other] } }),
    kind: "resumable",
    refused: ["start-over"],
    words: ["can be finished"],
    refusals: { "start-over": "redacted" },
  },
  {
    situation: "a send on top of a redaction bookmark",
    given: but(increment, { token: { bookRedactSnaps: [] } }),
    kind: "resumable",
    refused: ["start-over"],
    words: ["can be finished"],
    refusals: { "start-over": "redacted" },
  },

  // Can be finished with -F.
  {
    situation: "the target was written to",
    given: drifted,
    kind: "resumable-with-rollback",
    why: ["changed"],
    refused: onlyForce,
    words: [`3 GiB were written to ${dataset}`, "with a rollback"],
    refusals: { resume: "only with -F" },
  },
  {
    situation: "the target has a newer snapshot",
    given: grown,
    kind: "resumable-with-rollback",
    why: ["newer-snapshots"],
    refused: onlyForce,
    words: [`${dataset}@auto was taken on the target after this receive began`, "with a rollback"],
    refusals: { resume: "only with -F" },
  },
  {
    situation: "the target has newer snapshots and was written to",
    given: but(drifted, {
      snapshots: [snapshot("mon", guids.base), snapshot("a", guids.newer), snapshot("b", guids.other)],
    }),
    kind: "resumable-with-rollback",
    why: ["newer-snapshots", "changed"],
    refused: onlyForce,
    words: [`2 snapshots, from ${dataset}@a on, were taken`, "3 GiB were written"],
  },
  {
    situation: "a snapshot older than the base is no drift",
    given: but(increment, { snapshots: [snapshot("sun", guids.other), snapshot("mon", guids.base)] }),
    kind: "resumable",
    words: ["can be finished"],
  },
  {
    situation: "the newer snapshot's only clone is the received state itself",
    given: grownWith({ clones: [`${dataset}/%recv`] }),
    kind: "resumable-with-rollback",
    why: ["newer-snapshots"],
    refused: onlyForce,
    words: ["with a rollback"],
  },
  {
    situation: "a full receive over an existing dataset",
    given: overwriting,
    kind: "resumable-with-rollback",
    why: ["replaces-dataset"],
    refused: onlyForce,
    words: [`replaces ${dataset}`, "exists already"],
    refusals: { resume: "only with -F" },
  },
  {
    situation: "a full receive over a dataset that has snapshots by now",
    given: but(overwriting, { snapshots: [snapshot("own", guids.other)] }),
    kind: "resumable-with-rollback",
    why: ["replaces-dataset"],
    refused: ["resume", "start-over"],
    words: [`replaces ${dataset}`],
    refusals: { "start-over": `has snapshots (${dataset}@own)` },
  },

  // Something stands in the way that a person can move.
  {
    situation: "the newer snapshot is held",
    given: grownWith({ holds: 1 }),
    kind: "blocked",
    why: ["held-snapshot"],
    refused: transfers,
    words: [`destroys ${dataset}@auto`, "held"],
    remedies: [`nas# zfs holds '${dataset}@auto'`, `nas# zfs release TAG '${dataset}@auto'`],
    refusals: { "resume-with-rollback": "held", "start-over": "held" },
  },
  {
    situation: "the newer snapshot is cloned",
    given: grownWith({ clones: [`${dataset}/%recv`, "backup/trial"] }),
    kind: "blocked",
    why: ["cloned-snapshot"],
    refused: transfers,
    words: [`destroys ${dataset}@auto`, "backup/trial is cloned from it"],
    remedies: ["nas# zfs list -o space backup/trial", "nas# zfs destroy backup/trial"],
  },
  {
    situation: "the target's key is not loaded, and the stream is not raw",
    given: but(increment, { details: { encryption: locked } }),
    kind: "blocked",
    why: ["target-key"],
    refused: transfers,
    words: ["key of backup on nas is not loaded", "not raw"],
    remedies: ["nas# zfs load-key backup"],
  },
  {
    situation: "the source's key is not loaded, and the stream is not raw",
    given: but(increment, { source: { encryption: { root: "tank/films", keyLoaded: false } } }),
    kind: "blocked",
    why: ["source-key"],
    refused: transfers,
    words: ["key of tank/films on tower is not loaded"],
    remedies: ["tower# zfs load-key tank/films"],
  },
  {
    situation: "both keys are loaded",
    given: but(increment, {
      details: { encryption: unlocked },
      source: { encryption: { root: "tank/films", keyLoaded: true } },
    }),
    kind: "resumable",
    words: ["can be finished"],
  },
  {
    situation: "a quota of the dataset leaves too little",
    given: tight({ limits: [{ dataset, property: "quota", limit: 70n * GiB, used: 50n * GiB }] }),
    kind: "blocked",
    why: ["quota"],
    words: ["needs about 60 GiB", "may grow by 20 GiB only", `quota of ${dataset} is 70 GiB`],
    remedies: [`nas# zfs set quota=118785M '${dataset}'`],
  },
  {
    situation: "a refquota of the dataset leaves too little",
    given: tight({ limits: [{ dataset, property: "refquota", limit: 70n * GiB, used: 50n * GiB }] }),
    kind: "blocked",
    why: ["quota"],
    words: [`refquota of ${dataset} is 70 GiB`],
    remedies: [`nas# zfs set refquota=118785M '${dataset}'`],
  },
  {
    situation: "a quota of a dataset above it leaves less than its own",
    given: tight({
      limits: [
        { dataset: "backup", property: "quota", limit: 520n * GiB, used: 500n * GiB },
        { dataset, property: "quota", limit: 200n * GiB, used: 50n * GiB },
      ],
    }),
    kind: "blocked",
    why: ["quota"],
    words: ["quota of backup is 520 GiB"],
    remedies: ["nas# zfs set quota=579585M backup"],
  },
  {
    situation: "there is a quota, but it is the pool that is full",
    given: tight({ limits: [{ dataset, property: "quota", limit: 900n * GiB, used: 50n * GiB }] }),
    kind: "blocked",
    why: ["space"],
    words: ["needs about 60 GiB", "pool backup is full"],
    remedies: ["nas# zfs list -o space -r backup"],
  },
  {
    situation: "the pool has nothing left at all: that is no estimate any more",
    given: tight({ available: 0n }),
    kind: "blocked",
    why: ["space"],
    refused: transfers,
    words: ["pool backup is full"],
  },
  {
    situation: "the quota is used up",
    given: tight({
      available: 0n,
      limits: [{ dataset, property: "quota", limit: 50n * GiB, used: 50n * GiB }],
    }),
    kind: "blocked",
    why: ["quota"],
    refused: transfers,
    words: [`quota of ${dataset} is 50 GiB`],
    remedies: [`nas# zfs set quota=118785M '${dataset}'`],
  },
  {
    situation: "a compressed stream takes as much as is sent, however little the target held so far",
    given: tight({ available: 35n * GiB, spaceHeld: 20n * GiB }),
    kind: "blocked",
    why: ["space"],
    words: ["needs about 60 GiB"],
  },
  {
    situation: "the target's pool is suspended",
    given: but(increment, { targetPool: suspended, answers: [] }),
    kind: "blocked",
    why: ["pool-suspended"],
    refused: everything,
    words: ["pool backup on nas is suspended"],
    remedies: ["nas# zpool status backup", "nas# zpool clear backup"],
  },
  {
    situation: "the target's pool is read-only",
    given: but(increment, { targetPool: { readonly: true } }),
    kind: "blocked",
    why: ["pool-readonly"],
    refused: everything,
    words: ["pool backup on nas is imported for reading only"],
    remedies: ["nas# zpool export backup && zpool import backup"],
  },
  {
    situation: "the target's pool lacks a feature that the stream uses",
    given: but(increment, { targetPool: withoutLargeBlocks }),
    kind: "blocked",
    why: ["missing-feature"],
    refused: transfers,
    words: ["pool backup on nas lacks the feature large_blocks"],
    remedies: ["nas# zpool set feature@large_blocks=enabled backup"],
  },
  {
    situation: "the source's pool is suspended",
    given: { answers: [{ host: "tower", answer: "pool-suspended" }, ...nowhere] },
    kind: "blocked",
    why: ["pool-suspended"],
    refused: transfers,
    words: ["pool tank on tower is suspended"],
    remedies: ["tower# zpool status tank", "tower# zpool clear tank"],
  },
  {
    situation: "several things at once: all of them are named",
    given: but(grownWith({ holds: 2 }), {
      details: { encryption: locked, available: 20n * GiB },
      source: { encryption: { root: "tank/films", keyLoaded: false } },
    }),
    kind: "blocked",
    why: ["target-key", "source-key", "space", "held-snapshot"],
    refused: transfers,
    words: [
      "backup on nas is not loaded",
      "tank/films on tower is not loaded",
      "pool backup is full",
      "held",
    ],
  },

  // What only an attempt can show.
  {
    situation: "the last attempt was refused for want of a permission",
    given: { lastFailure: "receive-permission" },
    kind: "blocked",
    why: ["last-attempt"],
    refused: ["resume-with-rollback"],
    words: ["The last attempt has shown", "zfs allow"],
  },
  {
    situation: "the last attempt ran into a quota that has been raised since",
    given: { lastFailure: "receive-quota" },
    kind: "resumable",
    refused: ["resume-with-rollback"],
    words: ["can be finished"],
  },
  {
    situation: "the last attempt lost its link: nothing to mind",
    given: { lastFailure: "receive-interrupted" },
    kind: "resumable",
    refused: ["resume-with-rollback"],
    words: ["can be finished"],
  },
  {
    situation: "the last attempt has shown that the target is encrypted with another key",
    given: { lastFailure: "receive-key-differs" },
    kind: "unresumable",
    why: ["refused-by-zfs"],
    refused: transfers,
    words: ["The last attempt has shown", "key"],
  },

  // Can never be finished.
  {
    situation: "the snapshot was destroyed, its base is still there",
    given: but(increment, {
      answers: [noSuchPool("nas"), gone, noSuchPool("attic")],
      whereabouts: [
        searched("nas", { from: [`${dataset}@mon`] }),
        searched("tower", { from: ["tank/films@mon"], datasetKnown: true }),
        searched("attic"),
      ],
    }),
    kind: "unresumable",
    why: ["source-destroyed"],
    refused: transfers,
    words: ["tank/films@tue is no longer on tower", "destroyed", "cannot be finished"],
  },
  {
    situation: "the snapshot was destroyed, others of its dataset are still there",
    given: {
      answers: [gone, ...nowhere],
      whereabouts: [searched("tower", { datasetKnown: true, sharesWithTarget: true }), ...foundNowhere],
    },
    kind: "unresumable",
    why: ["source-destroyed"],
    refused: transfers,
    words: ["tank/films@tue is no longer on tower", "destroyed", "unless it came from a host"],
  },
  {
    situation: "a machine has a dataset of that name, but has never sent anything to the target's pool",
    given: {
      answers: [replaced, ...nowhere],
      whereabouts: [searched("tower", { datasetKnown: true, nameTaken: true }), ...foundNowhere],
    },
    kind: "unknown",
    why: ["source-not-found"],
    refused: transfers,
    words: ["tower has a dataset tank/films, but nothing that shows it was the source", "not configured"],
  },
  {
    situation: "the base was destroyed, the snapshot itself is still there",
    given: but(increment, {
      answers: [cannotSend("incremental source 0xb no longer exists"), ...nowhere],
      whereabouts: [
        searched("tower", { to: ["tank/films@tue"], datasetKnown: true }),
        searched("nas", { from: [`${dataset}@mon`] }),
        searched("attic"),
      ],
    }),
    kind: "unresumable",
    why: ["base-gone"],
    refused: transfers,
    words: ["tower still has tank/films@tue", "neither as snapshot nor as bookmark"],
  },
  {
    situation: "another snapshot has taken its name",
    given: {
      answers: [replaced, ...nowhere],
      whereabouts: [
        searched("tower", { datasetKnown: true, nameTaken: true, sharesWithTarget: true }),
        ...foundNowhere,
      ],
    },
    kind: "unresumable",
    why: ["source-replaced"],
    refused: transfers,
    words: ["On tower another snapshot has taken the name tank/films@tue"],
  },
  {
    situation: "the name on the source turns out to be another snapshot",
    given: { source: { identity: { to: { guid: guids.other, ivset: null }, base: null } } },
    kind: "unresumable",
    why: ["source-replaced"],
    refused: transfers,
    words: ["is not what was being sent"],
  },
  {
    situation: "the base on the source turns out to be another snapshot",
    given: but(increment, {
      source: {
        identity: { to: { guid: guids.to, ivset: null }, base: { guid: guids.other, ivset: null } },
      },
    }),
    kind: "unresumable",
    why: ["source-replaced"],
    refused: transfers,
    words: ["is not what was being sent"],
  },
  {
    situation: "the source does not say what its names are: that is no answer",
    given: but(increment, { source: { identity: { to: { guid: guids.to, ivset: null }, base: null } } }),
    kind: "unknown",
    why: ["source-silent"],
    refused: transfers,
    words: ["did not say what it is"],
  },
  {
    situation: "the target does not have the base",
    given: but(increment, { snapshots: [snapshot("other", guids.other)] }),
    kind: "unresumable",
    why: ["lineage-mismatch"],
    refused: transfers,
    words: ["does not have the snapshot that this incremental send builds on"],
  },
  {
    situation: "a raw copy whose token asks for the data decrypted",
    given: but(increment, {
      snapshots: [snapshot("mon", guids.base, { ivset: 7n })],
      details: { encryption: unlocked },
      source: {
        encryption: { root: "tank/films", keyLoaded: true },
        identity: { to: { guid: guids.to, ivset: 8n }, base: { guid: guids.base, ivset: 7n } },
      },
    }),
    kind: "unresumable",
    why: ["not-raw"],
    refused: transfers,
    words: ["is a raw copy", "zfs send -w"],
  },
  {
    situation: "an encrypted source sent plain into a target with a key of its own is nothing of the kind",
    given: but(increment, {
      snapshots: [snapshot("mon", guids.base, { ivset: 9n })],
      details: { encryption: unlocked },
      source: {
        encryption: { root: "tank/films", keyLoaded: true },
        identity: { to: { guid: guids.to, ivset: 8n }, base: { guid: guids.base, ivset: 7n } },
      },
    }),
    kind: "resumable",
    words: ["can be finished"],
  },
  {
    situation: "the token cannot be read",
    given: but(increment, { unreadable: "This resume token was cut off.", answers: [] }),
    kind: "unresumable",
    why: ["token-unreadable"],
    refused: transfers,
    words: ["cannot be read", "was cut off"],
  },

  // Not known: never taken for a no.
  {
    situation: "nobody knows the dataset",
    given: {
      answers: [noSuchPool("tower"), ...nowhere],
      whereabouts: [searched("tower"), ...foundNowhere],
    },
    kind: "unknown",
    why: ["source-not-found"],
    refused: transfers,
    words: ["No host that Halfway knows has a pool tank", "not imported", "not configured", "add that host"],
  },
  {
    situation: "nobody knows the dataset; that the target has the base proves nothing",
    given: but(increment, {
      answers: [noSuchPool("tower"), ...nowhere],
      whereabouts: [searched("tower"), searched("nas", { from: [`${dataset}@mon`] }), searched("attic")],
    }),
    kind: "unknown",
    why: ["source-not-found"],
    refused: transfers,
    words: ["No host that Halfway knows has a pool tank", "not configured"],
  },
  {
    situation: "copies of the base on other machines prove nothing about where it came from",
    given: but(increment, {
      answers: [noSuchPool("tower"), ...nowhere],
      whereabouts: [
        searched("tower"),
        searched("nas", { from: [`${dataset}@mon`, "backup/other@mon"] }),
        searched("attic", { from: ["vault/films@mon"] }),
      ],
    }),
    kind: "unknown",
    why: ["source-not-found"],
    refused: transfers,
    words: ["not configured"],
  },
  {
    situation: "another machine has a dataset of that name, but not the base: it may not be the source",
    given: but(increment, {
      answers: [gone, ...nowhere],
      whereabouts: [searched("tower", { datasetKnown: true, nameTaken: true }), ...foundNowhere],
    }),
    kind: "unknown",
    why: ["source-not-found"],
    refused: transfers,
    words: ["tower has a dataset tank/films, but nothing that shows it was the source", "not configured"],
  },
  {
    situation: "the base is gone from the source, but one host could not be searched",
    given: but(increment, {
      answers: [cannotSend("incremental source 0xb no longer exists"), ...nowhere],
      whereabouts: [searched("tower", { to: ["tank/films@tue"], datasetKnown: true }), searched("nas")],
    }),
    kind: "unknown",
    why: ["source-silent"],
    refused: transfers,
    words: ["attic could not be searched"],
  },
  {
    situation: "the source is silent",
    given: { answers: [silent("tower", "Connection timed out."), ...nowhere], whereabouts: foundNowhere },
    kind: "unknown",
    why: ["source-silent"],
    refused: transfers,
    words: ["is not known", "tower could not tell", "Connection timed out."],
  },
  {
    situation: "one host says no, another is silent",
    given: but(increment, {
      answers: [gone, silent("nas"), noSuchPool("attic")],
      whereabouts: [searched("tower", { from: ["tank/films@mon"], datasetKnown: true }), searched("attic")],
    }),
    kind: "unknown",
    why: ["source-silent"],
    refused: transfers,
    words: ["is not known", "nas could not tell"],
  },
  {
    situation: "one host says that the name was taken, another is silent",
    given: {
      answers: [replaced, silent("attic")],
      whereabouts: [searched("tower", { nameTaken: true, datasetKnown: true })],
    },
    kind: "unknown",
    why: ["source-silent"],
    refused: transfers,
    words: ["is not known", "attic could not tell"],
  },
  {
    situation: "all hosts say no, but one could not be searched for the snapshot",
    given: but(increment, {
      answers: [gone, ...nowhere],
      whereabouts: [searched("tower", { from: ["tank/films@mon"], datasetKnown: true }), searched("nas")],
    }),
    kind: "unknown",
    why: ["source-silent"],
    refused: transfers,
    words: ["is not known", "attic could not be searched"],
  },
  {
    situation: "a raw send, whose snapshot another host has in another pool",
    given: but(newDataset, {
      token: { raw: true },
      answers: [gone, ...nowhere],
      whereabouts: [searched("tower"), searched("nas"), searched("attic", { to: ["vault/films@tue"] })],
    }),
    kind: "unknown",
    why: ["source-not-found"],
    refused: transfers,
    words: ["not where it was", "attic has the same snapshot as vault/films@tue", "sent raw"],
  },
  {
    situation: "a redacted send, whose snapshot another host has in another pool",
    given: but(newDataset, {
      token: { redactSnaps: [guids.other] },
      answers: [gone, ...nowhere],
      whereabouts: [searched("tower"), searched("nas"), searched("attic", { to: ["vault/films@tue"] })],
    }),
    kind: "unknown",
    why: ["source-not-found"],
    refused: transfers,
    words: ["attic has the same snapshot as vault/films@tue", "redacted"],
  },
  {
    situation: "another host has the snapshot in another pool, but cannot send the rest",
    given: {
      answers: [gone, ...nowhere],
      whereabouts: [searched("tower"), searched("nas"), searched("attic", { to: ["vault/films@tue"] })],
    },
    kind: "unknown",
    why: ["source-not-found"],
    refused: transfers,
    words: ["attic has the same snapshot as vault/films@tue", "does not accept it there"],
  },

  // Nothing to decide, or nothing to be done.
  {
    situation: "somebody else receives it right now",
    given: but(increment, {
      activity: { kind: "receiving", by: "other", evidence: say`zfs receive runs on nas as process 812` },
      answers: [],
    }),
    kind: "receiving",
    refused: everything,
    words: ["being received right now"],
    refusals: { abort: "being received right now" },
  },
  {
    situation: "Halfway receives it right now",
    given: but(increment, { activity: { kind: "receiving", by: "halfway", transferId: "t1" }, answers: [] }),
    kind: "receiving",
    refused: everything,
    words: ["being received right now"],
  },
  {
    situation: "a token on a dataset that is complete and has no %recv",
    given: { details: { inconsistent: false } },
    kind: "zombie",
    refused: everything,
    words: ["neither resume nor abort", "0.8.2", "new dataset"],
  },

  // Looks wrong, though ZFS would do it.
  {
    situation: "the snapshot lies in another pool of a third host",
    given: {
      answers: [gone, ...nowhere, canSend({ host: "attic", snapshot: "vault/films@tue", token: elsewhere })],
      whereabouts: [searched("tower"), searched("nas"), searched("attic", { to: ["vault/films@tue"] })],
    },
    kind: "resumable",
    refused: noRollback,
    words: ["attic has the snapshot"],
    source: { host: "attic", snapshot: "vault/films@tue" },
    cautions: ["not found under tank/films@tue", "attic has the very same one", "vault/films@tue"],
  },
  {
    situation: "the token asks for a dataset other than the base's",
    given: but(increment, { answers: [canSend({ snapshot: "tank/secrets@tue", base: "tank/films@mon" })] }),
    kind: "resumable",
    words: ["can be finished"],
    cautions: ["asks for tank/secrets@tue", "comes from tank/films", "somebody may have changed the token"],
  },
  {
    situation: "an encrypted source is sent plain into a new dataset that is not",
    given: { source: { encryption: { root: "tank/films", keyLoaded: true } } },
    kind: "resumable",
    refused: noRollback,
    words: ["can be finished"],
    cautions: [
      "tank/films is encrypted on tower",
      "nas gets it decrypted, and it will lie there unencrypted",
    ],
  },
  {
    situation: "an encrypted source is sent plain into a new dataset that has a key of its own",
    given: {
      details: { encryption: unlocked },
      source: { encryption: { root: "tank/films", keyLoaded: true } },
    },
    kind: "resumable",
    refused: noRollback,
    words: ["can be finished"],
    cautions: ["gets it decrypted and encrypts it with a key of its own"],
  },
  {
    situation: "a new dataset with a key of its own, as raw copies have, but its token asks for plain data",
    given: { details: { encryption: { root: dataset, keyLoaded: true } } },
    kind: "resumable",
    refused: noRollback,
    words: ["can be finished"],
    cautions: ["as a raw copy would", "somebody may have changed the token"],
  },
  {
    situation: "an encrypted source is sent plain on top of what lies unencrypted already",
    given: but(increment, { source: { encryption: { root: "tank/films", keyLoaded: true } } }),
    kind: "resumable",
    words: ["can be finished"],
  },
];

describe("the verdict", () => {
  test.each(table)("on this: $situation", (row) => {
    const verdict = judge(factsOf(row.given));
    const { kind, why = [], refused = [], words, remedies = [], refusals = {}, cautions = [] } = row;
    expect({ kind: verdict.kind, why: whyOf(verdict), refused: refusedBy(verdict) }).toEqual({
      kind,
      why,
      refused,
    });
    for (const word of words) expect(plain(verdict.sentence)).toContain(word);
    for (const remedy of remedies) expect(remediesOf(verdict)).toContain(remedy);
    for (const intent of intents) {
      expect(plain(verdict.refusals[intent] ?? "")).toContain(refusals[intent] ?? "");
    }
    for (const word of cautions) expect(plain(verdict.cautions.join("\n"))).toContain(word);
    expect(verdict.cautions).toHaveLength(cautions.length > 0 ? 1 : 0);
    if (row.source) expect(verdict.source).toMatchObject(row.source);
  });

  test("names what it would cost: the bytes that are left, or that ZFS cannot say", () => {
    expect(judge(factsOf(increment)).remaining).toBe(60n * GiB);
    expect(judge(factsOf({ answers: [canSend({ size: null })] })).remaining).toBeNull();
  });

  test("on a receive whose target does not answer is not known, and offers nothing", () => {
    const verdict = targetSilent(factsOf(increment).receive, say`Connection timed out.`, 5);
    expect(verdict).toMatchObject({ kind: "unknown", reason: "target-silent", judgedAt: 5 });
    expect(plain(verdict.sentence)).toContain("nas could not be asked. Connection timed out.");
    expect(refusedBy(verdict)).toEqual(everything);
  });
});

test.each<[string, NonNullable<Situation["token"]>, string[]]>([
  ["large blocks", { largeBlocks: true, compressed: false }, ["large_blocks"]],
  ["compressed blocks", { largeBlocks: false, compressed: true }, ["lz4_compress"]],
  [
    "embedded blocks",
    { largeBlocks: false, compressed: false, embedded: true },
    ["embedded_data", "lz4_compress"],
  ],
  ["raw blocks", { largeBlocks: false, compressed: true, raw: true }, ["encryption"]],
  ["redactions", { largeBlocks: false, compressed: false, redactSnaps: [] }, ["redacted_datasets"]],
  ["nothing special", { largeBlocks: false, compressed: false }, []],
])("a stream with %s needs a target pool that knows them", (_, token, needed) => {
  const all = ["large_blocks", "embedded_data", "lz4_compress", "encryption", "redacted_datasets"];
  const features = new Map(all.map((feature) => [feature, "disabled"]));
  const verdict = judge(factsOf(but(increment, { token, targetPool: { features } })));
  expect(remediesOf(verdict)).toEqual(needed.map((one) => `nas# zpool set feature@${one}=enabled backup`));
});

describe("what a stream needs on disk", () => {
  test("is an estimate: little space alone forbids nothing, none at all or a missing key does", () => {
    expect(refusedBy(judge(factsOf(tight({}))))).toEqual([]);
    expect(refusedBy(judge(factsOf(tight({ available: 0n }))))).toEqual(transfers);
    expect(refusedBy(judge(factsOf(tight({ encryption: locked }))))).toEqual(transfers);
  });

  test("is never called too much where ZFS leaves enough", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 60n * GiB), (spare) => {
        expect(judge(factsOf(tight({ available: 60n * GiB + spare }))).kind).toBe("resumable");
      }),
    );
  });

  test("fits into the quota that the remedy sets, whichever dataset it is on", () => {
    const amount = fc.bigInt(0n, 400n * GiB);
    fc.assert(
      fc.property(fc.constantFrom("backup", dataset), amount, amount, amount, (on, used, left, size) => {
        const limit = { dataset: on, property: "quota" as const, limit: used + left, used };
        const given = but(tight({ available: left, limits: [limit] }), {
          answers: [canSend({ base: "tank/films@mon", size })],
        });
        const verdict = judge(factsOf(given));
        fc.pre(verdict.kind === "blocked");
        const [, mebibytes = "0", name] =
          /quota=(\d+)M '?([^']+)'?$/.exec(remediesOf(verdict)[0] ?? "") ?? [];
        expect(BigInt(mebibytes) * 1024n * 1024n).toBeGreaterThanOrEqual(used + size);
        expect(name).toBe(on);
      }),
    );
  });
});

describe("an abort", () => {
  const refusal = (situation: Situation, children: string[] = []) => {
    const { receive, details } = factsOf(situation);
    const refused = abortRefusal(receive, details, children);
    return refused && plain(refused);
  };

  test("is possible whatever became of the source, and with a token that cannot be read", () => {
    expect(refusal(but(increment, { answers: [] }))).toBeNull();
    expect(refusal({ unreadable: "This resume token was cut off.", answers: [] })).toBeNull();
  });

  test("is not where a receive is under way, or ZFS would refuse it", () => {
    const activity = { kind: "receiving", by: "other", evidence: say`a process` } as const;
    expect(refusal({ activity })).toContain("being received right now");
    expect(refusal({ details: { inconsistent: false } })).toContain("neither resume nor abort");
  });

  test("is not where other datasets lie below the one that would go", () => {
    expect(refusal(newDataset, [`${dataset}/old`])).toContain(`${dataset}/old lies below`);
    expect(refusal(newDataset, ["backup/a", "backup/b"])).toContain("backup/a, backup/b lie below");
  });
});

describe("the evidence", () => {
  const says = (situation: Situation) => judge(factsOf(situation)).evidence.map((one) => plain(one.says));

  test("tells what arrived, where it lies, how the target stands and who can send", () => {
    const told = says(but(drifted, { details: { encryption: unlocked } })).join("\n");
    for (const fact of [
      "was receiving tank/films@tue, as an increment; 40 GiB have arrived",
      "Nobody receives into it on nas",
      `kept in ${dataset}/%recv`,
      `newest snapshot, ${dataset}@mon, is the one that the stream builds on`,
      "3 GiB were written",
      "1 TiB are left",
      "key of backup is loaded",
      "tower can send tank/films@tue, building on tank/films@mon. 60 GiB are still to be sent.",
    ]) {
      expect(told).toContain(fact);
    }
  });

  test("names the snapshots that are newer than the base", () => {
    expect(says(grown).join("\n")).toContain(`One of its snapshots is newer than ${dataset}@mon`);
  });

  test("keeps ZFS's own words where nobody can send, and who had nothing to tell", () => {
    const told = says({
      answers: [gone, silent("nas", "Connection timed out."), noSuchPool("attic")],
      whereabouts: [searched("tower", { to: [] })],
    }).join("\n");
    expect(told).toContain(
      "ZFS on tower says: cannot resume send: 'tank/films@tue' used in the initial send",
    );
    expect(told).toContain("nas could not tell: Connection timed out.");
    expect(told).toContain("attic has no pool tank");
    expect(told).toContain(`tower has nothing with the snapshot's GUID ${guids.to}.`);
  });

  test("shows a pool that is not well", () => {
    expect(says(but(increment, { targetPool: { health: "DEGRADED" } })).join("\n")).toContain(
      "backup is DEGRADED",
    );
  });
});

describe("whatever the facts are", () => {
  const always = (check: (facts: ReturnType<typeof factsOf>, verdict: Verdict) => void) =>
    fc.assert(
      fc.property(anyFacts, (facts) => check(facts, judge(facts))),
      { numRuns: 500 },
    );

  test("there is a verdict in words, and it is the same each time", () => {
    always((facts, verdict) => {
      expect(verdict.sentence).not.toBe("");
      expect(judge(facts)).toEqual(verdict);
    });
  });

  test("each verdict that rests on what ZFS said has evidence, with a command to see it oneself", () => {
    always((facts, { evidence }) => {
      const { activity } = facts.receive;
      if (activity.kind === "receiving" && activity.by === "halfway") return;
      expect(evidence.some(({ command }) => command !== "")).toBe(true);
      for (const { says, host } of evidence) expect([says, host]).not.toContain("");
    });
  });

  test("no text of it contains a token, which whoever reads it could replay", () => {
    always((facts, verdict) => {
      const text = plain(
        JSON.stringify(verdict, (_, value) => (typeof value === "bigint" ? formatBytes(value) : value)),
      );
      const hex = facts.details.token.split("-")[3] ?? "";
      expect(text).not.toContain(hex.slice(0, 40));
    });
  });

  test("silence is never a no: nothing is called lost while a host has not answered and none said yes", () => {
    always((facts, verdict) => {
      const someoneSilent = facts.answers.some(
        ({ answer }) => answer === "silent" || answer === "pool-suspended",
      );
      if (someoneSilent && !senderOf(facts.answers)) expect(verdict.kind).not.toBe("unresumable");
    });
  });

  test("moving bytes is offered only where some host can send them, and nothing during a receive", () => {
    always((facts, verdict) => {
      if (!senderOf(facts.answers)) expect(refusedBy(verdict)).toEqual(expect.arrayContaining(transfers));
      if (facts.receive.activity.kind === "receiving") expect(refusedBy(verdict)).toEqual(everything);
    });
  });

  test("a plain resume is offered only into a target that has not drifted", () => {
    always(({ details, decoded }, verdict) => {
      if (verdict.refusals.resume !== null || details.stateIn === "dataset") return;
      expect(decoded?.fromGuid).not.toBeNull();
      expect(details.written).toBe(0n);
    });
  });

  test("what is called resumable can be resumed with one click, and with a rollback where it needs one", () => {
    always((_, { kind, refusals }) => {
      if (kind === "resumable") expect(refusals.resume).toBeNull();
      if (kind === "resumable-with-rollback") expect(refusals["resume-with-rollback"]).toBeNull();
    });
  });
});

function tokenOf(situation: Situation) {
  const { decoded } = factsOf(situation);
  if (!decoded) throw new Error("This situation has no token that can be read.");
  return decoded;
}

function whyOf(verdict: Verdict): string[] {
  switch (verdict.kind) {
    case "resumable-with-rollback":
      return verdict.reasons;
    case "blocked":
      return verdict.obstacles.map(({ what }) => what);
    case "unresumable":
    case "unknown":
      return [verdict.reason];
    default:
      return [];
  }
}

function refusedBy({ refusals }: Verdict): Intent[] {
  return intents.filter((intent) => refusals[intent] !== null);
}

function remediesOf(verdict: Verdict): string[] {
  const obstacles = verdict.kind === "blocked" ? verdict.obstacles : [];
  return obstacles.flatMap(({ remedies }) => remedies.map(({ host, command }) => `${host}# ${command}`));
}
