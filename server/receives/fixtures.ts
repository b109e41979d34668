import fc from "fast-check";
import type { Host } from "../hosts/config";
import { shellQuote } from "../hosts/quote";
import { recalled, say, verbatim } from "../say";
import { entryOf, type MessageId } from "../zfs/catalogue";
import { estimateResume } from "../zfs/commands";
import { poolOf } from "../zfs/names";
import type { Encryption, PartialDetails, Pool, Snapshot } from "../zfs/output";
import { type ResumeToken, redactTokens, tokenFingerprint } from "../zfs/token";
import { encodeResumeToken } from "../zfs/token-encoder";
import {
  type Facts,
  type SourceAnswer,
  type SourceFacts,
  senderOf,
  sourceAnswer,
  type Whereabouts,
} from "./gather";
import { type PartialReceive, receiveId } from "./types";

// For tests: films sent from `tank/films` on tower into `backup/Family Films` on nas, cut off after 40 GiB of 100.

export const GiB = 1n << 30n;
export const TiB = 1n << 40n;
export const hosts: Host[] = [
  { name: "tower", local: true },
  { name: "nas", ssh: { destination: "root@nas.lan" } },
  { name: "attic", ssh: { destination: "root@attic.lan" } },
];
export const dataset = "backup/Family Films";
export const guids = { base: 11n, to: 22n, newer: 33n, other: 99n };

/** What a host said; `factsOf` adds the token it was asked with. */
type Answer = SourceAnswer | ReturnType<typeof canSend>;

/** What of the facts is not as in a clean full receive into a new dataset. */
export type Situation = {
  token?: Partial<ResumeToken>;
  /** Why the token cannot be read. */
  unreadable?: string;
  activity?: PartialReceive["activity"];
  details?: Partial<PartialDetails>;
  targetPool?: Partial<Pool>;
  snapshots?: Snapshot[];
  answers?: Answer[];
  source?: Partial<SourceFacts>;
  whereabouts?: Whereabouts[];
  lastFailure?: MessageId;
};

/** A yes: 60 GiB are left to send unless told. */
export function canSend(
  more: { host?: string; snapshot?: string; base?: string | null; size?: bigint | null; token?: string } = {},
) {
  const { host = "tower", snapshot = "tank/films@tue", base = null, size = 60n * GiB, token = null } = more;
  return { host, answer: "can-send" as const, estimate: { snapshot, base, size }, token };
}

/** ZFS's own no. */
export function cannotSend(words: string, host = "tower"): SourceAnswer {
  return {
    host,
    answer: "cannot-send",
    words: `cannot resume send: ${words}`,
    command: "zfs send -nvP -t …",
  };
}

export function noSuchPool(host: string): SourceAnswer {
  return { host, answer: "no-such-pool" };
}

export function silent(host: string, problem = "it did not answer."): SourceAnswer {
  return { host, answer: "silent", problem: verbatim(problem) };
}

/** What a search for the token's GUIDs found on a host: nothing unless told. */
export function searched(host: string, found: Partial<Whereabouts> = {}): Whereabouts {
  const command = "zfs list -Hp -t snapshot,bookmark -o name,guid";
  return {
    host,
    command,
    to: [],
    from: [],
    nameTaken: false,
    datasetKnown: false,
    sharesWithTarget: false,
    ...found,
  };
}

/** A snapshot of the target. */
export function snapshot(name: string, guid: bigint, more: Partial<Snapshot> = {}): Snapshot {
  return {
    name: `${dataset}@${name}`,
    guid,
    used: GiB,
    holds: 0,
    clones: [],
    ivset: null,
    creation: 0,
    ...more,
  };
}

/** A full receive that created its dataset. */
export const newDataset: Situation = {};
/** An increment on the newest snapshot of the target, nothing written to it since. */
export const increment: Situation = {
  token: { fromGuid: guids.base },
  details: { stateIn: "%recv", inconsistent: false },
  snapshots: [snapshot("mon", guids.base)],
  answers: [canSend({ base: "tank/films@mon" })],
};
/** A full receive with `-F` over a dataset that existed. */
export const overwriting: Situation = { details: { stateIn: "%recv", inconsistent: false } };

/** `situation` with more about it, where plain spreading would lose what is known of the token or the target. */
export function but(situation: Situation, more: Situation): Situation {
  return {
    ...situation,
    ...more,
    token: { ...situation.token, ...more.token },
    details: { ...situation.details, ...more.details },
  };
}

export function factsOf(situation: Situation): Facts {
  const {
    unreadable,
    activity = { kind: "idle", since: null },
    snapshots = [],
    whereabouts = [],
  } = situation;
  const token: ResumeToken = {
    ...{
      toGuid: guids.to,
      toName: "tank/films@tue",
      fromGuid: null,
      object: 1n,
      offset: 0n,
      bytes: 40n * GiB,
    },
    ...{ largeBlocks: true, embedded: false, compressed: true, raw: false },
    ...{ redactSnaps: null, bookRedactSnaps: null, saved: false },
    ...situation.token,
  };
  const decoded = unreadable === undefined ? token : null;
  const details: PartialDetails = {
    ...{
      token: encodeResumeToken(token),
      stateIn: "dataset",
      inconsistent: true,
      type: "filesystem",
      began: 0,
    },
    ...{ spaceHeld: 44n * GiB, written: 0n, available: TiB, encryption: null, limits: [] },
    ...situation.details,
  };
  const answers = (situation.answers ?? [canSend()]).map((answer): SourceAnswer => {
    if (answer.answer !== "can-send" || "command" in answer) return answer;
    const asked = answer.token ?? details.token;
    return { ...answer, token: asked, command: redactTokens(shellQuote(estimateResume(asked))) };
  });
  const sender = senderOf(answers);
  return {
    receive: {
      ...{ id: receiveId("nas", dataset), host: "nas", dataset, type: details.type, verdict: null },
      ...{ stateIn: details.stateIn, spaceHeld: details.spaceHeld, began: details.began, activity },
      fingerprint: tokenFingerprint(details.token),
      token:
        unreadable === undefined ? { ok: true, value: token } : { ok: false, problem: recalled(unreadable) },
    },
    decoded,
    details,
    targetPool: pool(poolOf(dataset), situation.targetPool),
    snapshots,
    answers,
    source: sender && {
      ...{ pool: pool(poolOf(sender.estimate.snapshot)), encryption: null, identity: null },
      ...situation.source,
    },
    whereabouts,
    lastFailure: entryOf(situation.lastFailure ?? null),
    readAt: 1_790_000_000_000,
  };
}

function pool(name: string, more: Partial<Pool> = {}): Pool {
  const features = ["large_blocks", "embedded_data", "lz4_compress", "encryption", "redacted_datasets"];
  const enabled = new Map(features.map((feature) => [feature, "enabled"]));
  return { name, health: "ONLINE", readonly: false, features: enabled, ...more };
}

/** Mostly as it should be, so that many of the facts allow something. */
function mostly<T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}

const anyGuid = fc.constantFrom(...Object.values(guids));
const anySize = fc.oneof(fc.bigInt(0n, TiB), fc.constantFrom(0n, 1n, 1n << 62n));
const anyIvset = fc.constantFrom(null, 7n, 8n);
const anyName = fc.constantFrom("tank/films@tue", "tank/movies@tue", "vault/films@tue");
const anyBase = fc.constantFrom(null, "tank/films@mon", "tank/films#mon", "tank/other@mon");
const anyHost = fc.constantFrom(...hosts.map(({ name }) => name));
const anyGuids = mostly<bigint[] | null>(null, fc.array(anyGuid, { maxLength: 2 }));

const anyToken: fc.Arbitrary<ResumeToken> = fc.record({
  ...{ toGuid: anyGuid, toName: anyName, object: anySize, offset: anySize, bytes: anySize },
  fromGuid: fc.oneof(fc.constant(null), mostly<bigint>(guids.base, anyGuid)),
  ...{ largeBlocks: fc.boolean(), embedded: fc.boolean(), compressed: fc.boolean(), raw: fc.boolean() },
  ...{ saved: fc.boolean(), redactSnaps: anyGuids, bookRedactSnaps: anyGuids },
});

const anyActivity = mostly<PartialReceive["activity"]>(
  { kind: "idle", since: null },
  fc.constantFrom(
    { kind: "receiving", by: "halfway", transferId: "t1" },
    { kind: "receiving", by: "other", evidence: say`zfs receive runs on ${"nas"} as process ${812}` },
  ),
);

const anyPool = fc.record({
  health: mostly("ONLINE", fc.constantFrom("DEGRADED", "SUSPENDED")),
  readonly: mostly(false, fc.constant(true)),
  features: fc
    .dictionary(
      fc.constantFrom("large_blocks", "lz4_compress", "encryption"),
      mostly("active", fc.constant("disabled")),
    )
    .map((features) => new Map(Object.entries(features))),
});

const anyLimit = fc.record({
  dataset: fc.constantFrom("backup", dataset),
  property: fc.constantFrom("quota" as const, "refquota" as const),
  ...{ limit: anySize, used: anySize },
});

const anyDetails = fc
  .record({
    stateIn: fc.constantFrom("dataset" as const, "%recv" as const),
    type: fc.constantFrom("filesystem" as const, "volume" as const),
    odd: mostly(false, fc.constant(true)),
    ...{ spaceHeld: anySize, written: mostly(0n, anySize), available: mostly(1n << 62n, anySize) },
    encryption: mostly<PartialDetails["encryption"]>(
      null,
      fc.record({ root: fc.constant("backup"), keyLoaded: fc.boolean() }),
    ),
    limits: fc.array(anyLimit, { maxLength: 3 }),
  })
  .map(({ odd, ...details }) => ({ ...details, inconsistent: (details.stateIn === "dataset") !== odd }));

const anySnapshot = fc
  .record({
    ...{ guid: anyGuid, used: anySize, holds: mostly(0, fc.nat(2)), ivset: anyIvset },
    clones: mostly<string[]>([], fc.subarray([`${dataset}/%recv`, "backup/clone"])),
  })
  .map(({ guid, ...more }) => snapshot(`s${guid}`, guid, more));
const anySnapshots = fc
  .tuple(
    mostly<Snapshot[]>([snapshot("mon", guids.base)], fc.constant([])),
    fc.uniqueArray(anySnapshot, { maxLength: 2, selector: ({ guid }) => guid }),
  )
  .map(([base, others]) => [...base, ...others.filter(({ guid }) => guid !== guids.base)]);

/** What a command says that failed: ZFS's own no, other words, or words with the token in them. */
const anyComplaint = fc.constantFrom(
  "cannot resume send: 'tank/films@tue' used in the initial send no longer exists",
  "cannot resume send: 'tank/films@tue' is no longer the same snapshot used in the initial send",
  "cannot resume send: incremental source 0xb no longer exists",
  "sh: 1: zfs: not found",
  "A resuming stream can be generated on the sending system by running:\n    zfs send -t TOKEN",
);

function anyAnswer(token: string): fc.Arbitrary<Answer> {
  const command = redactTokens(shellQuote(estimateResume(token)));
  const failure = (words: string) => ({ code: 255, stdout: "", stderr: words.replace("TOKEN", token) });
  const yes = fc.record({ host: anyHost, snapshot: anyName, base: anyBase, size: fc.option(anySize) });
  return fc.oneof(
    { weight: 3, arbitrary: yes.map((more) => canSend({ ...more, token })) },
    fc
      .tuple(anyHost, anyComplaint)
      .map(([host, words]) => sourceAnswer(host, token, command, failure(words))),
    anyHost.map(noSuchPool),
    anyHost.map((host): SourceAnswer => ({ host, answer: "pool-suspended" })),
    anyHost.map((host) => silent(host)),
  );
}

const anyIdentity = fc.option(fc.record({ guid: anyGuid, ivset: anyIvset }));
const anySource = fc.record({
  encryption: mostly<Encryption | null>(
    null,
    fc.record({ root: fc.constant("tank"), keyLoaded: fc.boolean() }),
  ),
  identity: mostly<SourceFacts["identity"]>(null, fc.record({ to: anyIdentity, base: anyIdentity })),
});

const anyWhereabouts = fc.record({
  host: anyHost,
  to: fc.subarray(["tank/films@tue", "vault/films@tue"]),
  from: fc.subarray(["tank/films#mon", `${dataset}@mon`]),
  ...{ nameTaken: fc.boolean(), datasetKnown: fc.boolean() },
});

/** Facts of every kind, such that nobody was asked about a token that cannot be read. */
export const anyFacts: fc.Arbitrary<Facts> = anyToken.chain((token) =>
  fc
    .record({
      ...{ activity: anyActivity, details: anyDetails, targetPool: anyPool, source: anySource },
      snapshots: anySnapshots,
      answers: fc.array(anyAnswer(encodeResumeToken(token)), { maxLength: 3 }),
      whereabouts: fc.array(anyWhereabouts, { maxLength: 3 }),
      unreadable: mostly<string | null>(null, fc.constant(say`This resume token was cut off.`)),
    })
    .map(({ unreadable, whereabouts, ...situation }) =>
      unreadable === null
        ? factsOf({
            ...situation,
            token,
            whereabouts: whereabouts.map(({ host, ...found }) => searched(host, found)),
          })
        : factsOf({ ...situation, token, unreadable, answers: [] }),
    ),
);
