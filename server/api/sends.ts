import { z } from "zod";
import { nameOf } from "../access/caller";
import { HalfwayError } from "../errors";
import { type NewSend, planNewSend, type SendRequest } from "../receives/new-send";
import { say } from "../say";
import type { Transfer } from "../transfers/types";
import { snapshotName } from "../zfs/names";
import type { Halfway } from "./halfway";
import { procedure, router } from "./init";
import { planDigest, requireConfirmation } from "./receives";
import { plannedAs } from "./trail";

const hostInput = z.string().min(1).max(255);

const sendInput = z.strictObject({
  source: z.strictObject({ host: hostInput, snapshot: snapshotName }),
  // As it was typed: what is wrong with it is said like everything else that is in the way.
  target: z.strictObject({ host: hostInput, dataset: z.string().max(1_000) }),
  options: z.strictObject({
    raw: z.boolean().nullable(),
    largeBlocks: z.boolean(),
    compressed: z.boolean(),
    embedded: z.boolean(),
    steps: z.boolean(),
    properties: z.boolean(),
  }),
});

export const sendsRouter = router({
  /** What a new send would run, and what is in its way. Read afresh; changes nothing. */
  plan: procedure.input(sendInput).query(async ({ ctx, input }): Promise<NewSend> => {
    const { send } = await planNow(ctx.halfway, input);
    return send;
  }),

  /** Plans afresh and runs exactly the plan that was shown. */
  start: procedure
    .input(sendInput.extend({ plan: planDigest }))
    .mutation(async ({ ctx, input: { plan: shown, ...request } }): Promise<Transfer> => {
      const { halfway } = ctx;
      const { host, dataset } = request.target;
      return halfway.transfers.start(
        halfway.host(host).name,
        dataset,
        async () => {
          const { send, prepared } = await planNow(halfway, request);
          if (!prepared) {
            const inTheWay = send.obstacles.find(({ certain }) => certain);
            throw new HalfwayError("REFUSED", inTheWay?.sentence ?? say`This cannot be sent.`);
          }
          requireConfirmation(prepared.plan, { plan: shown, name: null });
          await ctx.note(plannedAs(prepared.plan, null));
          return prepared;
        },
        nameOf(ctx.caller),
      );
    }),
});

/** Plans with what the pools are now. */
async function planNow(halfway: Halfway, request: SendRequest) {
  halfway.host(request.source.host);
  halfway.host(request.target.host);
  await halfway.askPools();
  return planNewSend(halfway.surroundings, request);
}
