import { z } from "zod";
import type { Pipeline } from "../hosts/pipeline";
import type { Plan } from "../receives/plan";
import type { Ends } from "../receives/route";
import type { Series } from "../receives/send";
import { purposes } from "../receives/types";
import type { Argv, SendFlags } from "../zfs/commands";
import { bigintText } from "./json";

const argv = z.array(z.string()).min(1) as unknown as z.ZodType<Argv>;

/** What a transfer is to achieve, as JSON: written down before anything runs, and never changed. */
export const orderSchema = z.object({
  intent: z.enum(purposes),
  host: z.string(),
  dataset: z.string(),
  source: z.object({ host: z.string(), snapshot: z.string(), base: z.string().nullable() }),
  /** GUID of the snapshot that must be on the target in the end: the proof of success. */
  toGuid: bigintText,
  flags: z.object({
    raw: z.boolean(),
    largeBlocks: z.boolean(),
    compressed: z.boolean(),
    embedded: z.boolean(),
  }),
  /** Who asked for it. */
  by: z.string(),
  /** What its confirmed plan said: a later attempt may take nothing from the target that this did not name. */
  confirmed: z.object({
    essence: z.string(),
    rollback: z.boolean(),
    losses: z.array(z.object({ name: z.string(), bytes: bigintText })),
    cautions: z.array(z.string()),
  }),
  /** What sends the whole of it again, where nothing was saved, and its size; null where that would need `-F`. */
  again: z.object({ sending: argv, receiving: argv, size: bigintText.nullable() }).nullable(),
  /** Of a series (`-I`): how its rest is sent from the newest snapshot that has arrived; null for a single snapshot. */
  series: z
    .object({ properties: z.object({ without: z.array(z.string()) }).nullable() })
    .nullable()
    .default(null),
});

/** What a transfer is to achieve. */
export type Order = z.output<typeof orderSchema>;

/** A plan that is ready to run. */
export type Prepared = {
  plan: Plan;
  pipeline: Pipeline;
  ends: Ends;
  /** GUID of the snapshot that must be on the target in the end. */
  toGuid: bigint;
  flags: SendFlags;
  /** See `Order`; null for what is no series. */
  series?: Series | null;
};

/** The order that a plan amounts to. */
export function orderOf(
  host: string,
  dataset: string,
  by: string,
  { plan, ends, toGuid, flags, series = null }: Prepared,
): Order {
  const { intent, source, essence, cautions } = plan;
  if (!source || intent === "abort") throw new Error("a plan without a source moves no bytes");
  const losses = lossesOf(plan);
  const rollback = intent === "resume-with-rollback" || losses.length > 0;
  const resumes = intent === "resume" || intent === "resume-with-rollback";
  return {
    ...{ intent, host, dataset, source, toGuid, by },
    flags: { ...flags },
    series: series && { properties: series.properties && { without: [...series.properties.without] } },
    confirmed: { essence, rollback, losses, cautions },
    again: resumes || rollback ? null : { ...ends, size: plan.remaining },
  };
}

type NamedLoss = Order["confirmed"]["losses"][number];

/** What a plan takes with `-F`. What it discards beforehand is not among it. */
function lossesOf({ losses }: Plan): NamedLoss[] {
  return losses
    .filter(({ what }) => what !== "dataset" && what !== "received-state")
    .map(({ what, name, bytes: held }) => ({
      name: `${what} ${name}`,
      // What a snapshot holds alone changes with its neighbours; what was written since can only be more work lost.
      bytes: what === "snapshot" ? 0n : held,
    }));
}

/** Reading a file system writes to it: this much is nobody's work. */
const unremarkable = 1n << 20n;

/** Whether a plan takes no more from the target than was confirmed: nothing else, and nothing written since. */
export function isWithin(plan: Plan, { losses }: Order["confirmed"]): boolean {
  return lossesOf(plan).every(({ name, bytes: held }) =>
    losses.some((one) => one.name === name && held <= one.bytes + unremarkable),
  );
}
