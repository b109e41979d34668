import { z } from "zod";
import { accountName, newPassword, role } from "../access/accounts";
import { personOf } from "../access/caller";
import { atLeast } from "../access/roles";
import { HalfwayError } from "../errors";
import { say } from "../say";
import { type Context, procedure, router } from "./init";
import { type AccountAct, accountRefusal } from "./rights";

const named = z.strictObject({ name: accountName });

export const usersRouter = router({
  list: procedure.query(({ ctx }) => ctx.halfway.access.accounts.list()),

  create: procedure
    .input(named.extend({ role, password: newPassword }))
    .mutation(({ ctx, input }) => ctx.halfway.access.accounts.create(input.name, input.role, input.password)),

  /** Counts from the account's next request on. */
  setRole: procedure.input(named.extend({ role })).mutation(async ({ ctx, input }) => {
    await requirePossible(ctx, "setRole", input.name);
    await ctx.halfway.access.accounts.setRole(input.name, input.role);
  }),

  /** For somebody who forgot it; ends all sessions of the account. */
  setPassword: procedure.input(named.extend({ password: newPassword })).mutation(async ({ ctx, input }) => {
    await requirePossible(ctx, "setPassword", input.name);
    await ctx.halfway.access.accounts.setPassword(input.name, input.password);
  }),

  /** With its sessions and API tokens. */
  remove: procedure.input(named).mutation(async ({ ctx, input }) => {
    await requirePossible(ctx, "remove", input.name);
    await ctx.halfway.access.accounts.remove(input.name);
  }),
});

/** @throws HalfwayError `REFUSED` with the reason that the page gives, too. */
async function requirePossible({ halfway, caller }: Context, act: AccountAct, name: string): Promise<void> {
  const accounts = await halfway.access.accounts.list();
  const refusal = accountRefusal(act, name, accounts, personOf(caller).name);
  if (refusal !== null) throw new HalfwayError("REFUSED", refusal);
}

export const apiTokensRouter = router({
  list: procedure.query(({ ctx }) => ctx.halfway.access.apiTokens.list()),

  /** The token itself is in this answer, and never again. */
  create: procedure
    .input(z.strictObject({ name: z.string().trim().min(1).max(64), role, days: z.int().min(1).max(366) }))
    .mutation(async ({ ctx, input }): Promise<{ token: string }> => {
      const owner = personOf(ctx.caller);
      if (!atLeast(owner.role, input.role)) {
        throw new HalfwayError("FORBIDDEN", say`A token may not do more than you may.`);
      }
      const { name, role, days } = input;
      return { token: await ctx.halfway.access.apiTokens.create(owner, name, role, days) };
    }),

  revoke: procedure
    .input(z.strictObject({ id: z.uuid() }))
    .mutation(({ ctx, input }) => ctx.halfway.access.apiTokens.revoke(input.id)),
});
