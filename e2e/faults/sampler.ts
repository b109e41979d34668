import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { decodeResumeToken } from "@/server/zfs/token";
import { run, sh } from "../lab";

/** What one look at the target showed: so many bytes, or that the snapshot is complete, or that there is neither. */
type Look = bigint | "complete" | "nothing";

const lookEvery = 500;

/**
 * Looks at what ZFS on the target has received, all through a test. Judged are the `bytes` of the token: its object and
 * offset may step back where nothing is lost (facts L1).
 */
export class Sampler {
  readonly #looks: Look[] = [];
  #running: Promise<void> | null = null;
  #stopped = false;
  #still = false;

  constructor(
    private readonly target: string,
    private readonly snapshot: string,
    private readonly toGuid: string,
  ) {}

  async start(): Promise<void> {
    if (this.#running) return;
    await this.look();
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** What there is now, of a receive that is not complete. */
  async look(): Promise<bigint> {
    const look = await this.#inTurn();
    if (typeof look !== "bigint") throw new Error(`${this.target} holds no interrupted receive: ${look}`);
    return look;
  }

  /** Waits until there is more than now. */
  async more(limitMs = 90_000): Promise<void> {
    const now = await this.look();
    for (const until = Date.now() + limitMs; Date.now() < until; await sleep(lookEvery)) {
      if ((await this.look()) > now) return;
    }
    throw new Error(`${this.target} received nothing more within ${limitMs / 1_000} s`);
  }

  /** Waits until the whole snapshot is there. */
  async complete(limitMs = 120_000): Promise<void> {
    for (const until = Date.now() + limitMs; Date.now() < until; await sleep(lookEvery)) {
      if (this.#looks.at(-1) === "complete") return;
    }
    throw new Error(`${this.snapshot} is not complete after ${limitMs / 1_000} s`);
  }

  /**
   * Looks no more until the next call, and has ZFS write down all that was seen: a look can be ahead of the disk, and what
   * is not on disk yet is what a power cut may take.
   */
  async holdStill(): Promise<void> {
    this.#still = true;
    await this.#lastTurn;
    await sh("nas", `zpool sync ${this.target.split("/")[0]}`);
  }

  /** Looks again. */
  goOn(): void {
    this.#still = false;
  }

  /** Fails where a look showed less than one before it. */
  expectNeverLess(): void {
    expect(this.#looks.length, "looks at the target").toBeGreaterThan(3);
    const sizes = this.#looks.map((look) => (look === "complete" ? Number.MAX_SAFE_INTEGER : Number(look)));
    expect(this.#looks).not.toContain("nothing");
    expect(sizes, "received bytes, in the order in which they were seen").toEqual(
      sizes.toSorted((a, b) => a - b),
    );
  }

  async #run(): Promise<void> {
    for (; !this.#stopped; await sleep(lookEvery)) {
      // A host that is off or cut off says nothing, and so nothing is known.
      if (!this.#still) await this.#inTurn().catch(() => {});
    }
  }

  #lastTurn: Promise<unknown> = Promise.resolve();

  /** One look after the other: of two at once the older answer may come last. */
  #inTurn(): Promise<Look> {
    const turn = this.#lastTurn.then(async () => {
      const look = await this.#ask();
      this.#looks.push(look);
      return look;
    });
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  async #ask(): Promise<Look> {
    const { code, stdout } = await run(
      "nas",
      // While it boots, the pool is not imported yet, and no dataset exists.
      `zpool list ${this.target.split("/")[0]} >/dev/null && zfs get -Hpo value receive_resume_token ${this.target} 2>&1 && { zfs get -Hpo value guid ${this.snapshot} 2>/dev/null || true; }`,
      { timeoutMs: 10_000 },
    );
    const [token = "", guid] = stdout.split("\n");
    if (code !== 0 && token.includes("does not exist")) return "nothing";
    if (code !== 0) throw new Error(token);
    if (guid === this.toGuid) return "complete";
    return token === "-" ? "nothing" : decodeResumeToken(token).bytes;
  }
}
