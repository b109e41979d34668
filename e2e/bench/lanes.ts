import { setTimeout as sleep } from "node:timers/promises";
import { pipelineIdentity } from "../../server/hosts/pipeline";
import type { PartialReceive } from "../../server/receives/types";
import { hasEnded } from "../../server/transfers/states";
import type { Transfer } from "../../server/transfers/types";
import { decodeResumeToken, tokenFingerprint } from "../../server/zfs/token";
import type { browser } from "../client";
import { receiversOf } from "../faults/victims";
import { guid, makePartial, run, sh, token } from "../lab";

type Api = ReturnType<typeof browser>;

/** How a receive comes to Halfway: somebody presses Resume, a policy does, or somebody sends a whole new snapshot. */
export type Begins = "resumed" | "policy" | "sent";

/** Behind a thin uplink this lasts longer than it takes to make the next one beside it. */
const megabytes = 60;
const received = 6;
/** A policy waits for a minute, and looks three times in one. */
const beginsWithin = 240_000;

/**
 * One receive after the other, each of a dataset of its own, each made, interrupted and finished: so nothing that is kept by
 * name may pile up.
 */
export class Lane {
  #count = 0;
  #name = "";
  #toGuid = "";
  #transfer: string | null = null;
  /** Whether nobody presses anything, because a policy will. */
  #byPolicy = false;
  #madeAt = 0;
  /** The most that ZFS has said to have received. */
  #most = 0n;
  finished = 0;

  constructor(
    private readonly api: Api,
    readonly says: string,
    private readonly begins: Begins,
  ) {}

  /** Whether there is nothing in it at this moment. */
  get isEmpty(): boolean {
    return this.#name === "";
  }

  get target(): string {
    return `backup/${this.#name}`;
  }

  get source(): string {
    return `tank/${this.#name}@next`;
  }

  get transferId(): string | null {
    return this.#transfer;
  }

  /** The transfer as it stands; null where none was begun. */
  async transfer(): Promise<Transfer | null> {
    return this.#transfer === null ? null : this.api.transfers.get.query({ id: this.#transfer });
  }

  /**
   * Takes the lane one step on, without waiting for bytes: what has ended is compared with what ZFS has, and the next one is
   * begun.
   * @returns what is not true; empty where all is well.
   */
  async step(): Promise<string[]> {
    if (this.isEmpty) {
      try {
        return await this.#make();
      } catch (error) {
        await this.remove();
        throw error;
      }
    }
    const transfer = await this.transfer();
    if (transfer === null) return this.#beginning();
    if (!hasEnded(transfer.state)) return [];
    const wrong = transfer.state === "finished" ? await this.#arrived() : [this.#ended(transfer)];
    await this.remove();
    return wrong;
  }

  async #make(): Promise<string[]> {
    this.#count += 1;
    this.#name = `soak-${this.says}-${this.#count}`;
    this.#transfer = null;
    this.#byPolicy = this.begins === "policy";
    this.#most = 0n;
    this.#madeAt = Date.now();
    if (this.begins === "sent") return this.#send();
    const kind = this.#count % 2 === 0 ? "incremental" : "full";
    const partial = await makePartial({
      ...{ name: this.#name, kind, sizeMb: megabytes, receivedMb: received, baseMb: 1 },
    });
    this.#toGuid = partial.toGuid;
    return this.#beginning();
  }

  /** Sends a new snapshot, whole, as the page for that does. */
  async #send(): Promise<string[]> {
    await sh(
      "tower",
      `zfs create tank/${this.#name} && head -c ${megabytes}M /dev/urandom >/tank/${this.#name}/data && zfs snapshot ${this.source}`,
    );
    this.#toGuid = await guid("tower", this.source);
    const request = {
      source: { host: "tower", snapshot: this.source },
      target: { host: "nas", dataset: this.target },
      options: {
        ...{ raw: null, largeBlocks: true, compressed: true, embedded: true },
        ...{ steps: true, properties: false },
      },
    };
    const { plan, obstacles } = await this.api.sends.plan.query(request);
    if (!plan) {
      await this.remove();
      return [`${this.target}: it cannot be sent: ${obstacles.map(({ sentence }) => sentence).join(" ")}`];
    }
    this.#transfer = (await this.api.sends.start.mutate({ ...request, plan: plan.digest })).id;
    return [];
  }

  async #beginning(): Promise<string[]> {
    const receive = await this.listed();
    if (this.#byPolicy) {
      const all = await this.api.transfers.list.query();
      const begun = all.find(({ dataset, state }) => dataset === this.target && !hasEnded(state));
      const last = begun ?? all.find(({ dataset }) => dataset === this.target);
      if (last) this.#transfer = last.id;
      else return this.#givenUp("no policy has begun it", receive);
      return [];
    }
    if (receive?.verdict?.kind !== "resumable" || receive.activity.kind !== "idle") {
      return this.#givenUp("it cannot be resumed", receive);
    }
    const { id, fingerprint } = receive;
    const started = await this.api.transfers.start.mutate({
      id,
      fingerprint,
      intent: "resume",
      confirm: null,
    });
    this.#transfer = started.id;
    return [];
  }

  /** What should have begun long ago makes room for the next one. */
  async #givenUp(why: string, receive: PartialReceive | undefined): Promise<string[]> {
    if (Date.now() - this.#madeAt < beginsWithin) return [];
    const { target } = this;
    await this.remove();
    return [`${target}: ${why}: ${receive?.verdict?.sentence ?? "it is not listed"}`];
  }

  /** The receive as the list has it. */
  async listed(): Promise<PartialReceive | undefined> {
    const hosts = await this.api.receives.list.query();
    return hosts.flatMap(({ receives }) => receives).find(({ dataset }) => dataset === this.target);
  }

  /** Whether bytes are arriving at this moment, so that there is something to interrupt. */
  async isMoving(): Promise<boolean> {
    const transfer = await this.transfer();
    if (transfer?.state !== "running" || transfer.sent === 0n) return false;
    const received = await this.#received();
    return typeof received === "bigint" && received > 0n && (await receiversOf(this.target)).length === 1;
  }

  /** Sees how much there is; less than once before is a loss. Nothing is said while the host is silent. */
  async look(): Promise<string[]> {
    const said = await this.#received();
    if (said === null || said === "complete") return [];
    const before = this.#most;
    if (said > before) this.#most = said;
    return said < before ? [`${this.target}: ${before - said} received bytes were lost`] : [];
  }

  async #received(): Promise<bigint | "complete" | null> {
    const { stdout } = await run(
      "nas",
      `zpool list backup >/dev/null && { zfs get -Hpo value guid ${this.target}@next 2>/dev/null; zfs get -Hpo value receive_resume_token ${this.target}; }`,
      { timeoutMs: 10_000 },
    ).catch(() => ({ stdout: "" }));
    const lines = stdout.split("\n");
    if (lines.includes(this.#toGuid)) return "complete";
    const found = lines.find((line) => line.startsWith("1-"));
    // Before its first bytes are on disk a new receive has no token.
    if (!found) return this.#most > 0n && lines.includes("-") ? 0n : null;
    return decodeResumeToken(found).bytes;
  }

  /** The pipeline's own session on this machine; null where none runs. */
  async session(stateDir: string): Promise<number | null> {
    const transfer = await this.transfer();
    if (!transfer) return null;
    return pipelineIdentity(`${stateDir}/transfers/${transfer.id}/${transfer.attempt}`)?.pid ?? null;
  }

  /** Somebody stops it on the page: it ends, what was received stays, and it can be resumed. */
  async stopped(): Promise<string[]> {
    if (this.#transfer === null) return [];
    await this.api.transfers.stop.mutate({ id: this.#transfer });
    for (const until = Date.now() + 90_000; Date.now() < until; await sleep(500)) {
      const transfer = await this.transfer();
      if (!transfer || !hasEnded(transfer.state)) continue;
      // It was quicker: the next step compares it with what ZFS has.
      if (transfer.state === "finished") return [];
      if (transfer.state !== "stopped") return [this.#ended(transfer)];
      this.#transfer = null;
      // What somebody has stopped no policy touches: it is theirs to resume.
      this.#byPolicy = false;
      this.#madeAt = Date.now();
      return (await receiversOf(this.target)).map(
        (pid) => `${this.target}: receive ${pid} goes on though it was stopped`,
      );
    }
    return [`${this.target}: it did not stop within 90 s`];
  }

  /** Somebody discards it on the page; ZFS must have nothing of it any more. */
  async aborted(): Promise<string[]> {
    const receive = await this.#idle();
    if (!receive) return [`${this.target}: it is not listed as stopped within 90 s, so nobody can abort it`];
    const { id, fingerprint } = receive;
    const plan = await this.api.receives.plan.query({ id, fingerprint, intent: "abort" });
    const confirm = { plan: plan.digest, name: plan.confirmName };
    await this.api.receives.abort.mutate({ id, fingerprint, confirm });
    const left = await run("nas", `zfs get -Hpo value receive_resume_token ${this.target}`);
    const wrong = left.stdout.startsWith("1-") ? [`${this.target}: its token is there after an abort`] : [];
    await this.remove();
    return wrong;
  }

  async #idle(): Promise<PartialReceive | undefined> {
    for (const until = Date.now() + 90_000; Date.now() < until; await sleep(500)) {
      const receive = await this.listed();
      if (receive?.activity.kind !== "idle" || !receive.verdict) continue;
      const now = await token("nas", this.target);
      if (now !== undefined && tokenFingerprint(now) === receive.fingerprint) return receive;
    }
    return undefined;
  }

  /** Whether what is said to be finished is there: the very snapshot, no token, no process, no hold. */
  async #arrived(): Promise<string[]> {
    this.finished += 1;
    const state = await run(
      "nas",
      `zfs get -Hpo value guid ${this.target}@next; zfs get -Hpo value receive_resume_token ${this.target}`,
    );
    const [guidThere, tokenThere] = state.stdout.split("\n");
    return [
      ...(guidThere === this.#toGuid
        ? []
        : [`${this.target}: finished, but its snapshot is ${guidThere || "missing"}`]),
      ...(tokenThere === "-" ? [] : [`${this.target}: finished, but it has a token`]),
      ...(await receiversOf(this.target)).map(
        (pid) => `${this.target}: finished, but receive ${pid} goes on`,
      ),
    ];
  }

  #ended({ state, attempt, message, stderr }: Transfer): string {
    return `${this.target}: it has ${state} in attempt ${attempt}: ${message} ${stderr ?? ""}`.trim();
  }

  /** Makes room for the next one. What is held for it is released by Halfway, not by this. */
  async remove(): Promise<void> {
    if (this.isEmpty) return;
    await run("nas", `zfs receive -A ${this.target}; zfs destroy -R ${this.target}`);
    const gone = `for n in $(seq 40); do zfs destroy -R tank/${this.#name} && exit 0; sleep 0.5; done; exit 1`;
    // A hold is released a moment after the end; one that stays is found at the end of all.
    await run("tower", gone);
    this.#name = "";
    this.#transfer = null;
  }
}
