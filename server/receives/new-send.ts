import { HalfwayError } from "../errors";
import type { Host } from "../hosts/config";
import type { Pipeline } from "../hosts/pipeline";
import { shellQuote } from "../hosts/quote";
import { runOk, runOn } from "../hosts/run";
import { counted, joined, type Said, say } from "../say";
import {
  describePartials,
  describeSource,
  listPoints,
  type SendFlags,
  type SeriesEnd,
} from "../zfs/commands";
import { ancestors, datasetOf, datasetProblem, poolOf } from "../zfs/names";
import {
  type DatasetKind,
  type Point,
  type Pool,
  parsePoints,
  parseReceiveTarget,
  parseSource,
  type ReceiveTarget,
  type Snapshot,
} from "../zfs/output";
import { readSnapshots, type Surroundings, type SurroundingsWithRoutes } from "./gather";
import { decryptedWords, keyObstacle, lackOfSpace, missingFeatures, poolObstacles } from "./obstacles";
import { hostNamed, type Plan } from "./plan";
import type { Ends } from "./route";
import { driftObstacles, estimateSend, planSend, type Series } from "./send";
import type { SendObstacle } from "./types";

/** How a person wants it sent. Each is one of ZFS's letters; `-R` is not among them (decision 14). */
export type SendOptions = {
  /** `-w`; null for what fits: encrypted data stays encrypted unless the copy there is not. */
  raw: boolean | null;
  /** `-L` */
  largeBlocks: boolean;
  /** `-c` */
  compressed: boolean;
  /** `-e` */
  embedded: boolean;
  /** `-I` instead of `-i`: the snapshots between base and last come along. */
  steps: boolean;
  /** `-p` */
  properties: boolean;
};

/** One snapshot of one host, for one dataset of another or the same. */
export type SendRequest = {
  source: { host: string; snapshot: string };
  /** `dataset` is as it was typed, and need not be a name. */
  target: { host: string; dataset: string };
  options: SendOptions;
};

/** What is sent, and why it is that. */
export type StreamKind =
  /** `older`: snapshots of the source before this one, which cannot be added later. */
  | { kind: "full"; older: number }
  /** `onTarget`: what the base is called there. `between`: snapshots that `-I` brings and `-i` leaves out. */
  | { kind: "incremental"; base: string; onTarget: string; bookmark: boolean; between: number };

/** Why a stream is raw or not: what is encrypted on the source fits a copy only in the form that this was made in. */
export type RawReason = "not-encrypted" | "new-copy" | "raw-copy" | "plain-copy" | "unknown-copy";

/** A new send before it is started. */
export type NewSend = {
  obstacles: SendObstacle[];
  /** Null where no stream fits the target. */
  stream: StreamKind | null;
  /** How it is made, as far as wishes can be met; null without a stream. */
  flags: SendFlags | null;
  rawReason: RawReason;
  /** Whether `-e` was left out because the target encrypts (facts L7). */
  embeddedLeftOut: boolean;
  /** Null without a stream. */
  plan: Plan | null;
};

/** What starts it. */
export type Prepared = {
  plan: Plan;
  pipeline: Pipeline;
  ends: Ends;
  toGuid: bigint;
  flags: SendFlags;
  series: Series | null;
};

/** What was read of both sides. */
export type SendFacts = {
  /** Snapshots and bookmarks of the source, oldest first. */
  points: readonly Point[];
  source: DatasetKind;
  target: ReceiveTarget;
  targetPool: Pool | null;
  /** Of the target, oldest first; empty where it does not exist. */
  snapshots: readonly Snapshot[];
};

// A host may have a hundred thousand snapshots.
const patience = { limitMs: 60_000 };

/**
 * Reads both sides with five commands at most, and plans. Changes nothing.
 * @returns `prepared` where it may be started: an estimate alone stands in nobody's way.
 * @throws HalfwayError `NOT_FOUND` where the snapshot is gone, `UNREACHABLE` or `ZFS_FAILED` where a side cannot be asked.
 */
export async function planNewSend(
  surroundings: SurroundingsWithRoutes,
  request: SendRequest,
): Promise<{ send: NewSend; prepared: Prepared | null }> {
  const { hosts } = surroundings;
  const source = hostNamed(hosts, request.source.host);
  const target = hostNamed(hosts, request.target.host);
  const blocked = beforeAsking(surroundings, request);
  if (blocked.length > 0) return { send: blockedBy(blocked), prepared: null };
  const facts = await gatherSend(surroundings, request);
  const draft = drawUp(request, facts);
  const { stream, end, flags, obstacles } = draft;
  if (!stream || !end || !flags) return { send: { ...blockedBy(obstacles), stream }, prepared: null };

  const size = await estimateSend(source, flags, end);
  const { dataset } = request.target;
  const short = size === null ? [] : lackOfSpace("send", size, request.target, facts.target);
  const route = await surroundings.findRoute({ source, target, size, flags, limited: false });
  const { plan, pipeline, ends, series } = planSend("send", {
    ...{ source, target, dataset, end, flags, size, route },
    ...{ properties: draft.properties, cautions: draft.cautions, stays: draft.stays },
  });
  const all = [...obstacles, ...short];
  const { rawReason, embeddedLeftOut, toGuid } = draft;
  const mayStart = all.every(({ certain }) => !certain);
  return {
    send: { obstacles: all, stream, flags, rawReason, embeddedLeftOut, plan },
    prepared: mayStart ? { plan, pipeline, ends, toGuid, flags, series } : null,
  };
}

/** What is in the way of a send without anybody having to be asked. */
export function beforeAsking(
  { poolsOf, silenceOf }: Surroundings,
  { source, target }: SendRequest,
): SendObstacle[] {
  const problem = datasetProblem(target.dataset);
  if (problem !== null) return [{ what: "bad-name", sentence: problem, remedies: [], certain: true }];
  const from = datasetOf(source.snapshot);
  if (source.host === target.host && from === target.dataset) {
    const sentence = say`${from} on ${source.host} is where the snapshot is: choose another dataset.`;
    return [{ what: "same-dataset", sentence, remedies: [], certain: true }];
  }
  for (const host of [source.host, target.host]) {
    const silence = silenceOf(host);
    if (silence !== null)
      throw new HalfwayError("UNREACHABLE", joined([say`${host} could not be asked.`, silence]));
  }
  const pools = poolsOf(target.host);
  const targetPool = poolNamed(pools, target.dataset);
  if (pools && !targetPool) {
    const pool = poolOf(target.dataset);
    const known = pools.map((one) => one.name).join(", ");
    return [
      {
        what: "no-such-pool",
        sentence:
          known === ""
            ? say`${target.host} has no pool ${pool}.`
            : say`${target.host} has no pool ${pool}; it has ${known}.`,
        remedies: [{ says: say`See what could be imported`, host: target.host, command: "zpool import" }],
        certain: true,
      },
    ];
  }
  const sourcePool = poolNamed(poolsOf(source.host), source.snapshot);
  return [
    // A suspended pool answers nothing, and may never give the process back (facts A20).
    ...(sourcePool ? poolObstacles(source.host, sourcePool, false) : []),
    ...(targetPool ? poolObstacles(target.host, targetPool, true) : []),
  ];
}

async function gatherSend(
  { hosts, poolsOf }: Surroundings,
  { source, target }: SendRequest,
): Promise<SendFacts> {
  const sourceHost = hostNamed(hosts, source.host);
  const targetHost = hostNamed(hosts, target.host);
  const from = datasetOf(source.snapshot);
  const [points, kind, there] = await Promise.all([
    runOk(sourceHost, listPoints(from), patience).then(parsePoints),
    runOk(sourceHost, describeSource(from)).then((stdout) => parseSource(stdout, from)),
    readTarget(targetHost, target.dataset),
  ]);
  if (!kind)
    throw new HalfwayError("ZFS_FAILED", say`zfs get on ${source.host} did not say what ${from} is.`);
  return {
    ...{ points, source: kind, target: there.target, snapshots: there.snapshots },
    targetPool: poolNamed(poolsOf(target.host), target.dataset),
  };
}

async function readTarget(
  host: Host,
  dataset: string,
): Promise<{ target: ReceiveTarget; snapshots: Snapshot[] }> {
  const { code, stdout, stderr } = await runOn(host, describePartials([dataset]));
  // Exits 1 wherever one of the names does not exist.
  const target = code === 0 || code === 1 ? parseReceiveTarget(stdout, stderr, dataset) : null;
  if (!target)
    throw new HalfwayError("ZFS_FAILED", say`zfs get failed on ${host.name}: ${stderr.trim()}`, stderr);
  const asked = target.existing !== null && !target.receiving;
  return { target, snapshots: asked ? await readSnapshots(host, dataset) : [] };
}

/** A send without its size: what is sent, and what is in its way. */
type Draft = {
  obstacles: SendObstacle[];
  stream: StreamKind | null;
  end: SeriesEnd | null;
  flags: SendFlags | null;
  rawReason: RawReason;
  embeddedLeftOut: boolean;
  properties: { without: string[] } | null;
  cautions: Said[];
  stays: Plan["stays"];
  toGuid: bigint;
};

/** From facts and wishes to what is sent. Pure. @throws HalfwayError `NOT_FOUND` where the snapshot is gone. */
export function drawUp(request: SendRequest, facts: SendFacts): Draft {
  const { source, target, options } = request;
  const at = facts.points.findIndex(({ name }) => name === source.snapshot);
  const to = facts.points[at];
  if (!to) {
    throw new HalfwayError("NOT_FOUND", say`${source.host} has no ${source.snapshot} any more.`);
  }
  const stays = facts.target.existing
    ? { snapshots: facts.snapshots.length, newest: facts.snapshots.at(-1)?.name ?? null }
    : null;
  const nothing: Draft = {
    ...{ obstacles: [], stream: null, end: null, flags: null, rawReason: "not-encrypted" },
    ...{ embeddedLeftOut: false, properties: null, cautions: [], stays, toGuid: to.guid },
  };
  const place = placeObstacles(request, facts.target);
  if (place.some(({ what }) => what !== "parent-missing")) return { ...nothing, obstacles: place };
  const fit = facts.target.existing ? fitOf(request, facts, at, to) : null;
  if (fit && "obstacle" in fit) return { ...nothing, obstacles: [fit.obstacle] };

  const rawReason = reasonForRaw(facts, fit?.base ?? null);
  // Where it is not known what the copy is, raw shows nothing to anybody.
  const raw = rawReason !== "not-encrypted" && (options.raw ?? rawReason !== "plain-copy");
  const encryption = facts.target.existing
    ? facts.target.existing.encryption
    : facts.target.above?.encryption;
  // ZFS refuses embedded blocks where it has to encrypt them itself (facts L7).
  const embeddedLeftOut = options.embedded && !raw && Boolean(encryption);
  const flags: SendFlags = {
    ...{ raw, largeBlocks: options.largeBlocks, compressed: options.compressed },
    embedded: options.embedded && !embeddedLeftOut,
  };
  const stream = fit
    ? fit.stream
    : ({ kind: "full", older: snapshotsIn(facts.points.slice(0, at)) } as const);
  const { snapshots } = facts;
  const written = facts.target.existing?.written ?? 0n;
  const drift = fit ? driftObstacles({ ...target, written, snapshots }, fit.base.guid) : [];
  const steps = stream.kind === "incremental" && !stream.bookmark && options.steps;
  const end: SeriesEnd = { from: stream.kind === "full" ? null : stream.base, to: to.name, steps };
  return {
    ...{ ...nothing, stream, end, flags, rawReason, embeddedLeftOut },
    properties: options.properties ? { without: leftOut(facts, raw, Boolean(encryption)) } : null,
    cautions: cautionsOf(request, facts, stream, raw),
    obstacles: [
      ...place,
      ...drift,
      ...mixedForms(request, rawReason, raw),
      ...keyObstacles(request, facts, raw),
      ...(facts.targetPool ? missingFeatures(target.host, facts.targetPool, flags, false) : []),
    ],
  };
}

/** Why nothing can be received there, whatever is sent. */
function placeObstacles({ target: { host, dataset } }: SendRequest, target: ReceiveTarget): SendObstacle[] {
  const { existing, receiving, above } = target;
  if (receiving) {
    const sentence = say`${dataset} on ${host} holds a receive that is under way or was interrupted: ZFS takes nothing else there. Wait for that one, resume it or abort it first.`;
    return [{ what: "unfinished-receive", sentence, remedies: [], certain: true }];
  }
  if (existing) return [];
  const parent = ancestors(dataset).at(-1);
  if (parent === undefined || !above) {
    const sentence = say`${host} has no pool ${poolOf(dataset)}.`;
    return [{ what: "no-such-pool", sentence, remedies: [], certain: true }];
  }
  if (above.type === "volume") {
    const sentence = say`${above.name} on ${host} is a volume: nothing can lie below it.`;
    return [{ what: "parent-is-volume", sentence, remedies: [], certain: true }];
  }
  if (above.name === parent) return [];
  return [
    {
      what: "parent-missing",
      sentence: say`${host} has no ${parent}, and ZFS receives only below what exists.`,
      remedies: [{ says: say`Create it`, host, command: shellQuote(["zfs", "create", "-p", parent]) }],
      certain: true,
    },
  ];
}

/** Both ends of an increment, by GUID: names may differ, or be the same by chance. */
type Fit = { stream: StreamKind; base: { guid: bigint; source: Point; target: Snapshot } };

/** What an existing target takes from this source: an increment on the newest snapshot that both have, or nothing. */
function fitOf(
  { source, target: { host, dataset } }: SendRequest,
  { points, snapshots }: SendFacts,
  at: number,
  to: Point,
): Fit | { obstacle: SendObstacle } {
  const blocked = (what: SendObstacle["what"], sentence: Said, remedies: SendObstacle["remedies"] = []) => ({
    obstacle: { what, sentence, remedies, certain: true },
  });
  const copy = snapshots.find(({ guid }) => guid === to.guid);
  if (copy) return blocked("already-there", say`${host} has this very snapshot already, as ${copy.name}.`);
  const aside = {
    says: say`If it is not needed under this name, move it aside (this destroys nothing)`,
    host,
    command: shellQuote(["zfs", "rename", dataset, `${dataset}-before`]),
  };
  if (snapshots.length === 0) {
    return blocked(
      "target-exists",
      say`${dataset} exists on ${host} and has no snapshots, so nothing can be added to it; ZFS would have to overwrite it (-F), which Halfway does not do. Choose another name.`,
      dataset.includes("/") ? [aside] : [],
    );
  }
  const from = datasetOf(source.snapshot);
  const older = points.slice(0, at).filter(({ guid }) => guid !== to.guid);
  const newer = points.slice(at + 1);
  const ahead = snapshots.findLast(({ guid }) => newer.some((one) => one.guid === guid));
  if (ahead) {
    return blocked(
      "target-ahead",
      say`${host} has a newer one of ${from} already (${ahead.name}), and ZFS adds nothing before it. Choose a newer snapshot.`,
    );
  }
  const theirs = snapshots.findLast(({ guid }) => older.some((one) => one.guid === guid));
  if (!theirs) {
    return blocked(
      "nothing-in-common",
      counted(
        snapshots.length,
        say`${dataset} exists on ${host}, but its only snapshot is none that ${from} on ${source.host} has, or has a bookmark of, from before this one. Choose another name.`,
        say`${dataset} exists on ${host}, but none of its ${snapshots.length} snapshots is one that ${from} on ${source.host} has, or has a bookmark of, from before this one. Choose another name.`,
      ),
      dataset.includes("/") ? [aside] : [],
    );
  }
  // A snapshot rather than a bookmark of the same: only from there can those in between come along.
  const ours = older.filter(({ guid }) => guid === theirs.guid);
  const base = ours.find(({ name }) => name.includes("@")) ?? ours[0];
  if (!base) throw new Error("a common snapshot is one of the source's");
  const between = snapshotsIn(points.slice(points.indexOf(base) + 1, at));
  const bookmark = !base.name.includes("@");
  return {
    stream: { kind: "incremental", base: base.name, onTarget: theirs.name, bookmark, between },
    base: { guid: base.guid, source: base, target: theirs },
  };
}

function snapshotsIn(points: readonly Point[]): number {
  return points.filter(({ name }) => name.includes("@")).length;
}

/** A raw copy of a snapshot shares its `ivset` with the source, one that was decrypted on the way does not (facts C.9). */
function reasonForRaw({ source }: SendFacts, base: Fit["base"] | null): RawReason {
  if (!source.encryption) return "not-encrypted";
  if (!base) return "new-copy";
  if (base.target.ivset === null) return "plain-copy";
  if (base.source.ivset === null) return "unknown-copy";
  return base.target.ivset === base.source.ivset ? "raw-copy" : "plain-copy";
}

/** Raw and plain streams do not mix (facts C.9). */
function mixedForms({ source, target }: SendRequest, rawReason: RawReason, raw: boolean): SendObstacle[] {
  const { host, dataset } = target;
  if (rawReason === "raw-copy" && !raw) {
    const sentence = say`${dataset} on ${host} is a raw copy of ${datasetOf(source.snapshot)}, encrypted as on ${source.host}: a decrypted increment would end that for good. Send it raw.`;
    return [{ what: "needs-raw", sentence, remedies: [], certain: true }];
  }
  if (rawReason === "plain-copy" && raw) {
    const sentence = say`${dataset} on ${host} was not received raw, so ZFS takes no raw increment there. Send it without raw, or to a new dataset.`;
    return [{ what: "never-raw", sentence, remedies: [], certain: true }];
  }
  return [];
}

/** Keys that a stream needs which is not raw: to read what is sent, and to encrypt it where it arrives. */
function keyObstacles({ source, target }: SendRequest, facts: SendFacts, raw: boolean): SendObstacle[] {
  if (raw) return [];
  const from = datasetOf(source.snapshot);
  const { encryption } = facts.source;
  const there = facts.target.existing ? facts.target.existing.encryption : facts.target.above?.encryption;
  return [
    ...(encryption && !encryption.keyLoaded
      ? [
          keyObstacle(
            "source-key",
            source.host,
            encryption.root,
            say`The key of ${from} on ${source.host} is not loaded, and this send needs it: it is not raw.`,
          ),
        ]
      : []),
    ...(there && !there.keyLoaded
      ? [
          keyObstacle(
            "target-key",
            target.host,
            there.root,
            say`The key of ${there.root} on ${target.host} is not loaded, and this stream is not raw: ZFS has to encrypt it there.`,
          ),
        ]
      : []),
  ];
}

/**
 * Properties of the source that the target keeps its own of. Its mountpoint would hide an admin's directories at the next
 * boot; its `encryption=off` would leave what arrives in an encrypted place unencrypted (facts L8).
 */
function leftOut({ source, target }: SendFacts, raw: boolean, encrypts: boolean): string[] {
  return [
    ...(source.type === "filesystem" ? ["mountpoint"] : []),
    ...(encrypts && !raw && !target.existing ? ["encryption"] : []),
  ];
}

function cautionsOf(
  { source, target, options }: SendRequest,
  facts: SendFacts,
  stream: StreamKind,
  raw: boolean,
): Said[] {
  const from = datasetOf(source.snapshot);
  const encryptedThere = Boolean(facts.target.above?.encryption);
  return [
    ...(facts.source.encryption && !raw && stream.kind === "full"
      ? [decryptedWords(from, source.host, target.host, encryptedThere)]
      : []),
    ...(options.properties
      ? [
          say`The properties of ${from} come along and are set on ${target.dataset}: among them what it shares, its quota and its reservation, if it has any. Not its mountpoint.`,
        ]
      : []),
  ];
}

function blockedBy(obstacles: SendObstacle[]): NewSend {
  const nothing = { stream: null, flags: null, plan: null };
  return { obstacles, ...nothing, rawReason: "not-encrypted", embeddedLeftOut: false };
}

function poolNamed(pools: readonly Pool[] | null, dataset: string): Pool | null {
  return pools?.find(({ name }) => name === poolOf(dataset)) ?? null;
}
