import { z } from "zod";
import { onHost } from "../hosts/command";
import { shellQuote } from "../hosts/quote";
import { say } from "../say";
import { policiesInput } from "../transfers/policies";
import { settingsInput } from "../transfers/settings";
import { release } from "../zfs/commands";
import { snapshotName } from "../zfs/names";
import { readPastedToken } from "../zfs/token-paste";
import { auditRouter } from "./audit";
import { hostsRouter } from "./hosts";
import { procedure, router } from "./init";
import { noticesRouter } from "./notices";
import { receivesRouter } from "./receives";
import { sendsRouter } from "./sends";
import { sessionRouter } from "./session";
import { snapshotsRouter } from "./snapshots";
import { transfersRouter } from "./transfers";
import { apiTokensRouter, usersRouter } from "./users";

export const appRouter = router({
  receives: receivesRouter,
  transfers: transfersRouter,
  sends: sendsRouter,
  snapshots: snapshotsRouter,
  session: sessionRouter,
  users: usersRouter,
  apiTokens: apiTokensRouter,
  audit: auditRouter,
  hosts: hostsRouter,
  notices: noticesRouter,

  tokens: router({
    /** What a resume token says, found in whatever was pasted. The page asks by POST: a token belongs in no URL or log. */
    decode: procedure
      .input(
        z.strictObject({ token: z.string().max(16_384, say`At most 16,384 characters are looked through.`) }),
      )
      .query(({ input }) => readPastedToken(input.token)),
  }),

  holds: router({
    /** Every hold of Halfway's on every host, as ZFS has it. */
    list: procedure.query(({ ctx }) => ctx.halfway.holds.list()),

    /** Releases one of them: then its snapshot can be destroyed, and a receive that needs it may never be finished. */
    release: procedure
      .input(z.strictObject({ host: z.string().max(64), snapshot: snapshotName, tag: z.string().max(255) }))
      .mutation(async ({ ctx: { halfway, note }, input: { host, snapshot, tag } }): Promise<void> => {
        await note({ commands: [shellQuote(onHost(halfway.host(host), release(tag, snapshot), "shared"))] });
        await halfway.holds.release(host, snapshot, tag);
      }),
  }),

  policies: router({
    /** Rules for receives that Halfway did not begin, the first that fits counts. */
    list: procedure.query(({ ctx }) => ctx.halfway.policies.current),

    /** What policies would do at this moment with each receive they fit; those that are saved unless told. Changes nothing. */
    preview: procedure
      .input(z.strictObject({ policies: policiesInput.optional() }))
      .query(({ ctx, input }) => ctx.halfway.autoResume.preview(input.policies)),

    /** Takes the place of all there were. */
    save: procedure.input(policiesInput).mutation(({ ctx, input }) => ctx.halfway.policies.save(input)),
  }),

  settings: router({
    /** How transfers are carried out; for all of them. */
    get: procedure.query(({ ctx }) => ctx.halfway.settings.current),

    update: procedure.input(settingsInput).mutation(({ ctx, input }) => ctx.halfway.settings.change(input)),
  }),

  events: router({
    /** The one subscription of a page: everything there is, then everything that changes. */
    stream: procedure.subscription(({ ctx: { halfway, headers }, signal }) =>
      halfway.hub.stream(halfway.access.whileKnown(headers, signal ?? new AbortController().signal)),
    ),
  }),
});

export type AppRouter = typeof appRouter;
