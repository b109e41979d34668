/*
 * What Halfway costs, as ratios within one run: medians of interleaved rounds, so that a machine that is slow today is
 * slow for both sides. Needs the lab; leaves it as it was seeded. With one of the words `watching`, `transferring` and
 * `crowding` only that.
 */

import { down, reset, status, up } from "../lab";
import { crowding } from "./crowding";
import { type Line, log, print } from "./measure";
import { transferring } from "./transferring";
import { watching } from "./watching";

const parts = { transferring, crowding, watching };
const chosen = process.argv[2];
const labWasUp = (await status()).hosts.some(({ running }) => running);
await up({ seeded: true, log });
try {
  const lines: Line[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (chosen === undefined || chosen === name) lines.push(...(await measure()));
  }
  print(lines);
  process.exitCode = lines.every(({ value, bound }) => value <= bound) ? 0 : 1;
} finally {
  if (labWasUp) await reset(log);
  else await down();
}
process.exit();
