import { z } from "zod";
import type { Transfer } from "../transfers/types";
import { procedure, router } from "./init";
import {
  confirmInput,
  fingerprintInput,
  parseReceiveId,
  receiveIdInput,
  requireConfirmation,
  transferPlanFor,
} from "./receives";

const transferId = z.strictObject({ id: z.uuid({ error: "not the id of a transfer" }) });

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
      return halfway.transfers.start(host.name, dataset, async () => {
        const planned = await transferPlanFor(halfway, input.id, input.fingerprint, input.intent);
        requireConfirmation(planned.plan, input.confirm);
        return planned;
      });
    }),

  /** Stops a running transfer; what was received stays and can be resumed. */
  stop: procedure.input(transferId).mutation(({ ctx, input }) => ctx.halfway.transfers.stop(input.id)),
});
