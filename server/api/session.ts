import { z } from "zod";
import type { Proof } from "../access/access";
import { accountName, newPassword } from "../access/accounts";
import { personOf } from "../access/caller";
import { newPasskey, passkeyProof } from "../access/passkeys";
import { atLeast, type Role, withRole } from "../access/roles";
import { type Said, say } from "../say";
import { type Context, procedure, router } from "./init";
import { type Act, refusalsFor } from "./rights";

/** As it is typed: a password that was set by other rules must still be accepted. */
const password = z.string().min(1, say`Type a password.`).max(128);
const code = z.string().trim().min(1).max(64);

/** Whom a page talks to; `proofs` are how they can prove once more that it is them. */
export type Me = {
  kind: "person" | "program";
  name: string;
  role: Role;
  secondFactor: boolean;
  proofs: Proof[];
  /** Where somebody signs in who has no password here; null for everybody else. */
  elsewhere: string | null;
  /** Why, for each thing that this role may not do. */
  mayNot: Partial<Record<Act, Said>>;
} | null;

export const sessionRouter = router({
  /** Who asks; null for nobody. */
  me: procedure.query(({ ctx }) => meOf(ctx)),

  /** Not done where the account has a second factor and its code is still to come. */
  signIn: procedure
    .input(
      z.strictObject({
        name: z.string().trim().toLowerCase().min(1).max(64),
        password,
        code: code.nullable(),
      }),
    )
    .mutation(async ({ ctx, input }): Promise<{ done: boolean }> => {
      const { name, password, code } = input;
      const { done, cookies } = await ctx.halfway.access.signIn(name, password, code, ctx.headers);
      ctx.setCookies(cookies);
      if (!done) await ctx.note({ comesTo: "code-asked" });
      return { done };
    }),

  /** What a browser has to know to use a passkey: for a sign-in, or once more where somebody is signed in. */
  askPasskey: procedure.query(({ ctx }) => ctx.halfway.access.askPasskey(ctx.caller, ctx.headers)),

  signInByPasskey: procedure
    .input(z.strictObject({ proof: passkeyProof }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { name, cookies } = await ctx.halfway.access.signInByPasskey(input.proof, ctx.headers);
      // Before, nobody knew who it would be.
      await ctx.note({ subject: name });
      ctx.setCookies(cookies);
    }),

  /** Where to go for a sign-in at the provider; `again` for who is signed in and proves it once more. */
  askProvider: procedure
    .input(z.strictObject({ again: z.boolean(), next: z.string().max(2_000) }))
    .query(async ({ ctx, input }): Promise<{ url: string }> => {
      const { url, cookies } = await ctx.halfway.access.beginProvider(input, ctx.headers);
      ctx.setCookies(cookies);
      return { url };
    }),

  /** @returns where they wanted to go who came back from the provider. */
  signInByProvider: procedure
    .input(z.strictObject({ answer: z.string().max(8_000) }))
    .mutation(async ({ ctx, input }): Promise<{ again: boolean; next: string }> => {
      const { access } = ctx.halfway;
      const { name, again, next, cookies } = await access.finishProvider(
        ctx.caller,
        input.answer,
        ctx.headers,
        ({ name, was, becomes }) =>
          ctx.note(
            { subject: name, words: roleWords(name, was, becomes) },
            was === null || !atLeast(was, becomes),
          ),
      );
      await ctx.note({ subject: name });
      ctx.setCookies(cookies);
      return { again, next };
    }),

  /** For whom the proxy in front says who it is. */
  signInByProxy: procedure.mutation(async ({ ctx }): Promise<void> => {
    const { name, cookies } = await ctx.halfway.access.signInByProxy(ctx.headers);
    await ctx.note({ subject: name });
    ctx.setCookies(cookies);
  }),

  signOut: procedure.mutation(async ({ ctx }): Promise<void> => {
    await ctx.halfway.access.signOut(ctx.headers, ctx.setCookies);
  }),

  /** Makes the first account with the token that the log shows, and signs in with it. */
  setUp: procedure
    .input(z.strictObject({ token: z.string().max(100), name: accountName, password: newPassword }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { token, name, password } = input;
      const { access } = ctx.halfway;
      await access.setUp(token, name, password);
      // Before, nobody could know whether this is a name.
      await ctx.note({ subject: name });
      ctx.setCookies((await access.signIn(name, password, null, ctx.headers)).cookies);
    }),

  /** Takes the password once more, for what needs more than an open session. */
  reauthenticate: procedure
    .input(z.strictObject({ password }))
    .mutation(({ ctx, input }) => ctx.halfway.access.reauthenticate(ctx.caller, input.password, ctx.headers)),

  reauthenticateByPasskey: procedure
    .input(z.strictObject({ proof: passkeyProof }))
    .mutation(({ ctx, input }) =>
      ctx.halfway.access.reauthenticateByPasskey(ctx.caller, input.proof, ctx.headers),
    ),

  /** Whoever asks: their passkeys, and why no more can be made where the page was opened, if so. */
  passkeys: procedure.query(({ ctx }) => ctx.halfway.access.passkeysOf(ctx.caller, ctx.headers)),

  /** What a browser has to know to make one. */
  offerPasskey: procedure.query(({ ctx }) => ctx.halfway.access.offerPasskey(ctx.caller, ctx.headers)),

  addPasskey: procedure
    .input(z.strictObject({ name: z.string().trim().min(1).max(64), made: newPasskey }))
    .mutation(({ ctx, input }) =>
      ctx.halfway.access.addPasskey(ctx.caller, input.name, input.made, ctx.headers),
    ),

  removePasskey: procedure
    .input(z.strictObject({ id: z.uuid() }))
    .mutation(({ ctx, input }) => ctx.halfway.access.removePasskey(ctx.caller, input.id)),

  /** Ends all other sessions of the account, too. */
  changePassword: procedure
    .input(z.strictObject({ from: password, to: newPassword }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { from, to } = input;
      ctx.setCookies(await ctx.halfway.access.changePassword(ctx.caller, from, to, ctx.headers));
    }),

  /** The secret for an app that shows codes; it counts once a code of it was confirmed. */
  beginSecondFactor: procedure
    .input(z.strictObject({ password }))
    .mutation(({ ctx, input }) =>
      ctx.halfway.access.beginSecondFactor(ctx.caller, input.password, ctx.headers),
    ),

  confirmSecondFactor: procedure
    .input(z.strictObject({ code }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      ctx.setCookies(await ctx.halfway.access.confirmSecondFactor(ctx.caller, input.code, ctx.headers));
    }),

  /** Then the password alone suffices again. */
  dropSecondFactor: procedure.input(z.strictObject({ password, code })).mutation(({ ctx, input }) => {
    const { password, code } = input;
    return ctx.halfway.access.dropSecondFactor(ctx.caller, password, code, ctx.headers);
  }),

  /** Where whoever asks is signed in. */
  list: procedure.query(({ ctx }) => ctx.halfway.access.sessions.list(personOf(ctx.caller))),

  /** Ends one of them. */
  revoke: procedure
    .input(z.strictObject({ id: z.string().min(1).max(64) }))
    .mutation(({ ctx, input }) => ctx.halfway.access.sessions.revoke(personOf(ctx.caller), input.id)),

  /** Ends all of them but the one that asks. */
  revokeOthers: procedure.mutation(({ ctx }) =>
    ctx.halfway.access.sessions.revokeOthers(personOf(ctx.caller)),
  ),
});

/** What a provider's word has made of an account. */
function roleWords(name: string, was: Role | null, becomes: Role): Said {
  const now = withRole(name, becomes);
  switch (was) {
    case null:
      return say`${now} (new).`;
    case "viewer":
      return say`${now} (was viewer).`;
    case "operator":
      return say`${now} (was operator).`;
    case "admin":
      return say`${now} (was admin).`;
  }
}

/** What a page may know of a caller; null for nobody. */
export async function meOf({
  halfway,
  caller,
  headers,
}: Pick<Context, "halfway" | "caller" | "headers">): Promise<Me> {
  switch (caller.kind) {
    case "nobody":
      return null;
    case "person":
    case "program": {
      const { kind, name, role } = caller;
      const proofs = await halfway.access.proofsOf(caller, headers);
      const person = caller.kind === "person" ? caller : null;
      return {
        ...{ kind, name, role, proofs, secondFactor: person?.secondFactor ?? false },
        elsewhere: person?.elsewhere ? (halfway.access.providerName ?? "OpenID Connect") : null,
        mayNot: refusalsFor(role),
      };
    }
  }
}
