import { setTimeout as sleep } from "node:timers/promises";
import { HalfwayError } from "../errors";
import type { Host } from "../hosts/config";
import { type Said, say } from "../say";
import { sendFlagsOf } from "../zfs/commands";
import { poolOf } from "../zfs/names";
import { decodeResumeToken, type ResumeToken } from "../zfs/token";
import {
  askSources,
  changed,
  estimateAgain,
  type Facts,
  gather,
  HostAnswers,
  readChildren,
  readReceive,
  readSnapshots,
  requireSameToken,
  type SourceAnswer,
  type SurroundingsWithRoutes,
  senderOf,
} from "./gather";
import { abortRefusal, judge } from "./judge";
import { planAbort, planTransfer, type TransferPlan } from "./plan";
import type { Route, Traffic } from "./route";
import type { Seen } from "./scan";
import type { TransferIntent, Verdict } from "./types";

/** What a receive is on its way to: two tokens with the same are of one receive. */
export type Aim = Pick<ResumeToken, "toGuid" | "fromGuid">;

/** What a planner needs of those who watch the hosts. */
export type Lookout = {
  surroundings: SurroundingsWithRoutes;
  /** Asks every host that answers for its pools: before a plan, nothing is taken for granted. */
  askPools: () => Promise<void>;
  /** The token of a receive as the list has it; undefined where it has none. */
  tokenOf: (host: string, dataset: string) => string | undefined;
  /** What the token of this fingerprint is for, if it stood in the list within the last while. */
  shown: (host: string, dataset: string, fingerprint: string) => Aim | undefined;
  seenOn: (host: string) => ReadonlyMap<string, Seen> | undefined;
  /** A fresh verdict, for who shows it. */
  judged: (facts: Facts, verdict: Verdict) => void;
  /** What a host holds is not what was thought. */
  refresh: (host: string) => Promise<void>;
};

/** A receive that has just ended writes its last resume point with the next txg, 5 s later at most by default. */
const stands = { tries: 7, pauseMs: 1_000 };

/** Does something again as long as the token moves on meanwhile. */
async function onceItStands<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      const moved = error instanceof HalfwayError && error.code === "CONFLICT";
      if (!moved || tries === stands.tries) throw error;
      await sleep(stands.pauseMs);
    }
  }
}

/** Gathers, judges and plans afresh: for the preview, and once more for whatever is carried out. */
export class Planner {
  constructor(private readonly lookout: Lookout) {}

  /** The shortest way for a stream. */
  findRoute(traffic: Traffic): Promise<Route> {
    return this.lookout.surroundings.findRoute(traffic);
  }

  /**
   * The verdict on a receive as it is at this moment, with proof of what the source's names are, and of its token being
   * the same after all that was asked.
   */
  async judgeNow(
    host: Host,
    dataset: string,
    fingerprint: string | null,
  ): Promise<{ facts: Facts; verdict: Verdict }> {
    const { surroundings } = this.lookout;
    const early = this.#askEarly(host, dataset);
    const { receive, details } = await this.#read(host, dataset, fingerprint);
    const answers = early?.token === details.token && !this.#anySuspended() ? await early.answers : null;
    const facts = await gather(surroundings, receive, details, new HostAnswers(), true, answers);
    const verdict = judge(facts);
    this.lookout.judged(facts, verdict);
    return { facts, verdict };
  }

  /**
   * What an intent would run. Changes nothing.
   * @param fingerprint the token the person saw; null for who looks at the newest on purpose.
   * @param limited whether its stream has to be held back.
   * @throws HalfwayError `REFUSED` with the verdict's reason, `CONFLICT` when the token is another one by now. Where only more
   *   was received of the same, resuming goes on from that.
   */
  async transfer(
    host: Host,
    dataset: string,
    fingerprint: string | null,
    intent: TransferIntent,
    limited = false,
  ): Promise<TransferPlan & { facts: Facts; verdict: Verdict }> {
    // Resuming destroys nothing: where the very receive that was seen has come further since, it goes on from there.
    const seen =
      intent === "resume" && fingerprint !== null
        ? this.lookout.shown(host.name, dataset, fingerprint)
        : undefined;
    const { facts, verdict } = seen
      ? await onceItStands(() => this.judgeNow(host, dataset, null))
      : await this.judgeNow(host, dataset, fingerprint);
    const now = facts.decoded;
    if (seen && (now?.toGuid !== seen.toGuid || now.fromGuid !== seen.fromGuid)) {
      void this.lookout.refresh(host.name);
      throw changed(dataset);
    }
    return this.planFor(intent, host, facts, verdict, limited);
  }

  /** The same from facts that were just gathered: what runs next may use their token. */
  async planFor(
    intent: TransferIntent,
    host: Host,
    facts: Facts,
    verdict: Verdict,
    limited: boolean,
  ): Promise<TransferPlan & { facts: Facts; verdict: Verdict }> {
    const { hosts, findRoute } = this.lookout.surroundings;
    const sender = senderOf(facts.answers);
    const source = hosts.find(({ name }) => name === sender?.host);
    if (verdict.refusals[intent] !== null || !sender || !facts.decoded || !source) {
      return { ...planTransfer(intent, facts, verdict, hosts), facts, verdict };
    }
    const traffic = { source, target: host, flags: sendFlagsOf(facts.decoded), limited };
    if (intent !== "start-over") {
      const route = await findRoute({ ...traffic, size: sender.estimate.size });
      return { ...planTransfer(intent, facts, verdict, hosts, null, route), facts, verdict };
    }
    // Discarding comes first, and must not be what fails.
    const { receive, details } = facts;
    if (receive.stateIn === "dataset") {
      const refusal = abortRefusal(receive, details, await readChildren(host, receive.dataset));
      if (refusal !== null) throw new HalfwayError("REFUSED", refusal);
    }
    const size = await estimateAgain(source, facts.decoded, sender.estimate);
    await requireSameToken(host, receive);
    const route = await findRoute({ ...traffic, size });
    return { ...planTransfer(intent, facts, verdict, hosts, size, route), facts, verdict };
  }

  /** Reads a receive afresh and plans its abort. */
  async abort(host: Host, dataset: string, fingerprint: string) {
    const { receive, details } = await this.#read(host, dataset, fingerprint);
    const [children, snapshots] =
      receive.stateIn === "dataset"
        ? [await readChildren(host, dataset), []]
        : [[], await readSnapshots(host, dataset)];
    const refusal = abortRefusal(receive, details, children);
    return planAbort(receive, refusal, snapshots, this.lookout.surroundings.hosts);
  }

  /**
   * A person waits for this: while the receive is read, the sources are asked about the token that the list shows. Their
   * answers count if it is still that one (facts A8).
   */
  #askEarly(host: Host, dataset: string): { token: string; answers: Promise<SourceAnswer[]> } | null {
    const token = this.lookout.tokenOf(host.name, dataset);
    if (token === undefined || this.#anySuspended()) return null;
    try {
      return { token, answers: askSources(this.lookout.surroundings, token, decodeResumeToken(token)) };
    } catch {
      // It cannot be read: what is wrong with it is said by whoever reads it next.
      return null;
    }
  }

  #anySuspended(): boolean {
    const { hosts, poolsOf } = this.lookout.surroundings;
    return hosts.some(({ name }) => poolsOf(name)?.some(({ health }) => health === "SUSPENDED"));
  }

  async #read(host: Host, dataset: string, fingerprint: string | null) {
    const read = () => readReceive(host, dataset, fingerprint, this.lookout.seenOn(host.name));
    // A person waits for this: where the pool was well a moment ago, both questions are asked at once.
    const reading = this.#poolOf(host, dataset)?.health === "ONLINE" ? read() : null;
    reading?.catch(() => {});
    const suspended = await this.suspension(host, dataset);
    if (suspended !== null) throw new HalfwayError("REFUSED", suspended);
    try {
      return await (reading ?? read());
    } catch (error) {
      // When the state is not what the person saw, the list they look at is old: it is read again at once.
      const other = error instanceof HalfwayError && ["CONFLICT", "NOT_FOUND"].includes(error.code);
      if (other) void this.lookout.refresh(host.name);
      throw error;
    }
  }

  /** A suspended pool answers nothing, and a command that asks it may never end (facts A20): says so, or null. */
  async suspension(host: Host, dataset: string): Promise<Said | null> {
    await this.lookout.askPools();
    const pool = this.#poolOf(host, dataset);
    if (pool?.health !== "SUSPENDED") return null;
    return say`The pool ${pool.name} on ${host.name} is suspended: its disks stopped answering. When they are back, run zpool clear ${pool.name} there.`;
  }

  #poolOf(host: Host, dataset: string) {
    const pools = this.lookout.surroundings.poolsOf(host.name);
    return pools?.find(({ name }) => name === poolOf(dataset));
  }
}
