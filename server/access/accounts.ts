import { randomBytes } from "node:crypto";
import { type BetterAuthPlugin, betterAuth } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { twoFactor, username } from "better-auth/plugins";
import type { ExpressionBuilder } from "kysely";
import { z } from "zod";
import { HalfwayError } from "../errors";
import { say } from "../say";
import type { Schema } from "../store/schema";
import type { Store } from "../store/store";
import { noPassword, onlyAdmin, type Role, roles } from "./roles";
import { remember } from "./seen";

const secondsInADay = 24 * 60 * 60;
/** After this one signs in again, however busy one was. */
const sessionDays = 7;
/** The library insists on an address; nothing is ever sent to this one. */
export const noAddress = "@halfway.invalid";

/** An account as others see it; `elsewhere` is one that signs in at the provider, and has no password here. */
export type Account = { id: string; name: string; role: Role; secondFactor: boolean; elsewhere: boolean };

/** What a provider knows somebody by, for good. */
export type Subject = { issuer: string; subject: string };

/** What is about to become of an account by what its provider says; `was` is null for one that is made. */
export type RoleSaid = { name: string; was: Role | null; becomes: Role };

/** The same as admins see it. */
export type ListedAccount = Account & {
  /** Null for who never signed in. */
  signedInAt: number | null;
  /** How many count at this moment. */
  sessions: number;
};

export const accountName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, {
    error: say`A name has up to 32 letters, digits, dots, dashes and underscores, and begins with a letter or digit.`,
  });
/** Length is what counts; the upper bound keeps the hashing short. */
export const newPassword = z
  .string()
  .min(12, say`A password has at least 12 characters.`)
  .max(128, say`A password has at most 128 characters.`);
export const role = z.enum(roles);

/** How somebody came in. */
const ways = ["password", "passkey", "provider", "proxy"] as const;
export type Way = (typeof ways)[number];

/** Lets somebody in who has proven by another way than a password who they are. It is no route, only a call. */
const entrance = {
  id: "halfway-entrance",
  endpoints: {
    enter: createAuthEndpoint.serverOnly(
      {
        method: "POST",
        body: z.object({ userId: z.string(), way: z.enum(ways), authenticatedAt: z.number() }),
      },
      async (ctx) => {
        const { userId, ...session } = ctx.body;
        const { internalAdapter } = ctx.context;
        const user = await internalAdapter.findUserById(userId);
        if (!user) throw new APIError("UNAUTHORIZED");
        await setSessionCookie(ctx, {
          ...{ user, session: await internalAdapter.createSession(userId, false, session) },
        });
      },
    ),
  },
} satisfies BetterAuthPlugin;

/**
 * The account library, set up for this page: names instead of e-mail addresses, sessions that can be revoked at any moment,
 * nobody signs up by themselves. None of its own routes is served; what of it is used is called by `Access`.
 * @param secure whether the page is served by HTTPS: then cookies are tied to it.
 */
function libraryOn(store: Store, secret: string, secure: boolean) {
  return betterAuth({
    appName: "Halfway",
    // It stands in no link or mail; cookies and origins are what they are by `secure` and the guard.
    baseURL: secure ? "https://halfway.invalid" : "http://halfway.invalid",
    secret,
    database: { db: store.db, type: "sqlite" },
    emailAndPassword: { enabled: true, disableSignUp: true, maxPasswordLength: 128 },
    user: {
      additionalFields: {
        role: { type: "string", required: true, input: false },
        signedInAt: { type: "number", required: false, input: false },
        issuer: { type: "string", required: false, input: false },
        subject: { type: "string", required: false, input: false },
      },
    },
    session: {
      expiresIn: sessionDays * secondsInADay,
      // A session that is only read needs no disk with room.
      disableSessionRefresh: true,
      additionalFields: {
        authenticatedAt: { type: "number", required: true, input: false },
        way: { type: "string", required: true, input: false },
        seenAt: { type: "number", required: false, input: false },
      },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => ({ data: { authenticatedAt: Date.now(), way: "password", ...session } }),
        },
      },
    },
    plugins: [
      username({ minUsernameLength: 1, maxUsernameLength: 32, usernameValidator: isAccountName }),
      // `Limits` counts its codes, too: the library's own lock would outlast it.
      twoFactor({ accountLockout: { enabled: false } }),
      entrance,
    ],
    advanced: {
      // The library's own prefix, `__Secure-`, would let a neighbour's subdomain set the cookie.
      cookiePrefix: secure ? "__Host-halfway" : "halfway",
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", secure, path: "/" },
    },
    // `Limits` counts in front of it, also where no HTTP is involved.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
}

export type Library = ReturnType<typeof libraryOn>;

function isAccountName(name: string): boolean {
  return accountName.safeParse(name).success;
}

/** The accounts there are, and everything that changes them. */
export class Accounts {
  private constructor(
    private readonly store: Store,
    /** For requests that came by HTTPS, and for the others. */
    readonly library: { https: Library; http: Library },
  ) {}

  static async open(store: Store): Promise<Accounts> {
    const secret = await secretIn(store);
    return new Accounts(store, {
      https: libraryOn(store, secret, true),
      http: libraryOn(store, secret, false),
    });
  }

  /** All of them, by name. */
  async list(): Promise<ListedAccount[]> {
    const now = new Date().toISOString();
    const rows = await this.store.db
      .selectFrom("user")
      .select(["id", "username", "role", "twoFactorEnabled", "signedInAt", "issuer"])
      .select((user) =>
        user
          .selectFrom("session")
          .select((session) => session.fn.countAll<number>().as("count"))
          .whereRef("session.userId", "=", "user.id")
          .where("session.expiresAt", ">", now)
          .as("sessions"),
      )
      .orderBy("username")
      .execute();
    return rows.map((row) => ({
      ...accountOf(row),
      ...{ signedInAt: row.signedInAt, sessions: row.sessions ?? 0 },
    }));
  }

  async areThereAny(): Promise<boolean> {
    return (await this.store.db.selectFrom("user").select("id").limit(1).executeTakeFirst()) !== undefined;
  }

  /** @throws HalfwayError `CONFLICT` where the name is taken. */
  async create(name: string, as: Role, password: string): Promise<Account> {
    const { internalAdapter } = await this.library.http.$context;
    const hash = await this.hash(password);
    const account = await this.#make(name, as, null);
    const { id } = account;
    await internalAdapter.linkAccount({
      ...{ userId: id, accountId: id, providerId: "credential", password: hash },
    });
    return account;
  }

  /**
   * The account of somebody who has signed in at the provider, with the role that it gives them now. The first time it is made,
   * and is never one that was here before: not by its name, either.
   * @param before is told of what changes, before it does.
   * @throws HalfwayError `CONFLICT` where the name is another account's, `REFUSED` for the last admin.
   */
  async ofSubject(
    known: Subject,
    name: () => string,
    as: Role,
    before: (change: RoleSaid) => Promise<void>,
  ): Promise<Account> {
    const row = await this.#rowOf(known);
    if (!row) {
      const called = name();
      if (!(await this.#find(called))) {
        await before({ name: called, was: null, becomes: as });
        return this.#make(called, as, known);
      }
      throw new HalfwayError(
        "CONFLICT",
        say`There is an account named “${called}” already, and a name alone does not make it yours. Halfway's admin can remove it.`,
      );
    }
    const was = role.parse(row.role);
    if (was !== as) {
      await before({ name: row.username, was, becomes: as });
      await this.setRole(row.username, as);
    }
    return this.require(row.username);
  }

  /** Ends what still lets somebody in whom the provider gives no role any more. */
  async shutOut(known: Subject): Promise<void> {
    const row = await this.#rowOf(known);
    if (row) await this.#endAll(row.id);
  }

  #rowOf({ issuer, subject }: Subject) {
    return this.store.db
      .selectFrom("user")
      .select(["id", "username", "role"])
      .where("issuer", "=", issuer)
      .where("subject", "=", subject)
      .executeTakeFirst();
  }

  /** Ends the sessions of an account, and its API tokens. */
  async #endAll(id: string): Promise<void> {
    await this.store.db.deleteFrom("api_token").where("user_id", "=", id).execute();
    await this.store.db.deleteFrom("session").where("userId", "=", id).execute();
  }

  /** Whether there is an account of this name that has no password here. */
  async isElsewhere(name: string): Promise<boolean> {
    return (await this.#find(name))?.elsewhere ?? false;
  }

  /** Takes as long as a password that is wrong. */
  async hash(password: string): Promise<string> {
    return (await this.library.http.$context).password.hash(password);
  }

  /** Whether an account is that of who has signed in at the provider. */
  async isOf(id: string, { issuer, subject }: Subject): Promise<boolean> {
    const row = await this.store.db
      .selectFrom("user")
      .select(["issuer", "subject"])
      .where("id", "=", id)
      .executeTakeFirst();
    return row?.issuer === issuer && row.subject === subject;
  }

  async #make(name: string, as: Role, known: Subject | null): Promise<Account> {
    const taken = await this.#find(name);
    if (taken) throw new HalfwayError("CONFLICT", say`There is an account named “${name}” already.`);
    const { internalAdapter } = await this.library.http.$context;
    const { id } = await internalAdapter.createUser(
      {
        ...{ name, username: name, role: as, emailVerified: true },
        ...{ email: `${name}${noAddress}`, ...known },
      },
      { method: "admin" },
    );
    return { id, name, role: as, secondFactor: false, elsewhere: known !== null };
  }

  /** Keeps when somebody signed in last. */
  async signedIn(name: string): Promise<void> {
    await remember(null, (now) =>
      this.store.db.updateTable("user").set({ signedInAt: now }).where("username", "=", name).execute(),
    );
  }

  /** Sets a new password, and ends whatever else opened the account: its sessions, passkeys and API tokens. */
  async setPassword(name: string, password: string): Promise<void> {
    const { id, elsewhere } = await this.require(name);
    if (elsewhere) throw new HalfwayError("REFUSED", noPassword(name));
    const { internalAdapter } = await this.library.http.$context;
    await internalAdapter.updatePassword(id, await this.hash(password));
    await this.store.db.deleteFrom("passkey").where("user_id", "=", id).execute();
    await this.#endAll(id);
  }

  /** For who has lost the device: the password alone counts again. */
  async dropSecondFactor(name: string): Promise<void> {
    const { id } = await this.require(name);
    const { adapter, internalAdapter } = await this.library.http.$context;
    await internalAdapter.updateUser(id, { twoFactorEnabled: false });
    await adapter.deleteMany({ model: "twoFactor", where: [{ field: "userId", value: id }] });
  }

  /** Counts from the next request on. @throws HalfwayError `REFUSED` for the last admin. */
  async setRole(name: string, to: Role): Promise<void> {
    const { id } = await this.require(name);
    const change = this.store.db.updateTable("user").set({ role: to }).where("id", "=", id);
    const { numUpdatedRows } = await (to === "admin"
      ? change
      : change.where(notTheOnlyAdmin(id))
    ).executeTakeFirst();
    if (numUpdatedRows === 0n) throw new HalfwayError("REFUSED", onlyAdmin(name));
  }

  /** With its sessions and API tokens. @throws HalfwayError `REFUSED` for the last admin. */
  async remove(name: string): Promise<void> {
    const { id } = await this.require(name);
    const { numDeletedRows } = await this.store.db
      .deleteFrom("user")
      .where("id", "=", id)
      .where(notTheOnlyAdmin(id))
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new HalfwayError("REFUSED", onlyAdmin(name));
  }

  /** @throws HalfwayError `NOT_FOUND` */
  async require(name: string): Promise<Account> {
    const account = await this.#find(name);
    if (!account) throw new HalfwayError("NOT_FOUND", say`There is no account named “${name}”.`);
    return account;
  }

  /** @throws HalfwayError `NOT_FOUND` */
  async requireId(id: string): Promise<Account> {
    const account = (await this.list()).find((one) => one.id === id);
    if (!account) throw new HalfwayError("NOT_FOUND", say`This account is gone.`);
    return account;
  }

  async #find(name: string): Promise<Account | undefined> {
    return (await this.list()).find((account) => account.name === name);
  }
}

/** Checked by the very statement that acts: two admins could remove each other at the same moment. */
function notTheOnlyAdmin(id: string) {
  return (row: ExpressionBuilder<Schema, "user">) =>
    row.or([
      row("role", "!=", "admin"),
      row.exists(
        row
          .selectFrom("user as other")
          .select("other.id")
          .where("other.role", "=", "admin")
          .where("other.id", "!=", id),
      ),
    ]);
}

/** A password that nobody has to think of. */
export function randomPassword(): string {
  return randomBytes(15).toString("base64url");
}

/** @throws ZodError for a role that this version does not know: better nobody than somebody with too much. */
export function accountOf(row: {
  id: string;
  username: string;
  role: string;
  twoFactorEnabled: number | boolean | null;
  issuer: string | null;
}): Account {
  return {
    ...{ id: row.id, name: row.username, role: role.parse(row.role) },
    ...{ secondFactor: Boolean(row.twoFactorEnabled), elsewhere: row.issuer !== null },
  };
}

/** What cookies are signed with: made once, kept with what it protects. */
async function secretIn(store: Store): Promise<string> {
  const { db } = store;
  const key = "access.secret";
  const kept = () => db.selectFrom("setting").select("value").where("key", "=", key).executeTakeFirst();
  const made = await kept();
  // A disk without room must not keep those out who are known already: what is there is only read.
  if (made) return z.string().parse(JSON.parse(made.value));
  await db
    .insertInto("setting")
    .values({ key, value: JSON.stringify(randomBytes(32).toString("base64url")) })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
  return secretIn(store);
}
