import { sentence } from "../errors";
import { datasetOf } from "../zfs/names";
import type { PartialDetails } from "../zfs/output";
import { type Facts, gather, HostAnswers, type Surroundings } from "./gather";
import { judge, targetSilent } from "./judge";
import type { Reading } from "./scan";
import type { PartialReceive, Verdict } from "./types";

/** Receives that are looked into at the same time; the hosts have other work to do. */
const atOnce = 4;
/** A verdict rests on hosts that tell nobody when they change: now and then the oldest one is looked into again. */
const stale = { after: 10 * 60_000, lookEvery: 60_000 };

type Judged = {
  receive: PartialReceive;
  details: PartialDetails;
  verdict: Verdict | null;
  /** Whether it has to be looked into, because something that it rests on has changed. */
  due: boolean;
};

/**
 * Keeps a verdict on every partial receive of every host, so that people see it before they try anything. Facts are
 * gathered when a receive appears or changes, never by the clock alone.
 */
export class Verdicts {
  readonly #judged = new Map<string, Judged>();
  #working = false;
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param changed called with a receive when the verdict on it is new.
   * @param atWork whether Halfway itself receives into it at this moment: what that does is no news, and to look into it
   *   would take its share of the processors from the stream.
   */
  constructor(
    private readonly surroundings: Surroundings,
    private readonly changed: (receive: PartialReceive) => void,
    private readonly atWork: (receive: PartialReceive) => boolean,
  ) {}

  start(): void {
    this.#timer = setInterval(() => this.#lookAtTheOldest(), stale.lookEvery);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** The verdict on a receive as last judged; null where that has not been found out yet. */
  of({ id, fingerprint }: PartialReceive): Verdict | null {
    const judged = this.#judged.get(id);
    return judged?.receive.fingerprint === fingerprint ? judged.verdict : null;
  }

  /** Takes a host's new list in: what is gone is forgotten, what is new or has changed is looked into. */
  update(host: string, { receives, details }: Reading): void {
    const ids = new Set(receives.map(({ id }) => id));
    for (const [id, { receive }] of this.#judged) {
      if (receive.host === host && !ids.has(id)) this.#judged.delete(id);
    }
    for (const receive of receives) {
      const detail = details.get(receive.dataset);
      if (!detail) continue;
      const before = this.#judged.get(receive.id);
      const same = before !== undefined && !this.#differs(before, receive, detail);
      this.#judged.set(receive.id, {
        receive,
        details: detail,
        verdict: before?.receive.fingerprint === receive.fingerprint ? before.verdict : null,
        due: same ? before.due : true,
      });
    }
    this.#work();
  }

  /** A verdict that somebody has just reached with fresh facts. */
  put({ receive }: Facts, verdict: Verdict): void {
    const known = this.#judged.get(receive.id);
    if (known?.receive.fingerprint !== receive.fingerprint) return;
    // Facts that took long to gather are not the latest.
    if (known.verdict && isLater(known.verdict, verdict)) return;
    known.verdict = verdict;
    this.changed(receive);
  }

  /** ZFS did something to these datasets: verdicts whose source or target they are get looked into again. */
  happened(host: string, datasets: readonly string[]): void {
    this.#expect(({ receive, verdict }) => {
      if (receive.host === host && datasets.includes(receive.dataset)) return true;
      const { source } = verdict ?? {};
      // Where the source is known, the same names on other hosts do not concern it.
      if (source && source.host !== host) return false;
      const names = source ? [source.snapshot, source.base ?? ""] : [];
      const asked = receive.token.ok ? [receive.token.value.toName] : [];
      return [...names, ...asked].some((name) => datasets.includes(datasetOf(name)));
    });
  }

  /** A transfer into this receive has ended: what it ran into counts. */
  attempted(id: string): void {
    this.#expect(({ receive }) => receive.id === id);
  }

  /** A host came back, fell silent, or has trouble with a pool: what depends on it is looked into again. */
  hostChanged(host: string): void {
    const answers = this.surroundings.silenceOf(host) === null;
    this.#expect(({ receive, verdict }) => {
      if (verdict === null || verdict.source?.host === host) return true;
      // A silent target keeps its last verdict; a source that answers again may know better than the others.
      return (
        answers && (receive.host === host || verdict.kind === "unknown" || verdict.kind === "unresumable")
      );
    });
  }

  /** A host is no more: its receives are not judged any longer, and what was sent from it may be elsewhere. */
  forget(host: string): void {
    for (const [id, { receive }] of this.#judged) if (receive.host === host) this.#judged.delete(id);
    this.#expect(({ verdict }) => verdict?.source?.host === host);
  }

  #expect(concerned: (judged: Judged) => boolean): void {
    for (const judged of this.#judged.values()) if (concerned(judged)) judged.due = true;
    this.#work();
  }

  #differs({ receive, details, verdict }: Judged, now: PartialReceive, nowDetails: PartialDetails): boolean {
    const fits = (available: bigint) => verdict?.remaining == null || available >= verdict.remaining;
    return (
      receive.fingerprint !== now.fingerprint ||
      receive.activity.kind !== now.activity.kind ||
      details.written !== nowDetails.written ||
      details.encryption?.keyLoaded !== nowDetails.encryption?.keyLoaded ||
      fits(details.available) !== fits(nowDetails.available)
    );
  }

  #lookAtTheOldest(): void {
    const now = Date.now();
    // Of what the clock says is yet to come nobody knows how old it is.
    const isStale = (verdict: Verdict) => verdict.judgedAt < now - stale.after || verdict.judgedAt > now;
    const [oldest] = [...this.#judged.values()]
      .filter(({ verdict }) => verdict !== null && isStale(verdict))
      .sort((a, b) => (a.verdict?.judgedAt ?? 0) - (b.verdict?.judgedAt ?? 0));
    if (oldest) oldest.due = true;
    // A host that was restarted may never have been seen silent: where it was, it is asked again once all answer.
    const all = this.surroundings.hosts.every(({ name }) => this.surroundings.silenceOf(name) === null);
    if (all) this.#expect(({ verdict }) => verdict?.kind === "unknown" && verdict.reason === "source-silent");
    this.#work();
  }

  #work(): void {
    if (this.#working) return;
    this.#working = true;
    void this.#judgeAll().finally(() => {
      this.#working = false;
    });
  }

  /** Answers about whole hosts are shared by everything that is due at one time. */
  async #judgeAll(): Promise<void> {
    for (;;) {
      const queue = [...this.#judged].flatMap(([id, { due, receive }]) =>
        due && !this.atWork(receive) ? [id] : [],
      );
      if (queue.length === 0) return;
      const shared = new HostAnswers();
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let id = queue.shift(); id; id = queue.shift()) await this.#judge(id, shared);
        }),
      );
    }
  }

  async #judge(id: string, shared: HostAnswers): Promise<void> {
    const judged = this.#judged.get(id);
    // Gone meanwhile, or judged by somebody else.
    if (!judged?.due) return;
    judged.due = false;
    const { receive, details } = judged;
    let verdict: Verdict;
    const silence = this.surroundings.silenceOf(receive.host);
    if (silence !== null && judged.verdict) return;
    try {
      verdict =
        silence === null
          ? judge(await gather(this.surroundings, receive, details, shared, false))
          : targetSilent(receive, silence, Date.now());
    } catch (error) {
      verdict = targetSilent(receive, sentence(error), Date.now());
    }
    const current = this.#judged.get(receive.id);
    // Changed while it was looked into: that is due again already.
    if (current?.receive.fingerprint !== receive.fingerprint) return;
    if (current.verdict && isLater(current.verdict, verdict)) return;
    current.verdict = verdict;
    this.changed(receive);
  }
}

/** Whether a verdict rests on newer facts than another one; a clock that was set back must not keep the older. */
function isLater(one: Verdict, other: Verdict): boolean {
  return one.judgedAt > other.judgedAt && one.judgedAt <= Date.now();
}
