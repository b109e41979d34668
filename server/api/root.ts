import { z } from "zod";
import { settingsInput } from "../transfers/settings";
import { readPastedToken } from "../zfs/token-paste";
import { procedure, router } from "./init";
import { receivesRouter } from "./receives";
import { transfersRouter } from "./transfers";

export const appRouter = router({
  receives: receivesRouter,
  transfers: transfersRouter,

  hosts: router({
    /** The configured hosts and how each answered last. */
    list: procedure.query(({ ctx }) => ctx.halfway.hostStates().map(({ receives: _, ...host }) => host)),
  }),

  tokens: router({
    /** What a resume token says, found in whatever was pasted. The page asks by POST: a token belongs in no URL or log. */
    decode: procedure
      .input(
        z.strictObject({ token: z.string().max(16_384, "at most 16,384 characters are looked through") }),
      )
      .query(({ input }) => readPastedToken(input.token)),
  }),

  settings: router({
    /** How transfers are carried out; for all of them. */
    get: procedure.query(({ ctx }) => ctx.halfway.settings.current),

    update: procedure.input(settingsInput).mutation(({ ctx, input }) => ctx.halfway.settings.change(input)),
  }),

  events: router({
    /** The one subscription of a page: everything there is, then everything that changes. */
    stream: procedure.subscription(({ ctx, signal }) =>
      ctx.halfway.hub.stream(signal ?? new AbortController().signal),
    ),
  }),
});

export type AppRouter = typeof appRouter;
