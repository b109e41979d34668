import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { HalfwayError } from "../errors";
import type { Host } from "../hosts/config";
import { type Pipeline, startPipeline } from "../hosts/pipeline";
import type { Plan } from "../receives/plan";
import { type PartialReceive, receiveId } from "../receives/types";
import type { MessageId } from "../zfs/catalogue";
import type { SendFlags } from "../zfs/commands";
import { TransferDir, type TransferRecord } from "./records";
import { Supervisor } from "./supervise";
import { hasEnded, type Transfer } from "./types";

/** A plan that is ready to run. */
export type Prepared = {
  plan: Plan;
  pipeline: Pipeline;
  /** GUID of the snapshot that must be on the target in the end. */
  toGuid: bigint;
  flags: SendFlags;
};

/** Ended transfers that are kept in view; older ones stay on disk. */
const shown = 50;

/** All transfers of this Halfway: those it starts, and those that an earlier server left running. */
export class Transfers {
  readonly #supervisors = new Map<string, Supervisor>();
  /** Receives that are being started at this moment, so that of two clicks only one gets through. */
  readonly #starting = new Set<string>();

  /**
   * @param root directory with one subdirectory per transfer.
   * @param changed called with the new picture of a transfer whenever it changes.
   */
  constructor(
    private readonly root: string,
    private readonly hosts: readonly Host[],
    private readonly changed: (transfer: Transfer) => void,
  ) {}

  /** Finds the transfers of earlier servers, and follows those that have not ended. */
  adopt(): void {
    const { found, unreadable } = TransferDir.all(this.root);
    for (const path of unreadable)
      console.warn(`halfway: ${path} holds no readable transfer; it is left alone`);
    const newestFirst = found.sort((a, b) => b.record.startedAt - a.record.startedAt);
    for (const [at, { dir, record }] of newestFirst.entries()) {
      if (at < shown || dir.outcome() === null) this.#follow(dir, record);
    }
  }

  /** Newest first. */
  list(): Transfer[] {
    return [...this.#supervisors.values()]
      .map(({ transfer }) => transfer)
      .sort((a, b) => b.startedAt - a.startedAt);
  }

  /** @throws HalfwayError `NOT_FOUND` */
  get(id: string): Transfer {
    return this.#supervisor(id).transfer;
  }

  /** The transfer that works on a receive right now, if any. */
  activeFor(host: string, dataset: string): Transfer | undefined {
    return this.list().find(
      (transfer) => transfer.host === host && transfer.dataset === dataset && !hasEnded(transfer.state),
    );
  }

  /** Why the last transfer into a receive failed, as long as the receive is still as that left it. */
  lastFailure({ host, dataset, fingerprint }: PartialReceive): MessageId | null {
    const last = this.list().find((transfer) => transfer.host === host && transfer.dataset === dataset);
    return last?.state === "failed" && last.left === fingerprint ? last.cause : null;
  }

  /** The datasets of a host that transfers receive into at this moment. */
  receivingOn(host: string): string[] {
    return this.list()
      .filter((transfer) => transfer.host === host && !hasEnded(transfer.state))
      .map(({ dataset }) => dataset);
  }

  /**
   * Runs `prepare` and starts what it planned, as the only one at work on that dataset.
   * @throws HalfwayError `CONFLICT` when a transfer works on it already, and whatever `prepare` throws.
   */
  async start(host: string, dataset: string, prepare: () => Promise<Prepared>): Promise<Transfer> {
    return this.exclusively(host, dataset, async () => {
      const { plan, pipeline, toGuid, flags } = await prepare();
      const { source, intent } = plan;
      if (!source || intent === "abort") throw new HalfwayError("REFUSED", "This plan moves no bytes.");
      const record: TransferRecord = {
        id: randomUUID(),
        intent,
        host,
        dataset,
        source,
        steps: plan.steps,
        toGuid,
        flags,
        before: plan.keeps,
        total: plan.remaining === null ? null : plan.keeps + plan.remaining,
        startedAt: Date.now(),
      };
      const dir = TransferDir.create(this.root, record);
      try {
        await startPipeline(dir.path, pipeline);
      } catch (error) {
        this.#forget(dir);
        throw error;
      }
      return this.#follow(dir, record).transfer;
    });
  }

  /**
   * Does something to a receive that no transfer may do at the same time.
   * @throws HalfwayError `CONFLICT` when a transfer works on it already, and whatever `act` throws.
   */
  async exclusively<T>(host: string, dataset: string, act: () => Promise<T>): Promise<T> {
    const key = receiveId(host, dataset);
    if (this.#starting.has(key) || this.activeFor(host, dataset)) {
      throw new HalfwayError("CONFLICT", `Halfway is already at work on ${dataset}.`);
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
    const supervisor = this.#supervisor(id);
    if (supervisor.ended) {
      throw new HalfwayError("CONFLICT", `The transfer into ${supervisor.record.dataset} has ended already.`);
    }
    if (supervisor.transfer.state === "verifying") supervisor.giveUpAsking();
    else supervisor.requestStop();
    return supervisor.transfer;
  }

  /** Removes what was never started; should that fail, a later server closes it as such. */
  #forget(dir: TransferDir): void {
    try {
      rmSync(dir.path, { recursive: true, force: true });
    } catch (error) {
      console.error(`halfway: ${dir.path} could not be removed:`, error);
    }
  }

  #follow(dir: TransferDir, record: TransferRecord): Supervisor {
    const target = this.hosts.find(({ name }) => name === record.host);
    const supervisor = new Supervisor(dir, record, target, this.changed);
    this.#supervisors.set(record.id, supervisor);
    this.changed(supervisor.transfer);
    void this.#keepFollowing(supervisor);
    return supervisor;
  }

  /** Nothing may make a running transfer drop out of sight, not even a full process table of our own. */
  async #keepFollowing(supervisor: Supervisor): Promise<void> {
    while (!supervisor.ended) {
      try {
        await supervisor.follow();
      } catch (error) {
        console.error(`halfway: transfer ${supervisor.record.id} was lost sight of for a moment:`, error);
        await sleep(5_000);
      }
    }
  }

  #supervisor(id: string): Supervisor {
    const supervisor = this.#supervisors.get(id);
    if (!supervisor) throw new HalfwayError("NOT_FOUND", "There is no such transfer.");
    return supervisor;
  }
}
