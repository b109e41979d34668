import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { HalfwayError, sentence } from "../errors";
import type { Host } from "../hosts/config";
import { canThrottle } from "../hosts/pipeline";
import type { Planner } from "../receives/planner";
import { type PartialReceive, receiveId } from "../receives/types";
import { say } from "../say";
import type { MessageId } from "../zfs/catalogue";
import {
  type AttemptInBrief,
  type Cursor,
  type History,
  type PastAttempt,
  type PastEvent,
  type PastQuery,
  pictureOf,
  type Remembered,
} from "./history";
import type { Holds } from "./holds";
import { Life, type World } from "./life";
import { type LogPart, type LogPlace, readKept, readRunning, Silences } from "./log";
import { orderOf, type Prepared } from "./order";
import type { Curve } from "./progress";
import { mayBegin, reordered } from "./queue";
import { RunDir } from "./run-dir";
import type { KeptSettings } from "./settings";
import { hasEnded, isAtWork } from "./states";
import type { Transfer } from "./types";
import type { Witness } from "./witness";

/** Ended transfers that are kept in view; older ones are in the history. */
export const endedInView = 50;
/** Attempts that are read at one time; of more the silences are found out anew. */
const mostRead = 100;
const day = 24 * 3600_000;
const pruneEvery = 3600_000;

/** What transfers need of the rest of Halfway. */
export type Surrounded = {
  /** Directory with one subdirectory per transfer that runs. */
  root: string;
  hosts: readonly Host[];
  planner: Planner;
  history: History;
  settings: KeptSettings;
  holds: Holds;
  witness: Witness;
  /** Called with the new picture of a transfer whenever it changes. */
  changed: (transfer: Transfer) => void;
  /** Called when a transfer is in view no longer. */
  forgotten: (id: string) => void;
  /** Called when an attempt into a dataset has ended. */
  settled: (host: string, dataset: string) => void;
};

/** All transfers of this Halfway: those it starts, and those that an earlier server left. */
export class Transfers {
  readonly #lives = new Map<string, Life>();
  /** Receives that are being started at this moment, so that of two clicks only one gets through. */
  readonly #starting = new Set<string>();
  /** Those that take their room already, and are shown once they have begun. */
  readonly #beginning = new Set<Life>();
  /** By the directory of an attempt. */
  readonly #silences = new Map<string, Silences>();
  readonly #world: World;
  readonly #closing = new AbortController();
  #scheduled = false;
  #pruning: NodeJS.Timeout | null = null;

  constructor(private readonly surrounded: Surrounded) {
    const { signal } = this.#closing;
    this.#world = {
      ...{ ...surrounded, signal },
      isActive: (host, dataset) => this.activeFor(host, dataset) !== undefined,
      changed: (life) => this.#changed(life),
    };
  }

  /** Lets go of every transfer: what runs runs on, and the next server takes it up. */
  close(): void {
    this.#closing.abort();
    for (const life of this.#lives.values()) life.abandon();
    if (this.#pruning) clearInterval(this.#pruning);
  }

  /** Takes up the transfers of earlier servers: follows those that run, goes on with those that wait. */
  async adopt(): Promise<void> {
    const { root, history, settings } = this.surrounded;
    await settings.load();
    const remembered = new Map((await history.load(endedInView)).map((one) => [one.id, one]));
    const { found, unreadable } = RunDir.all(root);
    for (const path of unreadable) console.warn(`halfway: ${path} holds no readable run; it is left alone`);
    const runs = new Map<string, (typeof found)[number]>();
    const toStop = new Set<string>();
    for (const one of found) {
      const { transferId, number, order, askedAt } = one.run;
      const known = remembered.get(transferId) ?? (await history.one(transferId));
      if (one.dir.stopRequested()) toStop.add(transferId);
      // Its end was written down, and only the directory is left.
      if (known && (hasEnded(known.state) || (known.last?.number ?? 0) >= number)) {
        one.dir.remove();
        continue;
      }
      if (!known) {
        history.found(transferId, order, askedAt);
        remembered.set(transferId, unremembered(transferId, order, askedAt));
      }
      if ((runs.get(transferId)?.run.number ?? 0) < number) runs.set(transferId, one);
    }
    const oldestFirst = [...remembered.values()].sort((one, other) => one.askedAt - other.askedAt);
    for (const one of oldestFirst) {
      const life = new Life(this.#world, one);
      const run = runs.get(one.id);
      if (run) life.takeUp(run.dir, run.run);
      this.#add(life);
      // That it was to stop was known, how it ended too; only the last word is missing.
      if (!run && toStop.has(one.id) && !life.ended) life.stop();
    }
    // Not at once: a machine without a clock of its own learns the time only after its start.
    this.#pruning = setInterval(() => void this.#prune(), pruneEvery);
    this.#pruning.unref();
  }

  /** The datasets that transfers receive into, or are going to, from or on a host. */
  using(host: string): string[] {
    const lives = [...this.#lives.values(), ...this.#beginning].filter(({ ended }) => !ended);
    const datasets = lives
      .filter(({ claim }) => claim.hosts.includes(host))
      .map(({ transfer }) => transfer.dataset);
    const starting = [...this.#starting].filter((key) => key.startsWith(receiveId(host, "")));
    return [...new Set([...datasets, ...starting.map((key) => key.slice(key.indexOf(":") + 1))])];
  }

  /** Newest first: in the order in which they were asked for, whatever the clock said. */
  list(): Transfer[] {
    return [...this.#lives.values()].map(({ transfer }) => transfer).reverse();
  }

  /** @throws HalfwayError `NOT_FOUND` */
  get(id: string): Transfer {
    return this.#life(id).transfer;
  }

  /**
   * A transfer, also one of long ago, with every attempt of it that has ended, and every change.
   * @throws HalfwayError `NOT_FOUND`
   */
  async history(id: string): Promise<{ transfer: Transfer; attempts: PastAttempt[]; events: PastEvent[] }> {
    const { history } = this.surrounded;
    const remembered = this.#lives.has(id) ? null : await history.one(id);
    const past = await history.of(id);
    return { transfer: remembered ? pictureOf(remembered) : this.#life(id).transfer, ...past };
  }

  /**
   * What both sides of the newest attempt have said since somebody read last.
   * @param last up to where they have read; null for who begins.
   * @throws HalfwayError `NOT_FOUND`
   */
  async log(id: string, last: LogPlace | null): Promise<LogPart> {
    const { history, root } = this.surrounded;
    const remembered = this.#lives.has(id) ? null : await history.one(id);
    const { attempt } = remembered ? pictureOf(remembered) : this.#life(id).transfer;
    const dir = RunDir.find(root, id, attempt);
    if (dir) return readRunning(dir, attempt, last, this.#silencesOf(dir));
    return readKept(await history.lastAttempt(id), attempt, last);
  }

  /** What is known of an attempt's silences; of those that somebody reads. */
  #silencesOf({ path }: RunDir): Silences {
    const silences = this.#silences.get(path) ?? new Silences();
    this.#silences.delete(path);
    this.#silences.set(path, silences);
    const [oldest] = this.#silences.keys();
    if (oldest !== undefined && this.#silences.size > mostRead) this.#silences.delete(oldest);
    return silences;
  }

  /** How the bytes of the attempt that runs have come so far; null where none runs. @throws HalfwayError `NOT_FOUND` */
  async curve(id: string): Promise<{ attempt: number; curve: Curve } | null> {
    const known = this.#lives.has(id) || (await this.surrounded.history.one(id)) === null;
    return known ? this.#life(id).curve() : null;
  }

  /** A page of all there ever were into one dataset, newest first, with their attempts that have ended. */
  async into(
    host: string,
    dataset: string,
    cursor: Cursor,
  ): Promise<{ transfers: Transfer[]; attempts: AttemptInBrief[]; next: Cursor }> {
    const page = await this.past({ host, into: dataset, cursor });
    return {
      ...page,
      attempts: await this.surrounded.history.attemptsOf(page.transfers.map(({ id }) => id)),
    };
  }

  /** A page of all there ever were, newest first; what goes on as it stands at this moment. */
  async past(query: PastQuery): Promise<{ transfers: Transfer[]; next: Cursor }> {
    const { transfers, next } = await this.surrounded.history.page(query);
    return {
      transfers: transfers.map((one) => this.#lives.get(one.id)?.transfer ?? pictureOf(one)),
      next,
    };
  }

  /** The transfers that are at work or going to be, by the receive that they are for. */
  active(): ReadonlyMap<string, Transfer> {
    const open = [...this.#lives.values()].filter(({ ended }) => !ended).map(({ transfer }) => transfer);
    return new Map(open.map((transfer) => [receiveId(transfer.host, transfer.dataset), transfer]));
  }

  /** The transfer that works on a receive, or is going to, if any. */
  activeFor(host: string, dataset: string): Transfer | undefined {
    return this.active().get(receiveId(host, dataset));
  }

  /** Why the last transfer into a receive failed, as long as the receive is still as that left it. */
  lastFailure({ host, dataset, fingerprint }: PartialReceive): MessageId | null {
    const last = this.list().find((transfer) => transfer.host === host && transfer.dataset === dataset);
    return last?.state === "failed" && last.left === fingerprint ? last.cause : null;
  }

  /** The datasets of a host that transfers receive into at this moment. */
  receivingOn(host: string): string[] {
    return this.list()
      .filter((transfer) => transfer.host === host && isAtWork(transfer.state))
      .map(({ dataset }) => dataset);
  }

  /**
   * Runs `prepare` and starts what it planned, as the only one at work on that dataset: at once where there is room, else
   * in the queue, where it will be planned again when its turn comes.
   * @param by who asked for it.
   * @throws HalfwayError `CONFLICT` when a transfer works on it already, and whatever `prepare` throws.
   */
  async start(
    host: string,
    dataset: string,
    prepare: () => Promise<Prepared>,
    by = "the page",
  ): Promise<Transfer> {
    return this.exclusively(host, dataset, async () => {
      const prepared = await prepare();
      const { plan, pipeline } = prepared;
      if (!plan.source) throw new HalfwayError("REFUSED", say`This plan moves no bytes.`);
      const order = orderOf(host, dataset, by, prepared);
      const place = Math.max(0, ...[...this.#lives.values()].map((life) => life.place ?? 0)) + 1;
      const [id, askedAt] = [randomUUID(), Date.now()];
      try {
        await this.surrounded.history.begin(id, order, askedAt, place);
      } catch (error) {
        throw new HalfwayError(
          "REFUSED",
          say`Nothing was started: it could not be written down. ${sentence(error)}`,
        );
      }
      const life = new Life(this.#world, { ...unremembered(id, order, askedAt), state: "queued", place });
      if (this.#hasRoomFor(life)) {
        this.#beginning.add(life);
        try {
          const total = plan.remaining === null ? null : plan.keeps + plan.remaining;
          await life.beginWith({
            ...{ source: plan.source, toGuid: order.toGuid },
            pipeline,
            steps: [...plan.steps, ...plan.holds],
            before: plan.keeps,
            total,
            judged: null,
          });
        } catch (error) {
          this.surrounded.history.forget(id);
          throw error;
        } finally {
          this.#beginning.delete(life);
        }
      }
      this.#add(life);
      return life.transfer;
    });
  }

  /**
   * Does something to a receive that no transfer may do at the same time.
   * @throws HalfwayError `CONFLICT` when a transfer works on it already, and whatever `act` throws.
   */
  async exclusively<T>(host: string, dataset: string, act: () => Promise<T>): Promise<T> {
    const key = receiveId(host, dataset);
    const active = this.activeFor(host, dataset);
    if (this.#starting.has(key) || active) {
      throw new HalfwayError(
        "CONFLICT",
        active && !isAtWork(active.state)
          ? say`A transfer into ${dataset} waits for its turn: stop that first.`
          : say`Halfway is already at work on ${dataset}.`,
      );
    }
    this.#starting.add(key);
    try {
      return await act();
    } finally {
      this.#starting.delete(key);
    }
  }

  /** @throws HalfwayError `NOT_FOUND`, or `CONFLICT` when it has ended already. */
  stop(id: string): Transfer {
    const life = this.#life(id);
    life.stop();
    return life.transfer;
  }

  /** Begins the next attempt now. @throws HalfwayError `NOT_FOUND`, or `CONFLICT` when it does not wait for one. */
  retry(id: string): Transfer {
    const life = this.#life(id);
    life.retry();
    return life.transfer;
  }

  /**
   * Holds a transfer back to a rate in bytes a second, or lets it go (null); also while it runs.
   * @throws HalfwayError `NOT_FOUND`, `CONFLICT` when it has ended, `REFUSED` where `pv` is missing.
   */
  async setLimit(id: string, limit: number | null): Promise<Transfer> {
    const life = this.#life(id);
    if (life.ended) throw new HalfwayError("CONFLICT", say`This transfer has ended already.`);
    if (limit !== null && !(await canThrottle())) {
      throw new HalfwayError(
        "REFUSED",
        say`Holding a transfer back takes pv, which the machine that Halfway runs on does not have. Install it there: apt install pv.`,
      );
    }
    await life.setLimit(limit);
    return life.transfer;
  }

  /**
   * Moves a transfer in the queue.
   * @param before the one it shall go before; null for the end.
   * @throws HalfwayError `NOT_FOUND`, or `CONFLICT` when it is not in the queue any more.
   */
  move(id: string, before: string | null): void {
    const queue = this.#queue();
    if (!queue.includes(this.#life(id))) {
      throw new HalfwayError("CONFLICT", say`This transfer is not in the queue any more.`);
    }
    const order = reordered(
      queue.map(({ transfer }) => transfer.id),
      id,
      before,
    );
    for (const [at, one] of order.entries()) this.#life(one).setPlace(at + 1);
    this.#schedule();
  }

  /** Those that wait for their first attempt, in order. */
  #queue(): Life[] {
    return [...this.#lives.values()]
      .filter(({ transfer }) => transfer.state === "queued")
      .sort((one, other) => (one.place ?? 0) - (other.place ?? 0));
  }

  #hasRoomFor(life: Life): boolean {
    const waiting = [...this.#lives.values()].filter((one) => one.wantsRoom).map(({ claim }) => claim);
    return mayBegin([...waiting, life.claim], this.#atWork(), this.surrounded.settings.current).includes(
      life.transfer.id,
    );
  }

  #atWork() {
    return (
      [...this.#lives.values(), ...this.#beginning]
        // One whose end is not known because its target is silent moves nothing.
        .filter(
          ({ keepsRoom, transfer: { state, message } }) =>
            keepsRoom || (isAtWork(state) && !(state === "verifying" && message !== null)),
        )
        .map(({ claim }) => claim)
    );
  }

  #add(life: Life): void {
    this.#lives.set(life.transfer.id, life);
    this.surrounded.changed(life.transfer);
    if (!life.ended) void this.#follow(life);
  }

  /** Nothing may make a running transfer drop out of sight, not even a full process table of our own. */
  async #follow(life: Life): Promise<void> {
    while (!life.ended) {
      try {
        await life.live();
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        console.error(`halfway: transfer ${life.transfer.id} was lost sight of for a moment:`, error);
        await sleep(5_000);
      }
    }
  }

  #changed(life: Life): void {
    // One that is only being made is nobody's business yet.
    if (!this.#lives.has(life.transfer.id)) return;
    this.surrounded.changed(life.transfer);
    this.#schedule();
  }

  /** Lets those begin that there is room for; once for any number of changes. */
  #schedule(): void {
    if (this.#scheduled || this.#closing.signal.aborted) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const waiting = [...this.#lives.values()].filter((life) => life.wantsRoom).map(({ claim }) => claim);
      for (const id of mayBegin(waiting, this.#atWork(), this.surrounded.settings.current)) {
        this.#lives.get(id)?.begin();
      }
      const queue = this.#queue();
      for (const life of this.#lives.values()) {
        const at = queue.indexOf(life);
        life.showPlace(at < 0 ? null : at + 1);
      }
      this.#leaveToHistory();
    });
  }

  /** Of what has ended only the newest stay in view. */
  #leaveToHistory(): void {
    const ended = this.list().filter(({ state }) => hasEnded(state));
    for (const { id } of ended.slice(endedInView)) this.#forget(id);
  }

  #forget(id: string): void {
    this.#lives.delete(id);
    this.surrounded.forgotten(id);
  }

  async #prune(): Promise<void> {
    const { history, settings } = this.surrounded;
    try {
      const gone = await history.forgetBefore(Date.now() - settings.current.keepDays * day);
      for (const id of gone) this.#forget(id);
    } catch (error) {
      console.error("halfway: old transfers could not be forgotten:", error);
    }
  }

  #life(id: string): Life {
    const life = this.#lives.get(id);
    if (!life) throw new HalfwayError("NOT_FOUND", say`There is no such transfer.`);
    return life;
  }
}

/** A transfer of which nothing is known but what it is to achieve. */
function unremembered(id: string, order: Remembered["order"], askedAt: number): Remembered {
  return {
    ...{ id, order, state: "running", askedAt, endedAt: null, place: null, retryAt: null, limit: null },
    ...{ fruitless: 0, message: null, stderr: null, cause: null, left: null, last: null },
    discarded: false,
  };
}
