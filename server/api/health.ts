import type { Store } from "../store/store";

/** A reading may take minutes on a host that hangs; an answer that is older is none. */
const longestPause = { watching: 10 * 60_000, notices: 2 * 60_000 };
/** Whoever asks more often gets the same answer: each is a write to the disk. */
const goodFor = 10_000;
const writesWithin = 5_000;

/** What has to work for Halfway to do what it is there for. */
const parts = ["store", "watching", "notices"] as const;
export type Part = (typeof parts)[number];

/** Says nothing about anybody's data, since everybody may ask. */
export type Healthy = { status: "ok" | "failing"; parts: Record<Part, "ok" | "failing"> };

/** Whether this server works: it can write down what it must, and its loops go round. That a host is silent is no fault of its own. */
export class Health {
  #written: { at: number; ok: Promise<boolean> } | null = null;

  constructor(
    private readonly store: Store,
    /** How long ago the slowest of each was at work last, milliseconds. */
    private readonly ages: { watching: () => number; notices: () => number },
  ) {}

  async look(): Promise<Healthy> {
    const works: Record<Part, boolean> = {
      store: await this.#writes(),
      watching: this.ages.watching() < longestPause.watching,
      notices: this.ages.notices() < longestPause.notices,
    };
    const found = Object.fromEntries(
      parts.map((part) => [part, works[part] ? "ok" : "failing"]),
    ) as Healthy["parts"];
    return { status: parts.every((part) => works[part]) ? "ok" : "failing", parts: found };
  }

  /** Really writes: a disk that is full says so only then. */
  #writes(): Promise<boolean> {
    const now = performance.now();
    if (this.#written === null || now - this.#written.at > goodFor) {
      this.#written = { at: now, ok: this.#write() };
    }
    return this.#written.ok;
  }

  async #write(): Promise<boolean> {
    if (!this.store.lasting) return false;
    const row = { key: "health", value: String(Date.now()) };
    const writing = this.store
      .writeNow((db) =>
        db
          .insertInto("setting")
          .values(row)
          .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: row.value }))
          .execute(),
      )
      .then(
        () => true,
        () => false,
      );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), writesWithin);
    });
    return Promise.race([writing, late]).finally(() => clearTimeout(timer));
  }
}
