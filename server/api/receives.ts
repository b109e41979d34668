import { z } from "zod";
import { HalfwayError } from "../errors";
import type { Host } from "../hosts/config";
import { runOk } from "../hosts/run";
import { estimateAgain, type Facts, gather, readReceive } from "../receives/gather";
import { findSource, type Plan, planAbort, planTransfer, type TransferPlan } from "../receives/plan";
import { intents, type TransferIntent } from "../receives/types";
import { requireDatasetName } from "../zfs/names";
import type { Halfway } from "./halfway";
import { procedure, router } from "./init";

/** `host:dataset`, as the list gives it. */
export const receiveIdInput = z.string().min(3).max(400);
/** What the person saw; the server refuses to act on anything else. */
export const fingerprintInput = z.string().regex(/^[0-9a-f]{16}$/, { error: "not a token fingerprint" });
/** What the person confirmed: the plan they saw, by its digest, and the name they typed where it asked for one. */
export const confirmInput = z
  .strictObject({
    plan: z.string().regex(/^[0-9a-f]{16}$/, { error: "not the digest of a plan" }),
    name: z.string().max(255).nullable(),
  })
  .nullish();
type Confirmation = z.output<typeof confirmInput>;

/** Freeing terabytes goes on in the background; but a busy pool may take its time to begin. */
const abortLimit = 120_000;

export const receivesRouter = router({
  /** Every partial receive of every host, and how current that is. */
  list: procedure.query(({ ctx }) => ctx.halfway.hostStates()),

  /** What an intent would run, destroy and keep. Read afresh; changes nothing. */
  plan: procedure
    .input(z.strictObject({ id: receiveIdInput, fingerprint: fingerprintInput, intent: z.enum(intents) }))
    .query(async ({ ctx, input }): Promise<Plan> => {
      const { halfway } = ctx;
      const { id, fingerprint, intent } = input;
      const { plan } =
        intent === "abort"
          ? await abortPlanFor(halfway, id, fingerprint)
          : await transferPlanFor(halfway, id, fingerprint, intent);
      return plan;
    }),

  /** Discards a partial receive (`zfs receive -A`). */
  abort: procedure
    .input(z.strictObject({ id: receiveIdInput, fingerprint: fingerprintInput, confirm: confirmInput }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { halfway } = ctx;
      const { host, dataset } = parseReceiveId(halfway, input.id);
      await halfway.transfers.exclusively(host.name, dataset, async () => {
        const { plan, command } = await abortPlanFor(halfway, input.id, input.fingerprint);
        requireConfirmation(plan, input.confirm);
        try {
          await runOk(command.on, command.argv, { limitMs: abortLimit, connection: "own" });
        } finally {
          await halfway.refresh(host.name);
        }
      });
    }),
});

/** Splits an id into its host, which must be configured, and its dataset, which must be a ZFS name. */
export function parseReceiveId(halfway: Halfway, id: string) {
  const at = id.indexOf(":");
  if (at < 1)
    throw new HalfwayError("BAD_INPUT", "This is not the id of a receive: it should look like host:dataset.");
  return { host: halfway.host(id.slice(0, at)), dataset: requireDatasetName(id.slice(at + 1)) };
}

/** When the state is not what the person saw, the list they look at is old: it is read again at once. */
async function newsWhenChanged<T>(halfway: Halfway, host: Host, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof HalfwayError && error.code === "CONFLICT") void halfway.refresh(host.name);
    throw error;
  }
}

/** Reads a receive afresh and plans its abort. */
async function abortPlanFor(halfway: Halfway, id: string, fingerprint: string) {
  const { host, dataset } = parseReceiveId(halfway, id);
  const receive = await newsWhenChanged(
    halfway,
    host,
    readReceive(host, dataset, fingerprint, halfway.seenOn(host.name)),
  );
  return planAbort(receive, halfway.hosts);
}

/** Gathers afresh and plans; for the preview, and once more for whatever carries it out. */
export async function transferPlanFor(
  halfway: Halfway,
  id: string,
  fingerprint: string,
  intent: TransferIntent,
): Promise<TransferPlan & { facts: Facts }> {
  const { hosts } = halfway;
  const { host, dataset } = parseReceiveId(halfway, id);
  const facts = await newsWhenChanged(
    halfway,
    host,
    gather(hosts, host, dataset, fingerprint, halfway.seenOn(host.name)),
  );
  if (intent !== "start-over" || facts.receive.activity.kind === "receiving") {
    return { ...planTransfer(intent, facts, hosts), facts };
  }
  const { host: source, estimate } = findSource(facts, hosts);
  const size = await estimateAgain(source, facts.decoded, estimate);
  return { ...planTransfer(intent, facts, hosts, size), facts };
}

/**
 * Lets a plan pass that costs nothing, or that was confirmed as it is.
 * @throws HalfwayError `BAD_INPUT` when a confirmation or the typed name is missing, `CONFLICT` when what was confirmed
 *   is not what would run now.
 */
export function requireConfirmation(plan: Plan, confirm: Confirmation): void {
  if (confirm && confirm.plan !== plan.digest) {
    throw new HalfwayError(
      "CONFLICT",
      "What this would run or destroy has changed since you looked. Look again, then decide.",
    );
  }
  if (plan.confirmName !== null && confirm?.name !== plan.confirmName) {
    throw new HalfwayError("BAD_INPUT", `To go on, type the dataset's name: ${plan.confirmName}`);
  }
  if (plan.losses.length > 0 && !confirm) {
    throw new HalfwayError("BAD_INPUT", "This destroys something: look at the plan and confirm it first.");
  }
}
