import { z } from "zod";
import { nameOf } from "../access/caller";
import { HalfwayError } from "../errors";
import { gatherRest, type Rest } from "../receives/rest";
import { say } from "../say";
import { logPlace } from "../transfers/log";
import type { Transfer } from "../transfers/types";
import { sendFlagsOf } from "../zfs/commands";
import type { Halfway } from "./halfway";
import { procedure, router } from "./init";
import {
  confirmInput,
  fingerprintInput,
  parseReceiveId,
  pastCursor,
  planDigest,
  receiveIdInput,
  requireConfirmation,
} from "./receives";
import { plannedAs } from "./trail";

const transferId = z.strictObject({ id: z.uuid({ error: say`This is not the id of a transfer.` }) });

const pastInput = z.strictObject({
  host: z.string().max(64).optional(),
  /** A part of the dataset's name. */
  dataset: z.string().max(255).optional(),
  state: z.enum(["open", "finished", "failed", "stopped"]).optional(),
  ...pastCursor.shape,
});

/** Asks both sides what is still missing after a finished transfer. */
async function restAfter(halfway: Halfway, id: string) {
  const transfer = halfway.transfers.get(id);
  const { state, host, dataset, source, flags } = transfer;
  if (state !== "finished") {
    throw new HalfwayError("REFUSED", say`What comes next is known when this transfer has finished.`);
  }
  return gatherRest(halfway.surroundings, { target: { host, dataset }, source, flags });
}

export const transfersRouter = router({
  /** Newest first. */
  list: procedure.query(({ ctx }) => ctx.halfway.transfers.list()),

  get: procedure.input(transferId).query(({ ctx, input }) => ctx.halfway.transfers.get(input.id)),

  /** Resumes, resumes with rollback, or starts over: plans afresh and runs exactly that plan. */
  start: procedure
    .input(
      z.strictObject({
        id: receiveIdInput,
        fingerprint: fingerprintInput,
        intent: z.enum(["resume", "resume-with-rollback", "start-over"]),
        confirm: confirmInput,
      }),
    )
    .mutation(async ({ ctx, input }): Promise<Transfer> => {
      const { halfway } = ctx;
      const { host, dataset } = parseReceiveId(halfway, input.id);
      return halfway.transfers.start(
        host.name,
        dataset,
        async () => {
          const planned = await halfway.planner.transfer(host, dataset, input.fingerprint, input.intent);
          requireConfirmation(planned.plan, input.confirm);
          const { plan, pipeline, ends, facts, verdict } = planned;
          const { decoded } = facts;
          if (!decoded) throw new HalfwayError("REFUSED", say`The resume token cannot be read.`);
          await ctx.note(plannedAs(plan, verdict));
          return { plan, pipeline, ends, toGuid: decoded.toGuid, flags: sendFlagsOf(decoded) };
        },
        nameOf(ctx.caller),
      );
    }),

  /** What of its series a finished transfer leaves missing on the target, and the transfer that comes next. */
  rest: procedure.input(transferId).query(async ({ ctx, input }): Promise<Rest> => {
    const { transfer: _, ...rest } = await restAfter(ctx.halfway, input.id);
    return rest;
  }),

  /** Carries out the transfer that comes next, exactly as `rest` has shown it. */
  continue: procedure
    .input(z.strictObject({ id: transferId.shape.id, plan: planDigest }))
    .mutation(async ({ ctx, input }): Promise<Transfer> => {
      const { halfway } = ctx;
      const { host } = halfway.transfers.get(input.id);
      const { next, transfer, refusal } = await restAfter(halfway, input.id);
      if (!next || !transfer) throw new HalfwayError("REFUSED", refusal ?? say`Nothing is missing any more.`);
      requireConfirmation(next.plan, { plan: input.plan, name: null });
      const { dataset } = parseReceiveId(halfway, next.plan.receiveId);
      return halfway.transfers.start(
        host,
        dataset,
        async () => {
          await ctx.note(plannedAs(next.plan, null));
          return {
            ...{ ...transfer, toGuid: next.toGuid },
            flags: halfway.transfers.get(input.id).flags,
          };
        },
        nameOf(ctx.caller),
      );
    }),

  /**
   * A transfer, also one of long ago, with every attempt of it that has ended, both sides' words and its curve, and
   * every change of it.
   */
  history: procedure.input(transferId).query(({ ctx, input }) => ctx.halfway.transfers.history(input.id)),

  /**
   * What both sides of the newest attempt have said since `after`, without progress and tokens; while it runs and when it
   * has ended. At most some hundred KiB at once.
   */
  log: procedure
    .input(z.strictObject({ id: transferId.shape.id, after: logPlace.nullable().default(null) }))
    .query(({ ctx, input }) => ctx.halfway.transfers.log(input.id, input.after)),

  /** How the bytes of the attempt that runs have come so far; null where none runs. */
  curve: procedure.input(transferId).query(({ ctx, input }) => ctx.halfway.transfers.curve(input.id)),

  /** All there ever were and that are not forgotten yet, newest first, page by page. */
  past: procedure
    .input(pastInput)
    .query(({ ctx, input: { direction: _, ...query } }) => ctx.halfway.transfers.past(query)),

  /** Begins the next attempt of a waiting transfer now. */
  retry: procedure.input(transferId).mutation(({ ctx, input }) => ctx.halfway.transfers.retry(input.id)),

  /** Moves a transfer in the queue: before another one, or to its end. */
  move: procedure
    .input(z.strictObject({ id: transferId.shape.id, before: transferId.shape.id.nullable() }))
    .mutation(({ ctx, input }) => ctx.halfway.transfers.move(input.id, input.before)),

  /** Holds a transfer back to a rate, or lets it go; also while it runs. */
  limit: procedure
    .input(
      z.strictObject({
        id: transferId.shape.id,
        bytesPerSecond: z.int().min(1_024, say`The least is 1 KiB a second.`).max(1e12).nullable(),
      }),
    )
    .mutation(({ ctx, input }) => ctx.halfway.transfers.setLimit(input.id, input.bytesPerSecond)),

  /** Stops a transfer for good; what was received stays and can be resumed. */
  stop: procedure.input(transferId).mutation(({ ctx, input }) => ctx.halfway.transfers.stop(input.id)),
});
