import { setTimeout as sleep } from "node:timers/promises";
import { TRPCClientError } from "@trpc/client";
import { pipelineIdentity } from "../../server/hosts/pipeline";
import type { PartialReceive } from "../../server/receives/types";
import { hasEnded } from "../../server/transfers/states";
import type { Transfer } from "../../server/transfers/types";
import { decodeResumeToken, tokenFingerprint } from "../../server/zfs/token";
import type { browser } from "../client";
import { receiversOf } from "../faults/victims";
import { guid, LabError, makePartial, run, sh, token } from "../lab";
import { log } from "./measure";

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
  /** How it is begun the next time: nobody presses anything where a policy will. */
  #next: Begins = "resumed";
  /** What could not be removed yet: it is held, or at work, for a while after its end. */
  readonly #leftovers = new Set<string>();
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
    const made = !this.isEmpty;
    try {
      return made ? await this.#goOn() : await this.#make();
    } catch (error) {
      const isOfTheLab = error instanceof LabError;
      // The lab's own trouble passes; what is half made, or what Halfway knows nothing of, makes room for the next one.
      if (made && isOfTheLab) throw error;
      const { target } = this;
      await this.remove();
      if (isOfTheLab) throw error;
      return [`${target}: ${wordsOf(error)}`];
    }
  }

  async #goOn(): Promise<string[]> {
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
    this.#next = this.begins;
    this.#most = 0n;
    this.#madeAt = Date.now();
    if (this.begins === "sent") {
      await sh(
        "tower",
        `zfs create tank/${this.#name} && head -c ${megabytes}M /dev/urandom >/tank/${this.#name}/data && zfs snapshot ${this.source}`,
      );
      this.#toGuid = await guid("tower", this.source);
      return this.#beginning();
    }
    const kind = this.#count % 2 === 0 ? "incremental" : "full";
    const partial = await makePartial({
      ...{ name: this.#name, kind, sizeMb: megabytes, receivedMb: received, baseMb: 1 },
    });
    this.#toGuid = partial.toGuid;
    return this.#beginning();
  }

  /** Sends a new snapshot, whole, as the page for that does. */
  async #send(): Promise<string[]> {
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
      return this.#givenUp("it cannot be sent", obstacles.map(({ sentence }) => sentence).join(" "));
    }
    this.#transfer = (await this.api.sends.start.mutate({ ...request, plan: plan.digest })).id;
    return [];
  }

  /** What is refused now is tried again for a while, as by a person: a host may just be coming back. */
  async #beginning(): Promise<string[]> {
    try {
      return this.#next === "sent" ? await this.#send() : await this.#resume();
    } catch (error) {
      if (!(error instanceof TRPCClientError)) throw error;
      // No faster than a person would: who is too quick is held back.
      await sleep(2_000);
      return this.#givenUp("it is refused", error.message);
    }
  }

  async #resume(): Promise<string[]> {
    const receive = await this.listed();
    const why = receive?.verdict?.sentence ?? "it is not listed";
    if (this.#next === "policy") {
      const all = await this.api.transfers.list.query();
      const begun = all.find(({ dataset, state }) => dataset === this.target && !hasEnded(state));
      const last = begun ?? all.find(({ dataset }) => dataset === this.target);
      if (last) this.#transfer = last.id;
      else return this.#givenUp("no policy has begun it", why);
      return [];
    }
    if (receive?.verdict?.kind !== "resumable" || receive.activity.kind !== "idle") {
      return this.#givenUp("it cannot be resumed", why);
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
  async #givenUp(what: string, why: string): Promise<string[]> {
    if (Date.now() - this.#madeAt < beginsWithin) return [];
    const { target } = this;
    await this.remove();
    return [`${target}: ${what}: ${why}`];
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
    if (this.isEmpty) return null;
    const { stdout } = await run(
      "nas",
      // The token first: of what arrives between the two questions the snapshot is there.
      `zpool list backup >/dev/null && { zfs get -Hpo value receive_resume_token ${this.target} 2>&1; zfs get -Hpo value guid ${this.target}@next 2>/dev/null; }`,
      { timeoutMs: 10_000 },
    ).catch(() => ({ stdout: "" }));
    const lines = stdout.split("\n");
    if (lines.includes(this.#toGuid)) return "complete";
    const found = lines.find((line) => line.startsWith("1-"));
    // Before its first bytes are on disk a new receive has no token.
    const isNone = lines.some((line) => line === "-" || line.endsWith("dataset does not exist"));
    if (!found) return this.#most > 0n && isNone ? 0n : null;
    return decodeResumeToken(found).bytes;
  }

  /** The pipeline's own session on this machine; null where none runs. */
  async session(stateDir: string): Promise<number | null> {
    const transfer = await this.transfer();
    if (!transfer) return null;
    return pipelineIdentity(`${stateDir}/transfers/${transfer.id}/${transfer.attempt}`)?.pid ?? null;
  }

  /**
   * Somebody stops it on the page: it ends, what was received stays, and it can be resumed.
   * @returns null where it was quicker: the next step compares it with what ZFS has.
   */
  async stopped(): Promise<string[] | null> {
    if (this.#transfer === null) return null;
    try {
      await this.api.transfers.stop.mutate({ id: this.#transfer });
    } catch (error) {
      const isTooLate = error instanceof TRPCClientError && error.data?.code === "CONFLICT";
      if (isTooLate && (await this.transfer())?.state !== "running") return null;
      throw error;
    }
    for (const until = Date.now() + 90_000; Date.now() < until; await sleep(500)) {
      const transfer = await this.transfer();
      if (!transfer || !hasEnded(transfer.state)) continue;
      if (transfer.state === "finished") return null;
      if (transfer.state !== "stopped") return [this.#ended(transfer)];
      this.#transfer = null;
      // What somebody has stopped no policy touches: it is theirs to resume.
      this.#next = "resumed";
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
    const state = await run(
      "nas",
      `zfs get -Hpo value guid ${this.target}@next; zfs get -Hpo value receive_resume_token ${this.target}`,
    );
    const [guidThere, tokenThere] = state.stdout.split("\n");
    const wrong = [
      ...(guidThere === this.#toGuid
        ? []
        : [`${this.target}: finished, but its snapshot is ${guidThere || "missing"}`]),
      ...(tokenThere === "-" ? [] : [`${this.target}: finished, but it has a token`]),
      ...(await receiversOf(this.target)).map(
        (pid) => `${this.target}: finished, but receive ${pid} goes on`,
      ),
    ];
    this.finished += 1;
    return wrong;
  }

  #ended({ state, attempt, message, stderr }: Transfer): string {
    return `${this.target}: it has ${state} in attempt ${attempt}: ${message} ${stderr ?? ""}`.trim();
  }

  /** Makes room for the next one. What is held for it is released by Halfway, not by this. */
  async remove(): Promise<void> {
    const name = this.#name;
    this.#name = "";
    this.#transfer = null;
    // What was left earlier has had its time: once is enough.
    await this.clear();
    // A hold is released a moment after the end; one that stays is found at the end of all.
    if (name === "" || (await isDestroyed(name, 40))) return;
    log(`(${name} is to be removed later)`);
    this.#leftovers.add(name);
  }

  /** Removes what could not be removed before. @returns what is still there. */
  async clear(): Promise<string[]> {
    for (const name of this.#leftovers) if (await isDestroyed(name, 1)) this.#leftovers.delete(name);
    return [...this.#leftovers].map((name) => `${name} cannot be removed from both hosts`);
  }
}

/** Destroys a lane's datasets on both hosts. @returns whether they are gone. */
async function isDestroyed(name: string, tries: number): Promise<boolean> {
  const gone = (dataset: string, first = "") =>
    `for n in $(seq ${tries}); do ${first} zfs destroy -R ${dataset}; zfs list ${dataset} 2>&1 | grep -q "does not exist" && exit 0; sleep 0.5; done >/dev/null 2>&1; exit 1`;
  const scripts = [
    ["nas", gone(`backup/${name}`, `zfs receive -A backup/${name};`)],
    ["tower", gone(`tank/${name}`)],
  ] as const;
  const codes = [];
  for (const [host, script] of scripts) {
    codes.push(
      await run(host, script).then(
        ({ code }) => code,
        () => null,
      ),
    );
  }
  return codes.every((code) => code === 0);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
