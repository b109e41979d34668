import { HalfwayError, sentence } from "../errors";
import type { Host } from "../hosts/config";
import { shellQuote } from "../hosts/quote";
import { type Output, runOk, runOn } from "../hosts/run";
import { type Said, say, verbatim } from "../say";
import { type CatalogueEntry, entryOf, type MessageId } from "../zfs/catalogue";
import {
  type Argv,
  estimateResume,
  identify,
  listChildren,
  listGuids,
  listKeys,
  listSnapshots,
  readToken,
  sendAgain,
} from "../zfs/commands";
import { datasetOf, poolOf } from "../zfs/names";
import {
  type Encryption,
  type Identity,
  type PartialDetails,
  type Pool,
  parseChildren,
  parseEstimate,
  parseGuids,
  parseIdentities,
  parseKeys,
  parseSnapshots,
  type SendEstimate,
  type Snapshot,
  stderrWords,
} from "../zfs/output";
import { isRedacted, type ResumeToken, redactTokens, tokenFingerprint } from "../zfs/token";
import { encodeResumeToken } from "../zfs/token-encoder";
import type { FindRoute } from "./route";
import { type Seen, scanDatasets } from "./scan";
import type { PartialReceive } from "./types";

/** What a host said when asked whether it can send the rest (facts A10). Silence is not a no. */
export type SourceAnswer =
  | {
      host: string;
      answer: "can-send";
      estimate: SendEstimate;
      /** The token to use there: the target's own, or one that names the same snapshot in another pool (decision 11). */
      token: string;
      command: string;
    }
  | { host: string; answer: "cannot-send"; words: string; command: string }
  | { host: string; answer: "no-such-pool" }
  | { host: string; answer: "pool-suspended" }
  | { host: string; answer: "silent"; problem: Said };

type CanSend = Extract<SourceAnswer, { answer: "can-send" }>;

/** Where on a host the two GUIDs of a token were found, asked when nobody could send by the token's own name. */
export type Whereabouts = {
  host: string;
  command: string;
  /** Snapshots with the token's `toguid`. */
  to: string[];
  /** Snapshots and bookmarks with its `fromguid`. */
  from: string[];
  /** Whether another snapshot bears the name that the token gives. */
  nameTaken: boolean;
  /** Whether the dataset that the token names has snapshots or bookmarks there. */
  datasetKnown: boolean;
  /** Whether the pool that the token names has snapshots in common with the target's pool: then it has sent to it before. */
  sharesWithTarget: boolean;
};

/** What is known of the host and the snapshot that the rest would be sent from. */
export type SourceFacts = {
  pool: Pool | null;
  /** Null where the dataset is not encrypted, or nobody asked because a raw stream needs no key. */
  encryption: Encryption | null;
  /** What the names that ZFS gave really are; read before a plan only. */
  identity: { to: Identity | null; base: Identity | null } | null;
};

/** Everything a verdict and a plan rest on, read at one moment. */
export type Facts = {
  receive: PartialReceive;
  /** What the token says; null where it cannot be read. */
  decoded: ResumeToken | null;
  details: PartialDetails;
  targetPool: Pool | null;
  /** Snapshots of the target, oldest first. Empty for a receive into a new dataset. */
  snapshots: Snapshot[];
  answers: SourceAnswer[];
  source: SourceFacts | null;
  whereabouts: Whereabouts[];
  /** What the last attempt ran into, if anything. */
  lastFailure: CatalogueEntry | null;
  /** When it was read, milliseconds. */
  readAt: number;
};

/** What is known of the hosts without asking them. */
export type Surroundings = {
  hosts: readonly Host[];
  /** The pools of a host as last read; null where it was never read. */
  poolsOf: (host: string) => readonly Pool[] | null;
  /** Why the last transfer into a receive failed, if it is still as that left it. */
  lastFailure: (receive: PartialReceive) => MessageId | null;
  /** Why a host does not answer; null where it does, or has not been asked yet. */
  silenceOf: (host: string) => Said | null;
};

/** The same with the ways between the hosts: what a plan needs. */
export type SurroundingsWithRoutes = Surroundings & { findRoute: FindRoute };

// An estimate from a bookmark walks the data (facts C.7), and a host may have a hundred thousand snapshots.
const patience = { limitMs: 60_000 };

/**
 * Answers that concern a whole host: each is asked for once, when first needed, however many receives are judged
 * together.
 */
export class HostAnswers {
  readonly #answers = new Map<string, Promise<unknown>>();

  /** Whether keys are loaded, by encrypted dataset of a pool. */
  keysOf(host: Host, pool: string): Promise<Map<string, Encryption>> {
    return this.#once(`keys ${host.name} ${pool}`, async () => parseKeys(await runOk(host, listKeys(pool))));
  }

  /** Every snapshot and bookmark. */
  guidsOf(host: Host): Promise<{ name: string; guid: bigint }[]> {
    return this.#once(`guids ${host.name}`, async () => parseGuids(await runOk(host, listGuids(), patience)));
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const answer = (this.#answers.get(key) as Promise<T> | undefined) ?? ask();
    this.#answers.set(key, answer);
    return answer;
  }
}

/**
 * Reads what the verdict on a receive needs: one command on the target where it has snapshots, one on each host that
 * has the source's pool, and rarely one per host for all receives together.
 * @param proof whether to make sure what the source's names really are, and that the token is still the same after the
 *   estimate; for a plan, not for a list.
 * @param early the sources' answers, where they were asked about this very token already.
 * @throws HalfwayError with `proof`: `CONFLICT` where the token has moved on meanwhile.
 */
export async function gather(
  surroundings: Surroundings,
  receive: PartialReceive,
  details: PartialDetails,
  shared: HostAnswers,
  proof: boolean,
  early: SourceAnswer[] | null = null,
): Promise<Facts> {
  const target = hostNamed(surroundings, receive.host);
  const decoded = receive.token.ok ? receive.token.value : null;
  const facts: Facts = {
    ...{ receive, decoded, details, snapshots: [], answers: [], source: null, whereabouts: [] },
    targetPool: poolNamed(surroundings.poolsOf(receive.host), receive.dataset),
    lastFailure: entryOf(surroundings.lastFailure(receive)),
    readAt: Date.now(),
  };
  const silence = surroundings.silenceOf(receive.host);
  if (silence !== null) throw new HalfwayError("UNREACHABLE", silence);
  // A suspended pool answers nothing, and may never give the process back (facts A20).
  const askable = facts.targetPool?.health !== "SUSPENDED";
  if (!decoded || receive.activity.kind === "receiving" || !askable) return facts;
  const onTarget = async () => {
    if (receive.stateIn === "%recv") facts.snapshots = await readSnapshots(target, receive.dataset);
  };
  const onSources = async () => {
    facts.answers = early ?? (await askSources(surroundings, details.token, decoded));
    if (!senderOf(facts.answers)) {
      facts.whereabouts = await searchByGuid(surroundings, receive, decoded, shared);
      facts.answers = [...facts.answers, ...(await askElsewhere(surroundings, decoded, facts.whereabouts))];
    }
    const sender = senderOf(facts.answers);
    if (!sender) return;
    [facts.source] = await Promise.all([
      readSource(surroundings, sender, decoded, shared, proof),
      proof ? requireSameToken(target, receive) : null,
    ]);
  };
  await Promise.all([onTarget(), onSources()]);
  return facts;
}

/**
 * Makes sure that the token is still the one that was planned with: between two readings lies the time that estimates
 * take, and a token read earlier and used later gets a lie for an answer (facts A8).
 * @throws HalfwayError `CONFLICT`
 */
export async function requireSameToken(
  host: Host,
  { dataset, fingerprint }: Pick<PartialReceive, "dataset" | "fingerprint">,
): Promise<void> {
  const token = (await runOk(host, readToken(dataset))).trim();
  if (tokenFingerprint(token) !== fingerprint) throw changed(dataset);
}

/** The host that can send the rest. The first in the configuration wins: same GUID, same bytes. */
export function senderOf(answers: readonly SourceAnswer[]): CanSend | null {
  return answers.find((answer): answer is CanSend => answer.answer === "can-send") ?? null;
}

/**
 * One partial receive as it is at this moment, or an error that says what became of it.
 * @param fingerprint what the person saw; null to take the state as it is now.
 * @param seen what earlier readings of this host saw, so that a token that keeps moving is noticed.
 * @throws HalfwayError `NOT_FOUND` when it is gone, `CONFLICT` when it is not what the person saw, `UNREACHABLE`.
 */
export async function readReceive(
  target: Host,
  dataset: string,
  fingerprint: string | null,
  seen: ReadonlyMap<string, Seen> = new Map(),
): Promise<{ receive: PartialReceive; details: PartialDetails }> {
  const reading = await scanDatasets(target, [dataset], new Map(seen));
  const [receive] = reading.receives;
  const details = reading.details.get(dataset);
  if (!receive || !details) {
    throw new HalfwayError(
      fingerprint === null ? "NOT_FOUND" : "CONFLICT",
      say`${dataset} on ${target.name} has no interrupted receive any more: it was finished, aborted or destroyed.`,
    );
  }
  if (fingerprint !== null && receive.fingerprint !== fingerprint) throw changed(dataset);
  return { receive, details };
}

/** The state is not what the person saw. */
export function changed(dataset: string): HalfwayError {
  return new HalfwayError(
    "CONFLICT",
    say`${dataset} has changed since you looked: more was received, or it was begun anew. Look again, then decide.`,
  );
}

/** Datasets below a partial one: ZFS does not abort a receive whose new dataset has any (facts C.5). */
export async function readChildren(target: Host, dataset: string): Promise<string[]> {
  return parseChildren(await runOk(target, listChildren(dataset)), dataset);
}

/** Snapshots of a target, oldest first. */
export async function readSnapshots(host: Host, dataset: string): Promise<Snapshot[]> {
  return parseSnapshots(await runOk(host, listSnapshots(dataset), patience));
}

/** Asks every host whether it can send the rest of a token. */
export function askSources(
  surroundings: Surroundings,
  token: string,
  decoded: ResumeToken,
): Promise<SourceAnswer[]> {
  return Promise.all(surroundings.hosts.map((host) => askSource(surroundings, host, token, decoded)));
}

async function askSource(
  { poolsOf, silenceOf }: Surroundings,
  host: Host,
  token: string,
  decoded: ResumeToken,
): Promise<SourceAnswer> {
  const { name } = host;
  const problem = silenceOf(name);
  if (problem !== null) return { host: name, answer: "silent", problem };
  const pools = poolsOf(name);
  const pool = poolNamed(pools, decoded.toName);
  // ZFS looks for the GUID in the pool that the token names, and nowhere else (facts C.3).
  if (pools && !pool) return { host: name, answer: "no-such-pool" };
  if (pool?.health === "SUSPENDED") return { host: name, answer: "pool-suspended" };
  return estimate(host, token);
}

async function estimate(host: Host, token: string): Promise<SourceAnswer> {
  const argv = estimateResume(token);
  try {
    return sourceAnswer(host.name, token, words(argv), await runOn(host, argv, patience));
  } catch (error) {
    return { host: host.name, answer: "silent", problem: sentence(error) };
  }
}

/** ZFS's own no (facts C.3). Whatever else goes wrong says nothing about the snapshot. */
const cannotSend = /no longer exists|is no longer the same snapshot/;

/** Reads the answer to `estimateResume`: only ZFS's own words count as a no. */
export function sourceAnswer(
  host: string,
  token: string,
  command: string,
  { code, stdout, stderr }: Output,
): SourceAnswer {
  const estimated = code === 0 ? parseEstimate(stdout + stderr) : null;
  if (estimated) return { host, answer: "can-send", estimate: estimated, token, command };
  const said = redactTokens(stderrWords(stderr));
  if (cannotSend.test(said)) return { host, answer: "cannot-send", words: said, command };
  const problem =
    said === "" ? say`zfs send ended with exit code ${code ?? "?"} and said nothing.` : verbatim(said);
  return { host, answer: "silent", problem };
}

/** Looks on every host that answers for the snapshot itself, whatever its name and pool are by now. */
async function searchByGuid(
  { hosts, poolsOf, silenceOf }: Surroundings,
  target: PartialReceive,
  { toGuid, fromGuid, toName }: ResumeToken,
  shared: HostAnswers,
): Promise<Whereabouts[]> {
  const inPool = async (host: Host, name: string) =>
    (await shared.guidsOf(host)).filter((one) => poolOf(one.name) === poolOf(name)).map(({ guid }) => guid);
  const targetHost = hosts.find(({ name }) => name === target.host);
  const onTarget = async () => new Set(targetHost ? await inPool(targetHost, target.dataset) : []);
  const sharesWithTarget = async (host: Host) => {
    const theirs = await inPool(host, toName);
    const ours = await onTarget();
    return (
      (host.name !== target.host || poolOf(toName) !== poolOf(target.dataset)) &&
      theirs.some((guid) => ours.has(guid))
    );
  };
  const search = async (host: Host): Promise<Whereabouts[]> => {
    // What a suspended pool holds cannot be known: ZFS would hang, or leave it out without a word (facts A20, L2).
    const suspended = poolsOf(host.name)?.some(({ health }) => health === "SUSPENDED");
    if (suspended || silenceOf(host.name) !== null) return [];
    try {
      const all = await shared.guidsOf(host);
      const named = (guid: bigint | null) => all.filter((one) => one.guid === guid).map(({ name }) => name);
      return [
        {
          host: host.name,
          command: words(listGuids()),
          to: named(toGuid).filter((name) => name.includes("@")),
          from: fromGuid === null ? [] : named(fromGuid),
          nameTaken: all.some(({ name, guid }) => name === toName && guid !== toGuid),
          datasetKnown: all.some(({ name }) => datasetOf(name) === datasetOf(toName)),
          sharesWithTarget: await sharesWithTarget(host),
        },
      ];
    } catch {
      return []; // Judged as not searched.
    }
  };
  return (await Promise.all(hosts.map(search))).flat();
}

/**
 * ZFS resolves a token within the pool it names. Where the very snapshot lives in another one, the same token with that
 * snapshot's name finds it (decision 11). Not for raw streams, whose copies may be encrypted otherwise, and not for
 * redacted ones, whose copies may lack what was left out.
 */
async function askElsewhere(
  { hosts }: Surroundings,
  decoded: ResumeToken,
  whereabouts: readonly Whereabouts[],
): Promise<SourceAnswer[]> {
  if (decoded.raw || isRedacted(decoded)) return [];
  for (const { host: name, to } of whereabouts) {
    const host = hosts.find((candidate) => candidate.name === name);
    const copies = to.filter((candidate) => poolOf(candidate) !== poolOf(decoded.toName));
    for (const snapshot of host ? copies : []) {
      const answer = await estimate(host as Host, encodeResumeToken({ ...decoded, toName: snapshot }));
      if (answer.answer === "can-send") return [answer];
    }
  }
  return [];
}

async function readSource(
  { hosts, poolsOf }: Surroundings,
  { host: name, estimate: { snapshot, base } }: CanSend,
  decoded: ResumeToken,
  shared: HostAnswers,
  proof: boolean,
): Promise<SourceFacts> {
  const host = hosts.find((candidate) => candidate.name === name);
  const pool = poolNamed(poolsOf(name), snapshot);
  if (!host) return { pool, encryption: null, identity: null };
  const dataset = datasetOf(snapshot);
  const keyIn = (keys: Map<string, Encryption> | null) => (decoded.raw ? null : (keys?.get(dataset) ?? null));
  if (!proof) {
    // For a list, not to know is no obstacle.
    const keys = decoded.raw ? null : await shared.keysOf(host, poolOf(snapshot)).catch(() => null);
    return { pool, encryption: keyIn(keys), identity: null };
  }
  const said = await runOk(host, identify([dataset, snapshot, ...(base === null ? [] : [base])]));
  const identities = parseIdentities(said);
  return {
    pool,
    encryption: keyIn(parseKeys(said)),
    identity: {
      to: identities.get(snapshot) ?? null,
      base: base === null ? null : (identities.get(base) ?? null),
    },
  };
}

/**
 * Bytes that sending the whole snapshot again would move; null where ZFS's estimate underflowed.
 * @throws HalfwayError `REFUSED` when that send would fail: then nothing may be discarded for it.
 */
export async function estimateAgain(
  host: Host,
  token: ResumeToken,
  { snapshot, base }: SendEstimate,
): Promise<bigint | null> {
  const output = await runOn(host, sendAgain(token, snapshot, base, true), patience);
  const again = output.code === 0 ? parseEstimate(output.stdout + output.stderr) : null;
  if (again) return again.size;
  throw new HalfwayError(
    "REFUSED",
    say`${host.name} cannot send ${snapshot} again, so nothing was discarded for it.`,
    stderrWords(output.stderr),
  );
}

function poolNamed(pools: readonly Pool[] | null, dataset: string): Pool | null {
  return pools?.find(({ name }) => name === poolOf(dataset)) ?? null;
}

function hostNamed({ hosts }: Surroundings, name: string): Host {
  const host = hosts.find((candidate) => candidate.name === name);
  if (!host) throw new HalfwayError("NOT_FOUND", say`There is no host named ${name}.`);
  return host;
}

/** A command for people to paste; tokens may be replayed, so evidence does without and says where to get it. */
function words(argv: Argv): string {
  const text = redactTokens(shellQuote(argv));
  return text.includes(redacted)
    ? `${text.replaceAll(redacted, "TOKEN")}  # TOKEN: what the first command prints`
    : text;
}

const redacted = redactTokens("1-abcdef-e8-789c636064000310");
