import { setTimeout as sleep } from "node:timers/promises";
import { HalfwayError, sentence } from "../errors";
import type { Host } from "../hosts/config";
import {
  exitCodes,
  isAlive,
  type ProcessIdentity,
  pipelineIdentity,
  signalPipeline,
} from "../hosts/pipeline";
import { shellQuote } from "../hosts/quote";
import { runOk, runOn } from "../hosts/run";
import { receiveProcesses } from "../receives/scan";
import { findPool, listSnapshots, readToken } from "../zfs/commands";
import { explainFailure, findCause, verbatim } from "../zfs/messages";
import { parseSnapshots } from "../zfs/output";
import { tokenFingerprint } from "../zfs/token";
import { progressOf } from "./progress";
import type { Outcome, TransferDir, TransferRecord } from "./records";
import { hasEnded, type Transfer } from "./types";

const lookEvery = 1_000;
/** On a pool that hangs every question leaves a process behind (facts A20): ask ever more rarely. */
const askAgainAfter = { first: 5_000, longest: 60_000 };
/** A pipeline writes down who it is within milliseconds; after this it never began. */
const beginsWithin = 10_000;
/** How long `ssh` and `zfs` may take to end after SIGTERM before they are killed. */
const endsWithin = 10_000;
/** How long a receive on the target may still be winding up after its stream ended. */
const windsUpWithin = 60_000;

/**
 * Watches one transfer until it has ended, from its directory and ZFS alone: it makes no difference whether this
 * server started it or found it running.
 */
export class Supervisor {
  #transfer: Transfer;
  #stopRequested = false;
  /** Why the question how it ended has had no answer so far. */
  #unanswered: string | null = null;
  #head: string | null = null;
  #stopRequestedAt: number | null = null;

  /** @param changed called with the new picture whenever it differs. */
  constructor(
    readonly dir: TransferDir,
    readonly record: TransferRecord,
    private readonly target: Host | undefined,
    private readonly changed: (transfer: Transfer) => void,
  ) {
    this.#transfer = pictureOf(record, dir.outcome());
  }

  get transfer(): Transfer {
    return this.#transfer;
  }

  get ended(): boolean {
    return hasEnded(this.#transfer.state);
  }

  /** Follows the pipeline to its end, then asks ZFS what became of it. Returns when the outcome is on disk. */
  async follow(): Promise<void> {
    if (this.ended) return;
    const identity = (await this.#identity()) ?? (await this.#giveUp());
    if (!identity) return;
    while (isAlive(identity)) {
      this.#stopIfAsked(identity);
      this.#update({ state: this.#toStop() ? "stopping" : "running", ...this.#progress() });
      await sleep(lookEvery);
    }
    this.#update({ state: "verifying", ...this.#progress(), rate: null });
    await this.#insist(async () => {
      const outcome = await this.#askZfs();
      if (!this.ended) this.#end(outcome);
    });
  }

  /**
   * Stops asking how it ended, for a person who knows that the target will not come back.
   * @throws HalfwayError `CONFLICT` while the first answer is still awaited.
   */
  giveUpAsking(): void {
    if (!this.#unanswered) {
      throw new HalfwayError(
        "CONFLICT",
        `The transfer into ${this.record.dataset} has ended; ZFS is being asked how.`,
      );
    }
    this.#end(this.#outcome("stopped", `How it ended could not be found out. ${this.#unanswered}`));
  }

  /** Asks the pipeline to end. What was received stays resumable. Works with a full disk, too. */
  requestStop(): void {
    this.#stopRequested = true;
    const identity = pipelineIdentity(this.dir.path);
    if (identity) this.#stopIfAsked(identity);
    this.#update({ state: "stopping" });
    try {
      this.dir.requestStop();
    } catch (error) {
      console.error(`halfway: the request to stop ${this.record.id} could not be written down:`, error);
    }
  }

  #toStop(): boolean {
    return this.#stopRequested || this.dir.stopRequested();
  }

  /** Who runs the pipeline; null where nobody has said so for a while. */
  async #identity(): Promise<ProcessIdentity | null> {
    const until = performance.now() + beginsWithin;
    for (;;) {
      const identity = pipelineIdentity(this.dir.path);
      if (identity || performance.now() > until) return identity;
      await sleep(100);
    }
  }

  /**
   * Closes a transfer that has not begun. A pipeline that is merely late either sees the outcome and does nothing, or
   * has just said who it is, and is followed after all.
   */
  async #giveUp(): Promise<ProcessIdentity | null> {
    const words = verbatim(this.dir.stderr(), exitCodes(this.dir.path));
    const message = "It never began, so nothing was changed.";
    const outcome = { ...this.#outcome("failed", message), stderr: words || null };
    await this.#insist(async () => this.dir.end(outcome));
    const late = pipelineIdentity(this.dir.path);
    if (late) this.dir.reopen();
    else this.#show(outcome);
    return late;
  }

  #stopIfAsked(identity: ProcessIdentity): void {
    if (!this.#toStop()) return;
    if (this.#stopRequestedAt === null) {
      this.#stopRequestedAt = Date.now();
      signalPipeline(identity, "SIGTERM");
    } else if (Date.now() - this.#stopRequestedAt > endsWithin) {
      signalPipeline(identity, "SIGKILL");
    }
  }

  #progress(): Pick<Transfer, "sent" | "rate"> {
    const { text, quietMs } = this.dir.senderTail();
    // The list of a series is complete by the time that the first progress line follows it.
    this.#head ??= /^\d\d:\d\d:\d\d\t/m.test(text) ? this.dir.senderHead() : null;
    return progressOf(text, quietMs, this.#head ?? "");
  }

  /** Does what must succeed in the end, however long the host, or our own disk, takes to come back. */
  async #insist(act: () => Promise<void>): Promise<void> {
    for (let pause = askAgainAfter.first; !this.ended; pause = Math.min(pause * 2, askAgainAfter.longest)) {
      try {
        return await act();
      } catch (error) {
        this.#unanswered = sentence(error);
        this.#update({ message: `How it ended is not settled yet. ${sentence(error)}` });
        await sleep(pause);
      }
    }
  }

  /** ZFS decides how it ended, not exit codes; while the target is silent, so is the outcome. */
  async #askZfs(): Promise<Outcome> {
    const { target, record, dir } = this;
    if (!target) {
      return this.#outcome(
        "failed",
        `${record.host} is not configured any more, so how this ended is not known.`,
      );
    }
    // A pool that is not imported has no datasets either: that would look like a loss.
    await runOk(target, findPool(record.dataset));
    const lingering = await this.#windUp(target);
    const arrived = await this.#arrivedSnapshot(target);
    if (arrived !== null) return this.#outcome("finished", this.#completeWords(arrived));
    const left = lingering === null ? await this.#leftToken(target) : null;
    const kept = lingering ?? this.#whatIsKept(left);
    if (this.#toStop()) return { ...this.#outcome("stopped", `Stopped. ${kept}`), left };
    const stderr = dir.stderr();
    const why = explainFailure(stderr) ?? "The transfer was interrupted.";
    const cause = findCause(stderr)?.entry?.id ?? null;
    const words = verbatim(stderr, exitCodes(dir.path));
    return { ...this.#outcome("failed", `${why} ${kept}`), stderr: words, cause, left };
  }

  #outcome(state: Outcome["state"], message: string | null): Outcome {
    return {
      state,
      endedAt: Date.now(),
      sent: this.#transfer.sent,
      message,
      stderr: null,
      cause: null,
      left: null,
    };
  }

  /**
   * After its stream has ended a receive still writes what it holds; until then the token is not final. Returns what
   * to tell people where it does not end: sshd may wait for hours for a connection that broke without a word.
   */
  async #windUp(target: Host): Promise<string | null> {
    const { dataset, host } = this.record;
    for (const until = performance.now() + windsUpWithin; ; await sleep(500)) {
      const processes = await receiveProcesses(target);
      // By the very name, as our own command has it: a `receive -d` of somebody else's is none of our business.
      const process = processes.find((candidate) => candidate.target === dataset);
      if (!process) return null;
      if (performance.now() > until) {
        return `A zfs receive into it (process ${process.pid}) is still there on ${host}: it may wait for the connection that was lost. What was received can be resumed when it has ended (look with ps, end it with kill ${process.pid}).`;
      }
    }
  }

  /** Name on the target of the snapshot that was to be received; null while it is not there. */
  async #arrivedSnapshot(target: Host): Promise<string | null> {
    const { code, stdout, stderr } = await runOn(target, listSnapshots(this.record.dataset));
    if (code !== 0 && !stderr.includes("does not exist")) {
      throw new HalfwayError("ZFS_FAILED", stderr.trim(), stderr);
    }
    return parseSnapshots(stdout).find(({ guid }) => guid === this.record.toGuid)?.name ?? null;
  }

  /** Why an empty directory after a finished receive is no loss: nothing is mounted unasked (decision 6). */
  #completeWords(snapshot: string): string {
    const { dataset, host, source } = this.record;
    const mount =
      source.base === null
        ? ` A new file system is left unmounted (${shellQuote(["zfs", "mount", dataset])}).`
        : "";
    return `${snapshot} is complete on ${host}.${mount}`;
  }

  /** Fingerprint of the token that ZFS still has; null where it has none. */
  async #leftToken(target: Host): Promise<string | null> {
    const { code, stdout, stderr } = await runOn(target, readToken(this.record.dataset));
    if (code !== 0 && !stderr.includes("does not exist"))
      throw new HalfwayError("ZFS_FAILED", stderr.trim(), stderr);
    const token = stdout.trim();
    return code === 0 && token !== "-" ? tokenFingerprint(token) : null;
  }

  /** What ZFS still has of what was received, in words. */
  #whatIsKept(left: string | null): string {
    const { dataset, host, intent } = this.record;
    if (left !== null) return "What was received is kept and can be resumed.";
    if (intent === "start-over")
      return "What had been received before was discarded first, and nothing new was saved.";
    return `${dataset} on ${host} holds no interrupted receive any more: it was finished, aborted or destroyed.`;
  }

  #end(outcome: Outcome): void {
    this.dir.end(outcome);
    this.#show(outcome);
  }

  #show(outcome: Outcome): void {
    this.#transfer = pictureOf(this.record, outcome);
    this.changed(this.#transfer);
  }

  #update(change: Partial<Transfer>): void {
    const next = { ...this.#transfer, ...change };
    const same = (Object.keys(change) as (keyof Transfer)[]).every(
      (key) => next[key] === this.#transfer[key],
    );
    if (same) return;
    this.#transfer = next;
    this.changed(next);
  }
}

function pictureOf(record: TransferRecord, outcome: Outcome | null): Transfer {
  const { id, intent, host, dataset, source, steps, flags, startedAt, before, total } = record;
  return {
    ...{ id, intent, host, dataset, source, steps, flags, startedAt, before, total },
    state: outcome?.state ?? "starting",
    endedAt: outcome?.endedAt ?? null,
    sent: outcome?.sent ?? 0n,
    rate: null,
    message: outcome?.message ?? null,
    stderr: outcome?.stderr ?? null,
    cause: outcome?.cause ?? null,
    left: outcome?.left ?? null,
  };
}
