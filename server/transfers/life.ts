import { HalfwayError, sentence } from "../errors";
import type { Host } from "../hosts/config";
import { changeThrottle, startPipeline } from "../hosts/pipeline";
import type { Planner } from "../receives/planner";
import { joined, type Said, say } from "../say";
import { redactTokens } from "../zfs/token";
import { Attempt, type Ending, type Moment, sentSoFar, wordsOf } from "./attempt";
import { type History, pictureOf, type Remembered } from "./history";
import type { Holds } from "./holds";
import { planNext, type Ready } from "./next";
import type { Curve } from "./progress";
import type { Claim } from "./queue";
import { type Patience, patienceWith, pauseBefore, saidMeanwhile } from "./retry";
import { type Run, RunDir } from "./run-dir";
import type { KeptSettings } from "./settings";
import { guardMove, hasEnded, isAtWork } from "./states";
import type { Transfer, TransferState } from "./types";
import type { Witness } from "./witness";

/** What a transfer lives in. */
export type World = {
  /** Directory with one subdirectory per transfer, and in it one per attempt that runs. */
  root: string;
  hosts: readonly Host[];
  planner: Planner;
  history: History;
  settings: KeptSettings;
  holds: Holds;
  witness: Witness;
  /** Aborted when this server goes away: then nothing is begun or written any more, and what runs runs on. */
  signal: AbortSignal;
  /** Something about it is different. */
  changed: (life: Life) => void;
  /** Whether a transfer into a dataset runs or waits. */
  isActive: (host: string, dataset: string) => boolean;
  /** An attempt into a dataset has ended: what its token did meanwhile was ours. */
  settled: (host: string, dataset: string) => void;
};

/** How long an attempt runs before its source is held. */
const heldAfter = 5_000;

/**
 * The life of one transfer: it waits for its turn, plans, runs, asks ZFS how that ended, and begins again until its
 * snapshot is on the target, somebody stops it, or something is in the way that time does not heal.
 */
export class Life {
  #transfer: Transfer;
  #fruitless: number;
  /** Where it stands in the queue; smaller is earlier. */
  #place: number | null;
  /** The attempt that runs, or is about to be followed. */
  #attempt: Attempt | null = null;
  /** The plan of the first attempt, where it may begin at once. */
  #ready: Ready | null = null;
  #discarded: boolean;
  #stopRequested = false;
  /** Lets it begin; set while it waits for its turn. */
  #begin: (() => void) | null = null;
  #abandon: (() => void) | null = null;
  #due = true;
  /** Whether it goes on in a moment, and nobody shall take its room meanwhile. */
  #keepsRoom = false;
  #alarm: NodeJS.Timeout | null = null;
  #keeping: NodeJS.Timeout | null = null;

  constructor(
    private readonly world: World,
    private readonly remembered: Remembered,
  ) {
    this.#transfer = pictureOf(remembered);
    this.#fruitless = remembered.fruitless;
    this.#place = remembered.place;
    this.#discarded = remembered.discarded;
  }

  get transfer(): Transfer {
    return this.#transfer;
  }

  get ended(): boolean {
    return hasEnded(this.#transfer.state);
  }

  get place(): number | null {
    return this.#place;
  }

  /** What it needs to be at work. */
  get claim(): Claim {
    const { id, host, source } = this.#transfer;
    return { id, hosts: [...new Set([host, source.host])], place: this.keepsRoom ? 0 : (this.#place ?? 0) };
  }

  /** Whether it is between two attempts of which the second begins at once. */
  get keepsRoom(): boolean {
    return this.#keepsRoom && this.#transfer.state === "waiting";
  }

  /** Whether it would begin if there were room. */
  get wantsRoom(): boolean {
    return this.#begin !== null && this.#due;
  }

  /** How the bytes of the attempt that runs have come so far; null where none runs. */
  async curve(): Promise<{ attempt: number; curve: Curve } | null> {
    const attempt = this.#attempt;
    return attempt && { attempt: attempt.run.number, curve: await attempt.curve() };
  }

  /** Lets it begin. */
  begin(): void {
    this.#begin?.();
  }

  /**
   * Takes the first attempt from the plan that was confirmed, at once.
   * @throws HalfwayError `REFUSED` when it cannot be written down or started; nothing runs then.
   */
  async beginWith(ready: Ready): Promise<void> {
    this.#move("starting", { message: null });
    this.#attempt = await this.#start(ready);
  }

  /** Takes up an attempt that an earlier server began. */
  takeUp(dir: RunDir, run: Run): void {
    this.#transfer = {
      ...this.#transfer,
      ...{ state: "running", attempt: run.number, source: run.source, retryAt: null, endedAt: null },
      ...{ steps: run.steps, before: run.before, total: run.total, sent: sentSoFar(dir) },
    };
    this.#discarded ||= run.discarded;
    this.#attempt = this.#follower(dir, run);
    this.#keepSourceSoon();
  }

  /**
   * Holds what is being sent, beside the sending and not in its first moments: a sender keeps its own snapshot anyway, and
   * what is quick needs no hold.
   */
  #keepSourceSoon(): void {
    this.#keeping = setTimeout(() => this.#keepSource(), heldAfter).unref();
  }

  #keepSource(): void {
    if (this.#keeping) clearTimeout(this.#keeping);
    this.#keeping = null;
    const { host, dataset, source } = this.#transfer;
    void this.world.holds.keep({ host, dataset, source }).then((notHeld) => this.#update({ notHeld }));
  }

  /** What has arrived needs its source no more. */
  async #letGoOfSource(): Promise<void> {
    const { host, dataset } = this.#transfer;
    try {
      await this.world.holds.releaseFor(host, dataset, () => this.world.isActive(host, dataset));
    } catch (error) {
      console.error(`halfway: what was held for ${dataset} could not be released yet:`, error);
    }
  }

  /** Goes on until the end. */
  async live(): Promise<void> {
    this.#settleAfterRestart();
    while (!this.ended) {
      this.#attempt ??= await this.#nextAttempt();
      const attempt = this.#attempt;
      if (!attempt) continue;
      if (this.#stopRequested) attempt.stop();
      const ending = await attempt.follow();
      this.#attempt = null;
      this.#close(attempt, ending);
    }
    this.world.changed(this);
  }

  /** This server goes away: nobody waits here any longer. */
  abandon(): void {
    if (this.#alarm) clearTimeout(this.#alarm);
    if (this.#keeping) clearTimeout(this.#keeping);
    this.#abandon?.();
  }

  /** Stops it for good; what was received stays. @throws HalfwayError `CONFLICT` when it has ended already. */
  stop(): void {
    const { state, dataset } = this.#transfer;
    if (this.ended) throw new HalfwayError("CONFLICT", say`The transfer into ${dataset} has ended already.`);
    if (this.#attempt) {
      if (state === "verifying") this.#attempt.giveUpAsking();
      else {
        this.#attempt.stop();
        this.#happened({ state: "stopping" });
      }
      return;
    }
    this.#stopRequested = true;
    if (state === "queued") this.#end("stopped", say`It was taken out of the queue; nothing was run.`);
    else if (state === "waiting") {
      const kept = this.#transfer.left ? [say`What was received is kept and can be resumed.`] : [];
      this.#end("stopped", joined([say`Stopped while it waited.`, ...kept]));
    }
    this.#begin?.();
  }

  /** Does not wait any longer for the next attempt. @throws HalfwayError `CONFLICT` when it does not wait. */
  retry(): void {
    const { state, dataset } = this.#transfer;
    if (state !== "waiting") {
      throw new HalfwayError(
        "CONFLICT",
        say`The transfer into ${dataset} is not waiting for another attempt.`,
      );
    }
    this.#wake();
  }

  /**
   * Holds it back to a rate, or lets it go; at once, also while it runs. Where its stream is not held back yet the
   * attempt is ended and the next one begins there: nothing received is lost.
   */
  async setLimit(limit: number | null): Promise<void> {
    if (limit === this.#transfer.limit) return;
    this.#transfer = { ...this.#transfer, limit };
    this.world.history.adjusted(this.#transfer.id, this.#place, limit);
    this.world.changed(this);
    const attempt = this.#attempt;
    if (!attempt || this.#transfer.state !== "running") return;
    if (limit !== null && (await changeThrottle(attempt.dir.path, limit))) return;
    // Before its first byte there may be nothing to go on from: it takes the new rate with its next attempt.
    const { state, sent, before } = this.#transfer;
    const goesOn = sent > 0n || before > 0n || this.remembered.order.again !== null;
    if (attempt === this.#attempt && state === "running" && goesOn) attempt.endForLimit();
  }

  /** Gives it another place in the queue. */
  setPlace(place: number): void {
    if (place === this.#place) return;
    this.#place = place;
    this.world.history.adjusted(this.#transfer.id, place, this.#transfer.limit);
  }

  /** Says which of those in the queue it is, from 1. */
  showPlace(place: number | null): void {
    if (this.#transfer.place === place) return;
    this.#transfer = { ...this.#transfer, place };
    this.world.changed(this);
  }

  /** The attempt that ran when the last server ended may be gone, and all that was known of it. */
  #settleAfterRestart(): void {
    if (this.#attempt) return;
    const { state, retryAt } = this.#transfer;
    if (state === "stopping") {
      this.#transfer = { ...this.#transfer, state: "verifying" };
      this.#end("stopped", say`Stopped.`);
    } else if (isAtWork(state)) {
      this.#transfer = { ...this.#transfer, state: "waiting", retryAt: null };
    } else if (state === "waiting" && retryAt !== null) {
      // A clock that was set meanwhile must not make it wait for a day.
      this.#sleep(Math.min(retryAt - Date.now(), this.world.settings.pauses.longestForSpace));
    }
  }

  async #nextAttempt(): Promise<Attempt | null> {
    await this.#itsTurn();
    if (this.ended) return null;
    this.#move("starting", { retryAt: null, place: null });
    const { order } = this.remembered;
    const { hosts, planner } = this.world;
    const limited = this.#transfer.limit !== null;
    const next = await planNext(planner, hosts, order, { discarded: this.#discarded, limited });
    // Only some ways can be held back: who asked for that meanwhile gets another plan.
    if (next.kind === "run" && limited !== (this.#transfer.limit !== null) && !this.#stopRequested) {
      this.#move("waiting", { message: null, retryAt: Date.now() });
      return null;
    }
    if (this.#stopRequested && next.kind !== "arrived") {
      this.#end("stopped", say`Stopped before another attempt began.`);
      return null;
    }
    switch (next.kind) {
      case "arrived":
        this.#end("finished", say`${next.snapshot} is complete on ${order.host}.`);
        return null;
      case "never":
        this.#transfer = { ...this.#transfer, stderr: next.evidence };
        this.#end("failed", next.message);
        return null;
      case "wait":
        this.#fruitless += 1;
        if (this.world.settings.current.retry) this.#wait(next.message, next.patience);
        else this.#end("failed", next.message);
        return null;
      case "run":
        try {
          return await this.#start(next.ready);
        } catch (error) {
          if (!(error instanceof HalfwayError)) throw error;
          this.#fruitless += 1;
          this.#wait(sentence(error), "space");
          return null;
        }
    }
  }

  /** Resolves when there is room for it and it is due. */
  async #itsTurn(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#begin = resolve;
      this.#abandon = () => reject(this.world.signal.reason);
      this.world.changed(this);
    });
    this.#begin = null;
  }

  /** Writes an attempt down and starts it. */
  async #start({ source, toGuid, pipeline, steps, before, total, judged }: Ready): Promise<Attempt> {
    const { id, attempt, limit } = this.#transfer;
    const { order, askedAt } = this.remembered;
    const run: Run = {
      ...{ transferId: id, number: attempt + 1, order, askedAt },
      ...{ source, toGuid, discarded: this.#discarded },
      ...{ steps, before, total, startedAt: Date.now(), fetches: pipeline.send === null },
    };
    const { root, witness } = this.world;
    await witness.begins(run, judged);
    let dir: RunDir | null = null;
    try {
      dir = RunDir.create(root, run);
      await startPipeline(dir.path, pipeline, limit);
    } catch (error) {
      dir?.remove();
      witness.ended(run, { how: "never-began", ended: null, message: sentence(error) });
      throw error;
    }
    this.#update({
      ...{ attempt: run.number, source, steps, before, total },
      ...{ sent: 0n, rate: null, message: null, cause: null },
    });
    this.#keepsRoom = false;
    this.#keepSourceSoon();
    return this.#follower(dir, run);
  }

  #follower(dir: RunDir, run: Run): Attempt {
    const target = this.world.hosts.find(({ name }) => name === run.order.host);
    // Some streams take their time before their first byte: what ended one such attempt waits longer in the next.
    const patience = 2 ** Math.min(this.#fruitless, 4);
    const stallAfter = this.world.settings.current.stallMinutes * 60_000 * patience;
    const happened = (moment: Moment) => this.#happened(moment);
    return new Attempt(dir, run, target, happened, stallAfter, this.world.signal);
  }

  #happened({ state, ...more }: Moment): void {
    if (state === undefined || state === this.#transfer.state) this.#update(more);
    else this.#move(state, more);
  }

  /** Writes down how an attempt ended, and decides what comes next. */
  #close({ dir, run }: Attempt, ending: Ending): void {
    const { history, settled, witness } = this.world;
    witness.ended(run, ending);
    if (this.#keeping && ending.how === "arrived" && run.toGuid === run.order.toGuid)
      clearTimeout(this.#keeping);
    else if (this.#keeping) this.#keepSource();
    this.#keeping = null;
    void history.attempted(run, ending).then((written) => written && dir.remove());
    settled(run.order.host, run.order.dataset);
    this.#discarded ||= ending.exitCodes.before === 0;
    const { left } = ending;
    // Of a series another snapshot may be what is left half-way.
    const progress =
      ending.how === "arrived" || (left !== null && (left.toGuid !== run.toGuid || left.bytes > run.before));
    this.#fruitless = progress ? 0 : this.#fruitless + 1;
    this.#update({ sent: ending.sent, rate: null, left: left?.fingerprint ?? null, cause: ending.cause });
    if (this.#transfer.state === "running" || this.#transfer.state === "starting") this.#move("verifying");
    this.#follows(run, ending, progress);
  }

  /** What comes after an attempt. */
  #follows({ order, toGuid }: Run, ending: Ending, progress: boolean): void {
    const { how, ended, message } = ending;
    const retried = (how === "interrupted" || how === "never-began") && this.world.settings.current.retry;
    const patience = retried ? this.#patience(ending, progress) : null;
    if (how === "arrived" && toGuid === order.toGuid) this.#end("finished", message);
    else if (how === "arrived" && ended !== "stopped")
      this.#goOn(joined([message, say`The rest of its series follows.`]));
    else if (ended === "stopped") this.#end("stopped", message);
    else if (ended === "limit-changed") this.#goOn(message);
    else if (patience !== null) {
      // What was found out about this very attempt, such as a process that lingers, is worth more than words for its cause.
      const usual = ended === null && (ending.left !== null || how === "never-began");
      this.#wait(usual ? saidMeanwhile(message, ending.cause) : message, patience);
    } else {
      this.#update({ stderr: wordsOf(ending) || null });
      this.#end("failed", message);
    }
  }

  #patience({ ended, cause, unexplained }: Ending, progress: boolean): Patience | null {
    if (ended === "stalled") return "soon";
    return patienceWith({ cause, unexplained, progress, fruitless: this.#fruitless });
  }

  /** What comes next is the same transfer still: nobody gets its room. */
  #goOn(message: Said): void {
    this.#keepsRoom = true;
    this.#wait(message, "soon", 0);
  }

  #wait(message: Said, patience: Patience, pause = this.#pause(patience)): void {
    // What is in its way may take long to go.
    if (this.#fruitless > 1 || patience !== "soon") this.#keepsRoom = false;
    this.#move("waiting", { message, retryAt: Date.now() + pause, rate: null });
    this.#sleep(pause);
  }

  #pause(patience: Patience): number {
    return pauseBefore(this.#fruitless, patience, this.world.settings.pauses, Math.random());
  }

  #sleep(milliseconds: number): void {
    this.#due = false;
    this.#alarm = setTimeout(() => this.#wake(), Math.max(0, milliseconds));
  }

  #wake(): void {
    if (this.#alarm) clearTimeout(this.#alarm);
    this.#due = true;
    this.world.changed(this);
  }

  #end(state: "finished" | "failed" | "stopped", message: Said): void {
    if (this.#alarm) clearTimeout(this.#alarm);
    this.#place = null;
    // What is over is of no more use to anybody who reads it.
    const steps = this.#transfer.steps.map(withoutToken);
    this.#move(state, {
      ...{ steps, message, endedAt: Date.now() },
      ...{ retryAt: null, place: null, rate: null },
    });
    if (state === "finished") void this.#letGoOfSource();
  }

  #move(state: TransferState, more: Partial<Transfer> = {}): void {
    guardMove(this.#transfer.state, state);
    this.#transfer = { ...this.#transfer, ...more, state };
    this.world.history.changed(this.#transfer, this.#fruitless, more.message ?? null, this.#place);
    this.world.changed(this);
  }

  #update(change: Partial<Transfer>): void {
    const next = { ...this.#transfer, ...change };
    if ((Object.keys(change) as (keyof Transfer)[]).every((key) => next[key] === this.#transfer[key])) return;
    this.#transfer = next;
    this.world.changed(this);
  }
}

type Step = Transfer["steps"][number];

function withoutToken({ says, command, parts }: Step): Step {
  return {
    says,
    command: redactTokens(command),
    parts: parts.map((part) => ({ ...part, command: redactTokens(part.command) })),
  };
}
