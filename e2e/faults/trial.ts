import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished } from "vitest";
import type { PartialReceive } from "@/server/receives/types";
import type { Transfer } from "@/server/transfers/types";
import { browser } from "../client";
import { configFile, type HostName, makePartial, type PartialSpec, powerCut, run } from "../lab";
import { RunningServer, stopTransfers } from "../server";
import { uplink } from "../uplink";
import { restoreHosts } from "./restore";
import { Sampler } from "./sampler";
import { kill, receiversOf } from "./victims";
import { expectEqual } from "./zfs";

type Options = Partial<Omit<PartialSpec, "name">> & {
  /** Further settings of the server. */
  env?: Record<string, string>;
  /** Where the server keeps its state, if not in a fresh folder. */
  stateDir?: string;
};

const port = Number(process.env.E2E_PORT ?? 3210);

/**
 * One interrupted receive, Halfway as people run it, and somebody who presses Resume once and then does nothing more.
 * Whatever becomes of the test, everything is as it was afterwards.
 */
export class Trial {
  readonly api;
  readonly #sampler: Sampler;
  #id: string | null = null;
  #presses = 0;

  private constructor(
    readonly server: RunningServer,
    readonly stateDir: string,
    readonly source: string,
    readonly target: string,
    readonly toGuid: string,
  ) {
    this.api = browser(server);
    this.#sampler = new Sampler(target, `${target}@${source.split("@")[1]}`, toGuid);
  }

  /** Interrupts a receive into `backup/fault-NAME` early on, behind a thin uplink, and starts a server beside it. */
  static async prepare(name: string, { env = {}, stateDir, ...spec }: Options = {}): Promise<Trial> {
    // Undone in the reverse order: first the fault, then the server and its transfers, at last the datasets.
    onTestFinished(() => remove(`fault-${name}`));
    const partial = await makePartial({
      ...{ kind: "full", sizeMb: 70, receivedMb: 8, baseMb: 1, ...spec },
      name: `fault-${name}`,
    });
    onTestFinished(async () => void (await uplink.quick()));
    await uplink.slow();
    const state = stateDir ?? mkdtempSync(join(tmpdir(), "halfway-fault-"));
    const server = new RunningServer({ port, configFile, stateDir: state, env });
    onTestFinished(async () => {
      await server.stop();
      stopTransfers(state);
      if (!stateDir) rmSync(state, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    });
    await server.start();
    onTestFinished(restoreHosts);
    const trial = new Trial(server, state, partial.source, partial.target, partial.toGuid);
    onTestFinished(() => trial.#sampler.stop());
    return trial;
  }

  /** The receive as the list has it; waits until it is as wanted there. */
  async listed(what: string, holds: (receive: PartialReceive) => boolean): Promise<PartialReceive> {
    let last: PartialReceive | undefined;
    for (const until = Date.now() + 90_000; Date.now() < until; await sleep(300)) {
      const hosts = await this.api.receives.list.query();
      last = hosts.flatMap(({ receives }) => receives).find(({ dataset }) => dataset === this.target);
      if (last && holds(last)) return last;
    }
    throw new Error(
      `${this.target} is not listed as ${what} within 90 s: ${last?.verdict?.sentence ?? "no verdict"}`,
    );
  }

  /** Opens the list and presses Resume: all that a person ever does. */
  async resume(): Promise<void> {
    const { id, fingerprint } = await this.resumable();
    await this.#sampler.start();
    this.#presses += 1;
    const transfer = await this.api.transfers.start.mutate({
      id,
      fingerprint,
      intent: "resume",
      confirm: null,
    });
    this.follow(transfer.id);
  }

  /** What a page that offers Resume knows of the receive. */
  resumable(): Promise<PartialReceive> {
    return this.listed("resumable", ({ verdict }) => verdict?.kind === "resumable");
  }

  /** For those who press by themselves: watches the received bytes from here on. */
  async watch(): Promise<void> {
    await this.#sampler.start();
  }

  /** For those who pressed by themselves: this transfer is the one that the test is about. */
  follow(id: string): void {
    this.#id = id;
  }

  /** Resumes, and waits until ZFS has truly received something of what was missing. */
  async resumeAndReceive(): Promise<void> {
    await this.resume();
    await this.receivesMore();
  }

  /** Waits until ZFS has received more than it has now, with much still missing. */
  async receivesMore(): Promise<void> {
    await this.#sampler.more();
  }

  /** Cuts the power of hosts at once. What ZFS has said to have received by then is on disk. */
  async powerCut(...hosts: HostName[]): Promise<void> {
    await this.#sampler.holdStill();
    await powerCut(...hosts);
    this.#sampler.goOn();
  }

  /** Bytes that ZFS on the target has at this moment, of a receive that is not finished. */
  received(): Promise<bigint> {
    return this.#sampler.look();
  }

  async transfer(): Promise<Transfer> {
    if (!this.#id) throw new Error("nobody has pressed Resume yet");
    return this.api.transfers.get.query({ id: this.#id });
  }

  /** Waits until the transfer is as wanted; fails at once where it has ended otherwise. */
  async until(what: string, holds: (transfer: Transfer) => boolean, limitMs = 120_000): Promise<Transfer> {
    let last = await this.transfer();
    for (const until = Date.now() + limitMs; ; last = await this.transfer()) {
      if (holds(last)) return last;
      const { state, attempt, message, stderr } = last;
      const how = `${state}, attempt ${attempt}: ${message}\n${stderr ?? ""}`;
      if (["finished", "failed", "stopped"].includes(state)) throw new Error(`not ${what}, but ${how}`);
      if (Date.now() > until) throw new Error(`not ${what} within ${limitMs / 1_000} s, but ${how}`);
      await sleep(300);
    }
  }

  /** The attempt that runs, or that ran last. */
  async attempt(): Promise<number> {
    return (await this.transfer()).attempt;
  }

  /** A fault that came too late proves nothing. */
  async expectUnfinished(): Promise<void> {
    expect((await this.transfer()).state, "the fault came while something was left to do").not.toBe(
      "finished",
    );
  }

  /** Waits until nothing runs and the transfer says why; what that is called depends on what can be found out. */
  async heldUp(): Promise<Transfer> {
    return this.until("held up", ({ state, message }) => state !== "running" && message !== null);
  }

  /** Waits until a later attempt than `than` is under way. */
  async triesAgain(than: number, limitMs = 120_000): Promise<void> {
    const atWork = ["running", "verifying", "finished"];
    await this.until(
      "at work in a later attempt",
      ({ attempt, state }) => attempt > than && atWork.includes(state),
      limitMs,
    );
  }

  /**
   * Waits for the end by itself, and asks ZFS whether that is true: same GUID, same files, no byte was ever lost, and
   * nobody had to press anything a second time.
   */
  async finishes(limitMs = 180_000): Promise<void> {
    await uplink.quick();
    await this.until("finished", (transfer) => transfer.state === "finished", limitMs);
    await this.arrived();
    const all = await this.api.transfers.list.query();
    expect(all.filter(({ dataset }) => dataset === this.target)).toHaveLength(this.#presses || 1);
    expect(await receiversOf(this.target)).toEqual([]);
  }

  /** Waits until ZFS itself has the whole snapshot, whatever Halfway says. */
  async complete(): Promise<void> {
    await uplink.quick();
    await this.#sampler.complete();
  }

  /** What ZFS itself says of a receive that is said to be complete. */
  async arrived(): Promise<void> {
    await this.#sampler.stop();
    this.#sampler.expectNeverLess();
    await expectEqual(this.source, this.target);
  }

  /** What ZFS itself says of a receive that was given up: its bytes are still there. */
  async kept(): Promise<void> {
    await this.#sampler.stop();
    this.#sampler.expectNeverLess();
    expect(await this.received()).toBeGreaterThan(0n);
  }
}

async function remove(name: string): Promise<void> {
  await kill("nas", await receiversOf(`backup/${name}`));
  const gone = (pool: string, abort: string) =>
    `for n in $(seq 60); do ${abort}; zfs destroy -R ${pool}/${name}; zfs list ${pool}/${name} || exit 0; sleep 0.5; done >/dev/null 2>&1; exit 1`;
  const nas = await run("nas", gone("backup", `zfs receive -A backup/${name}`));
  // A server that was killed has released nothing.
  const release = `for s in $(zfs list -Ho name -t snapshot -r tank/${name}); do zfs release halfway:nas:backup/${name} $s; done`;
  const tower = await run("tower", gone("tank", release));
  expect([nas.code, tower.code], `${name} is removed from both hosts`).toEqual([0, 0]);
}
