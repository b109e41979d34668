import { setTimeout as sleep } from "node:timers/promises";
import { HalfwayError, sentence } from "../errors";
import type { Host } from "../hosts/config";
import { isAlive, type ProcessIdentity, pipelineIdentity, signalPipeline } from "../hosts/pipeline";
import { runOn } from "../hosts/run";
import { receiveProcesses } from "../receives/scan";
import { listSnapshots, readToken } from "../zfs/commands";
import { explainFailure, verbatim } from "../zfs/messages";
import { parseSnapshots, receivesInto } from "../zfs/output";
import { progressOf } from "./progress";
import type { Outcome, TransferDir, TransferRecord } from "./records";
import { hasEnded, type Transfer } from "./types";

const lookEvery = 1_000;
const askAgainAfter = 5_000;
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
    const identity = await this.#identity();
    while (identity && isAlive(identity)) {
      this.#stopIfAsked(identity);
      this.#update({
        state: this.dir.stopRequested() ? "stopping" : "running",
        ...this.#progress(),
      });
      await sleep(lookEvery);
    }
    this.#update({ state: "verifying", ...this.#progress(), rate: null });
    if (identity) await this.#settle();
    else
      this.#end(
        this.#outcome("failed", "It never began: Halfway ended in that very moment. Nothing was changed."),
      );
  }

  /** Asks the pipeline to end. What was received stays resumable. */
  requestStop(): void {
    this.dir.requestStop();
    const identity = pipelineIdentity(this.dir.path);
    if (identity) this.#stopIfAsked(identity);
    this.#update({ state: "stopping" });
  }

  async #identity(): Promise<ProcessIdentity | null> {
    for (;;) {
      const identity = pipelineIdentity(this.dir.path);
      if (identity || Date.now() - this.record.startedAt > beginsWithin) return identity;
      await sleep(100);
    }
  }

  #stopIfAsked(identity: ProcessIdentity): void {
    if (!this.dir.stopRequested()) return;
    if (this.#stopRequestedAt === null) {
      this.#stopRequestedAt = Date.now();
      signalPipeline(identity, "SIGTERM");
    } else if (Date.now() - this.#stopRequestedAt > endsWithin) {
      signalPipeline(identity, "SIGKILL");
    }
  }

  #progress(): Pick<Transfer, "sent" | "rate"> {
    const { text, quietMs } = this.dir.senderTail();
    return progressOf(text, quietMs);
  }

  /** ZFS decides how it ended, not exit codes; while the target is silent, so is the outcome. */
  async #settle(): Promise<void> {
    for (;;) {
      try {
        this.#end(await this.#askZfs());
        return;
      } catch (error) {
        this.#update({
          message: `Waiting to hear from ${this.record.host} how it ended. ${sentence(error)}`,
        });
        await sleep(askAgainAfter);
      }
    }
  }

  async #askZfs(): Promise<Outcome> {
    const { target, record, dir } = this;
    if (!target) {
      return this.#outcome(
        "failed",
        `${record.host} is not configured any more, so how this ended is not known.`,
      );
    }
    await this.#windUp(target);
    if (await this.#snapshotArrived(target)) return this.#outcome("finished", null);
    const kept = (await this.#hasSavedState(target))
      ? "What was received is kept and can be resumed."
      : "Nothing had been received yet, so there is nothing to resume.";
    if (dir.stopRequested()) return this.#outcome("stopped", `Stopped. ${kept}`);
    const stderr = dir.stderr();
    return {
      ...this.#outcome("failed", explainFailure(stderr) ?? `The transfer was interrupted. ${kept}`),
      stderr: verbatim(stderr),
    };
  }

  #outcome(state: Outcome["state"], message: string | null): Outcome {
    return { state, endedAt: Date.now(), sent: this.#transfer.sent, message, stderr: null };
  }

  /** After its stream has ended a receive still writes what it holds; until then the token is not final. */
  async #windUp(target: Host): Promise<void> {
    const { dataset } = this.record;
    const until = Date.now() + windsUpWithin;
    while (Date.now() < until) {
      const processes = await receiveProcesses(target);
      if (!processes.some((process) => receivesInto(process, dataset))) return;
      await sleep(500);
    }
  }

  async #snapshotArrived(target: Host): Promise<boolean> {
    const { code, stdout, stderr } = await runOn(target, listSnapshots(this.record.dataset));
    if (code !== 0 && !stderr.includes("does not exist"))
      throw new HalfwayError("ZFS_FAILED", stderr.trim(), stderr);
    return parseSnapshots(stdout).some(({ guid }) => guid === this.record.toGuid);
  }

  async #hasSavedState(target: Host): Promise<boolean> {
    const { code, stdout, stderr } = await runOn(target, readToken(this.record.dataset));
    if (code !== 0 && !stderr.includes("does not exist"))
      throw new HalfwayError("ZFS_FAILED", stderr.trim(), stderr);
    return code === 0 && stdout.trim() !== "-";
  }

  #end(outcome: Outcome): void {
    this.dir.end(outcome);
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
  const { id, intent, host, dataset, source, steps, startedAt, before, total } = record;
  return {
    ...{ id, intent, host, dataset, source, steps, startedAt, before, total },
    state: outcome?.state ?? "starting",
    endedAt: outcome?.endedAt ?? null,
    sent: outcome?.sent ?? 0n,
    rate: null,
    message: outcome?.message ?? null,
    stderr: outcome?.stderr ?? null,
  };
}
