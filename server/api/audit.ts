import { z } from "zod";
import { outcomes } from "../audit/audit";
import { procedure, router } from "./init";

const filters = z.strictObject({
  /** A part of the name of who did it, or of whom it was about. */
  actor: z.string().max(100).optional(),
  host: z.string().max(64).optional(),
  /** A part of the dataset's name. */
  dataset: z.string().max(255).optional(),
  act: z.string().max(64).optional(),
  outcome: z.enum([...outcomes, "open"]).optional(),
  /** Milliseconds; `to` is not included. */
  from: z.int().optional(),
  to: z.int().optional(),
});

const cursor = z.int().min(0).nullish();

export const auditRouter = router({
  /** What was done or refused, newest first, page by page. */
  list: procedure
    // tRPC's pages say which way they go; there is one.
    .input(filters.extend({ cursor, direction: z.literal("forward").optional() }))
    .query(({ ctx, input: { cursor, direction: _, ...query } }) =>
      ctx.halfway.audit.page(query, cursor ?? null),
    ),

  /** The hosts to choose among in a filter: all that occur in it. */
  hosts: procedure.query(({ ctx }) => ctx.halfway.audit.hosts()),

  /** The same as JSON Lines, row by row as they are hashed, oldest first, piece by piece. */
  export: procedure
    .input(filters.extend({ cursor }))
    .query(({ ctx, input: { cursor, ...query } }) => ctx.halfway.audit.lines(query, cursor ?? 0)),
});
