import { z } from "zod";
import type { Store } from "../store/store";
import { jsonOf } from "./json";
import type { Pauses } from "./retry";

const settingsSchema = z.object({
  /** Transfers at work at once, over all hosts and on each one, as source or target. */
  overall: z.int().min(1).max(100),
  perHost: z.int().min(1).max(100),
  /** Whether interrupted transfers go on by themselves. */
  retry: z.boolean(),
  /** Minutes without a byte, while both ends live, after which a transfer is begun anew. */
  stallMinutes: z
    .number()
    .positive()
    .max(24 * 60),
  /** Whether a stream of at least so many MiB is buffered and compressed where both ends can. */
  stages: z.boolean(),
  stagesFromMiB: z.int().min(0).max(1_000_000),
  /** Whether transfers give way to everything else that wants the processors. */
  gentle: z.boolean(),
  /** How long ended transfers are remembered. */
  keepDays: z.int().min(1).max(36_500),
});

/** How transfers are carried out; for all of them. */
export type Settings = z.output<typeof settingsSchema>;

/** What a person may change of them. */
export const settingsInput = settingsSchema.partial().strict();

const defaults: Settings = {
  ...{ overall: 8, perHost: 4, retry: true, stallMinutes: 10, keepDays: 365 },
  ...{ stages: true, stagesFromMiB: 1024, gentle: false },
};

/** How long to wait between attempts; milliseconds. */
export const pauses: Pauses = {
  ...{ first: 5_000, longest: 5 * 60_000 },
  ...{ space: 60_000, longestForSpace: 10 * 60_000 },
};

/** Settings as they were last saved, with the configuration's or our own where they never were. */
export class KeptSettings {
  #current: Settings;
  readonly pauses: Pauses;

  /** @param configured replace the defaults. */
  constructor(
    private readonly store: Store,
    configured: { stallMinutes?: number | undefined; spacePauseSeconds?: number | undefined } = {},
  ) {
    const { stallMinutes = defaults.stallMinutes, spacePauseSeconds } = configured;
    this.#current = { ...defaults, stallMinutes };
    const space = spacePauseSeconds === undefined ? null : spacePauseSeconds * 1_000;
    this.pauses = { ...pauses, ...(space === null ? {} : { space, longestForSpace: space }) };
  }

  get current(): Settings {
    return this.#current;
  }

  async load(): Promise<void> {
    const rows = await this.store.db.selectFrom("setting").selectAll().execute();
    const saved = Object.fromEntries(rows.map(({ key, value }) => [key, jsonOf(value)]));
    for (const [key, schema] of Object.entries(settingsSchema.shape)) {
      const value = schema.safeParse(saved[key]);
      if (value.success) this.#current = { ...this.#current, [key]: value.data };
    }
  }

  change(change: z.output<typeof settingsInput>): Settings {
    this.#current = settingsSchema.parse({ ...this.#current, ...change });
    const rows = Object.entries(change).map(([key, value]) => ({ key, value: JSON.stringify(value) }));
    for (const row of rows) {
      this.store.write((db) =>
        db
          .insertInto("setting")
          .values(row)
          .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: row.value }))
          .execute(),
      );
    }
    return this.#current;
  }
}
