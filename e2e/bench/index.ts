/*
 * What Halfway costs, as ratios within one run: medians of interleaved rounds, so that a machine that is slow today is
 * slow for both sides. Needs the lab; leaves it as it was seeded. With one of the words `watching`, `transferring`,
 * `crowding` and `listing` only that; `listing` needs no lab. `soak` is never run by itself: it takes two hours, or
 * `--minutes N`, and writes its samples into `--file F`; with `--crowd` it needs no lab, and interrupts nothing.
 */

import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";

import { down, reset, status, up } from "../lab";
import { crowding } from "./crowding";
import { listing } from "./listing";
import { type Line, log, print } from "./measure";
import { soak } from "./soak";
import { transferring } from "./transferring";
import { watching } from "./watching";

const inTheLab = { transferring, crowding, watching };
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string", default: "120" },
    file: { type: "string", default: join(tmpdir(), `halfway-soak-${Date.now()}.csv`) },
    crowd: { type: "boolean", default: false },
  },
});
const [chosen] = positionals;

if (chosen === "soak") {
  const options = { ...values, minutes: z.coerce.number().min(1).max(10_000).parse(values.minutes) };
  process.exit((await (values.crowd ? soak(options) : seeded(() => soak(options)))) ? 0 : 1);
}
const lines: Line[] = [];
if (chosen !== "listing") {
  await seeded(async () => {
    for (const [name, measure] of Object.entries(inTheLab)) {
      if (chosen === undefined || chosen === name) lines.push(...(await measure()));
    }
  });
}
if (chosen === undefined || chosen === "listing") lines.push(...(await listing()));
print(lines);
process.exit(lines.every(({ value, bound }) => value <= bound) ? 0 : 1);

/** Does something in a lab that was seeded, and leaves that as it was. */
async function seeded<T>(act: () => Promise<T>): Promise<T> {
  const labWasUp = (await status()).hosts.some(({ running }) => running);
  await up({ seeded: true, log });
  try {
    return await act();
  } finally {
    if (labWasUp) await reset(log);
    else await down();
  }
}
