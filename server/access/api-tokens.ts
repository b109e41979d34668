import { createHash, randomBytes, randomUUID } from "node:crypto";
import { HalfwayError } from "../errors";
import { say } from "../say";
import type { Store } from "../store/store";
import { type Account, role as roleSchema } from "./accounts";
import { lesser, type Role } from "./roles";
import { remember } from "./seen";

const day = 24 * 60 * 60_000;
/** Secret scanners and people recognise what begins so. */
const prefix = "halfway_";

/** An API token as it is listed; what it opens is gone once it was shown. */
export type ApiToken = {
  id: string;
  name: string;
  owner: string;
  role: Role;
  madeAt: number;
  expiresAt: number;
  /** To the minute; null for one that never was. */
  usedAt: number | null;
};

/** Keys for programs: each belongs to an account, and never may more than that. */
export class ApiTokens {
  constructor(private readonly store: Store) {}

  /** All of them, newest first; also those that have expired. */
  async list(): Promise<ApiToken[]> {
    const rows = await this.#rows().orderBy("made_at", "desc").execute();
    return rows.map(tokenOf);
  }

  /** @returns the token itself: this is the only time that it is known. */
  async create(owner: Account, name: string, role: Role, days: number): Promise<string> {
    const token = `${prefix}${randomBytes(32).toString("base64url")}`;
    const now = Date.now();
    await this.store.db
      .insertInto("api_token")
      .values({
        ...{ id: randomUUID(), user_id: owner.id, name, role, digest: digestOf(token) },
        ...{ made_at: now, expires_at: now + days * day },
      })
      .execute();
    return token;
  }

  /** @throws HalfwayError `NOT_FOUND` */
  async revoke(id: string): Promise<void> {
    const { numDeletedRows } = await this.store.db
      .deleteFrom("api_token")
      .where("id", "=", id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new HalfwayError("NOT_FOUND", say`There is no such API token.`);
  }

  /** Whose token this is; null for one that never was, was revoked, or has expired. */
  async find(token: string): Promise<ApiToken | null> {
    const row = await this.#rows()
      .where("digest", "=", digestOf(token))
      .where("expires_at", ">", Date.now())
      .executeTakeFirst();
    if (!row) return null;
    await remember(row.used_at, (now) =>
      this.store.db.updateTable("api_token").set({ used_at: now }).where("id", "=", row.id).execute(),
    );
    return tokenOf(row);
  }

  #rows() {
    return this.store.db
      .selectFrom("api_token")
      .innerJoin("user", "user.id", "api_token.user_id")
      .select(["api_token.id", "api_token.name", "username", "api_token.role", "user.role as ownerRole"])
      .select(["made_at", "expires_at", "used_at"]);
  }
}

function tokenOf(row: {
  id: string;
  name: string;
  username: string;
  role: string;
  ownerRole: string;
  made_at: number;
  expires_at: number;
  used_at: number | null;
}): ApiToken {
  return {
    ...{ id: row.id, name: row.name, owner: row.username },
    ...{ madeAt: row.made_at, expiresAt: row.expires_at, usedAt: row.used_at },
    role: lesser(roleSchema.parse(row.role), roleSchema.parse(row.ownerRole)),
  };
}

/** 256 random bits need no slow hash. */
function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
