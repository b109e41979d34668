import { z } from "zod";
import { HalfwayError } from "../errors";
import { runOk } from "../hosts/run";
import type { Plan } from "../receives/plan";
import { intents, type PartialReceive } from "../receives/types";
import { requireDatasetName } from "../zfs/names";
import type { Halfway } from "./halfway";
import { procedure, router } from "./init";
import { plannedAs } from "./trail";

/** `host:dataset`, as the list gives it. */
export const receiveIdInput = z.string().min(3).max(400);
/** What the person saw; the server refuses to act on anything else. */
export const fingerprintInput = z.string().regex(/^[0-9a-f]{16}$/, { error: "not a token fingerprint" });
/** Names the plan that was shown. */
export const planDigest = z.string().regex(/^[0-9a-f]{16}$/, { error: "not the digest of a plan" });
/** What the person confirmed: the plan they saw, by its digest, and the name they typed where it asked for one. */
export const confirmInput = z
  .strictObject({
    plan: planDigest,
    name: z.string().max(255).nullable(),
  })
  .nullish();
type Confirmation = z.output<typeof confirmInput>;

/** Freeing terabytes goes on in the background; but a busy pool may take its time to begin. */
const abortLimit = 120_000;

export const receivesRouter = router({
  /** Every partial receive of every host, and how current that is. */
  list: procedure.query(({ ctx }) => ctx.halfway.hostStates()),

  /** One receive, looked into afresh: its verdict rests on what its hosts say now. */
  inspect: procedure
    .input(z.strictObject({ id: receiveIdInput }))
    .query(async ({ ctx, input }): Promise<PartialReceive> => {
      const { halfway } = ctx;
      const { host, dataset } = parseReceiveId(halfway, input.id);
      await halfway.lookAgain();
      const { facts, verdict } = await halfway.planner.judgeNow(host, dataset, null);
      return { ...facts.receive, verdict };
    }),

  /** What an intent would run, destroy and keep. Read afresh; changes nothing. */
  plan: procedure
    .input(z.strictObject({ id: receiveIdInput, fingerprint: fingerprintInput, intent: z.enum(intents) }))
    .query(async ({ ctx, input }): Promise<Plan> => {
      const { halfway } = ctx;
      const { id, fingerprint, intent } = input;
      const { host, dataset } = parseReceiveId(halfway, id);
      const { plan } =
        intent === "abort"
          ? await halfway.planner.abort(host, dataset, fingerprint)
          : await halfway.planner.transfer(host, dataset, fingerprint, intent);
      return plan;
    }),

  /** Discards a partial receive (`zfs receive -A`). */
  abort: procedure
    .input(z.strictObject({ id: receiveIdInput, fingerprint: fingerprintInput, confirm: confirmInput }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { halfway } = ctx;
      const { host, dataset } = parseReceiveId(halfway, input.id);
      await halfway.transfers.exclusively(host.name, dataset, async () => {
        const { plan, command } = await halfway.planner.abort(host, dataset, input.fingerprint);
        requireConfirmation(plan, input.confirm);
        await ctx.note(plannedAs(plan, halfway.lastVerdict(host.name, dataset)));
        try {
          await runOk(command.on, command.argv, { limitMs: abortLimit, connection: "own" });
        } finally {
          await halfway.refresh(host.name);
        }
        await halfway.holds.releaseFor(host.name, dataset);
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
  if ((plan.losses.length > 0 || plan.cautions.length > 0) && !confirm) {
    throw new HalfwayError("BAD_INPUT", "This destroys something: look at the plan and confirm it first.");
  }
}
