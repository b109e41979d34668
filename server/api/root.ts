import { z } from "zod";
import { decodeResumeToken } from "../zfs/token";
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
    /** What a pasted resume token says. */
    decode: procedure
      .input(z.strictObject({ token: z.string().max(16_384) }))
      .query(({ input }) => decodeResumeToken(input.token)),
  }),

  events: router({
    /** The one subscription of a page: everything there is, then everything that changes. */
    stream: procedure.subscription(({ ctx, signal }) =>
      ctx.halfway.hub.stream(signal ?? new AbortController().signal),
    ),
  }),
});

export type AppRouter = typeof appRouter;
