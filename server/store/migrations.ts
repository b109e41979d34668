import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/** Every change of the schema there ever was, in order. Those that were released are never changed again. */
export const migrations: Record<string, Migration> = {
  "2026-11-transfers": {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable("transfer")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("host", "text", (column) => column.notNull())
        .addColumn("dataset", "text", (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("order", "text", (column) => column.notNull())
        .addColumn("asked_at", "integer", (column) => column.notNull())
        .addColumn("ended_at", "integer")
        .addColumn("place", "integer")
        .addColumn("retry_at", "integer")
        .addColumn("bytes_per_second", "integer")
        .addColumn("fruitless", "integer", (column) => column.notNull())
        .addColumn("message", "text")
        .addColumn("stderr", "text")
        .addColumn("cause", "text")
        .addColumn("left", "text")
        .execute();
      await db.schema.createIndex("transfer_target").on("transfer").columns(["host", "dataset"]).execute();
      await db.schema.createIndex("transfer_asked").on("transfer").column("asked_at").execute();
      await db.schema
        .createTable("attempt")
        .addColumn("transfer_id", "text", (column) =>
          column.notNull().references("transfer.id").onDelete("cascade"),
        )
        .addColumn("number", "integer", (column) => column.notNull())
        .addColumn("steps", "text", (column) => column.notNull())
        .addColumn("before", "text", (column) => column.notNull())
        .addColumn("sent", "text", (column) => column.notNull())
        .addColumn("total", "text")
        .addColumn("started_at", "integer", (column) => column.notNull())
        .addColumn("ended_at", "integer", (column) => column.notNull())
        .addColumn("exit_codes", "text", (column) => column.notNull())
        .addColumn("stderr", "text", (column) => column.notNull())
        .addColumn("message", "text", (column) => column.notNull())
        .addColumn("cause", "text")
        .addColumn("curve", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("attempt_key", ["transfer_id", "number"])
        .execute();
      await db.schema
        .createTable("event")
        .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
        .addColumn("at", "integer", (column) => column.notNull())
        .addColumn("transfer_id", "text", (column) =>
          column.notNull().references("transfer.id").onDelete("cascade"),
        )
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("words", "text")
        .execute();
      await db.schema.createIndex("event_transfer").on("event").columns(["transfer_id", "id"]).execute();
      await db.schema
        .createTable("hold")
        .addColumn("host", "text", (column) => column.notNull())
        .addColumn("snapshot", "text", (column) => column.notNull())
        .addColumn("tag", "text", (column) => column.notNull())
        .addColumn("target_host", "text", (column) => column.notNull())
        .addColumn("target_dataset", "text", (column) => column.notNull())
        .addColumn("made_at", "integer", (column) => column.notNull())
        .addPrimaryKeyConstraint("hold_key", ["host", "snapshot", "tag"])
        .execute();
      await db.schema
        .createTable("policy")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("place", "integer", (column) => column.notNull())
        .addColumn("policy", "text", (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("setting")
        .addColumn("key", "text", (column) => column.primaryKey())
        .addColumn("value", "text", (column) => column.notNull())
        .execute();
    },
  },
  "2026-12-accounts": {
    // The first five tables are the account library's: their names, columns and times (ISO text) are as it has them.
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable("user")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("email", "text", (column) => column.notNull().unique())
        .addColumn("emailVerified", "integer", (column) => column.notNull())
        .addColumn("image", "text")
        .addColumn("createdAt", "date", (column) => column.notNull())
        .addColumn("updatedAt", "date", (column) => column.notNull())
        .addColumn("username", "text", (column) => column.unique())
        .addColumn("displayUsername", "text")
        .addColumn("twoFactorEnabled", "integer")
        .addColumn("role", "text", (column) => column.notNull())
        .addColumn("signedInAt", "integer")
        .addColumn("issuer", "text")
        .addColumn("subject", "text")
        .addUniqueConstraint("user_subject", ["issuer", "subject"])
        .execute();
      await db.schema
        .createTable("session")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("expiresAt", "date", (column) => column.notNull())
        .addColumn("token", "text", (column) => column.notNull().unique())
        .addColumn("createdAt", "date", (column) => column.notNull())
        .addColumn("updatedAt", "date", (column) => column.notNull())
        .addColumn("ipAddress", "text")
        .addColumn("userAgent", "text")
        .addColumn("userId", "text", (column) => column.notNull().references("user.id").onDelete("cascade"))
        .addColumn("authenticatedAt", "integer", (column) => column.notNull())
        .addColumn("way", "text", (column) => column.notNull())
        .addColumn("seenAt", "integer")
        .execute();
      await db.schema
        .createTable("account")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("accountId", "text", (column) => column.notNull())
        .addColumn("providerId", "text", (column) => column.notNull())
        .addColumn("userId", "text", (column) => column.notNull().references("user.id").onDelete("cascade"))
        .addColumn("accessToken", "text")
        .addColumn("refreshToken", "text")
        .addColumn("idToken", "text")
        .addColumn("accessTokenExpiresAt", "date")
        .addColumn("refreshTokenExpiresAt", "date")
        .addColumn("scope", "text")
        .addColumn("password", "text")
        .addColumn("createdAt", "date", (column) => column.notNull())
        .addColumn("updatedAt", "date", (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("verification")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("identifier", "text", (column) => column.notNull())
        .addColumn("value", "text", (column) => column.notNull())
        .addColumn("expiresAt", "date", (column) => column.notNull())
        .addColumn("createdAt", "date", (column) => column.notNull())
        .addColumn("updatedAt", "date", (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("twoFactor")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("secret", "text", (column) => column.notNull())
        .addColumn("backupCodes", "text", (column) => column.notNull())
        .addColumn("userId", "text", (column) => column.notNull().references("user.id").onDelete("cascade"))
        .addColumn("verified", "integer")
        .addColumn("failedVerificationCount", "integer")
        .addColumn("lockedUntil", "date")
        .execute();
      for (const [table, column] of [
        ["session", "userId"],
        ["account", "userId"],
        ["verification", "identifier"],
        ["twoFactor", "secret"],
        ["twoFactor", "userId"],
      ] as const) {
        await db.schema.createIndex(`${table}_${column}_idx`).on(table).column(column).execute();
      }
      await db.schema
        .createTable("passkey")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("user_id", "text", (column) => column.notNull().references("user.id").onDelete("cascade"))
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("site", "text", (column) => column.notNull())
        .addColumn("credential", "text", (column) => column.notNull().unique())
        .addColumn("public_key", "text", (column) => column.notNull())
        .addColumn("counter", "integer", (column) => column.notNull())
        .addColumn("transports", "text", (column) => column.notNull())
        .addColumn("made_at", "integer", (column) => column.notNull())
        .addColumn("used_at", "integer")
        .execute();
      await db.schema
        .createTable("api_token")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("user_id", "text", (column) => column.notNull().references("user.id").onDelete("cascade"))
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("role", "text", (column) => column.notNull())
        .addColumn("digest", "text", (column) => column.notNull().unique())
        .addColumn("made_at", "integer", (column) => column.notNull())
        .addColumn("expires_at", "integer", (column) => column.notNull())
        .addColumn("used_at", "integer")
        .execute();
    },
  },
  "2026-12-audit": {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable("audit")
        .addColumn("id", "integer", (column) => column.primaryKey())
        .addColumn("at", "integer", (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("ref", "text", (column) => column.notNull())
        .addColumn("act", "text", (column) => column.notNull())
        .addColumn("actor", "text", (column) => column.notNull())
        .addColumn("address", "text")
        .addColumn("host", "text")
        .addColumn("dataset", "text")
        .addColumn("fingerprint", "text")
        .addColumn("subject", "text")
        .addColumn("verdict", "text")
        .addColumn("commands", "text")
        .addColumn("outcome", "text")
        .addColumn("words", "text")
        .addColumn("hash", "text", (column) => column.notNull())
        .execute();
      await db.schema.createIndex("audit_ref").on("audit").column("ref").execute();
      // Only ever added to, at its end; the third also keeps `insert or replace` from being an update.
      for (const [name, when] of [
        ["audit_no_update", sql`before update on audit`],
        ["audit_no_delete", sql`before delete on audit`],
        [
          "audit_next",
          sql`before insert on audit when new.id is not (select coalesce(max(id), 0) + 1 from audit)`,
        ],
      ] as const) {
        await sql`create trigger ${sql.id(name)} ${when} begin
          select raise(abort, 'the audit trail is only ever added to'); end`.execute(db);
      }
    },
  },
  "2026-12-notices": {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable("notice_way")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("is_on", "integer", (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("config", "text", (column) => column.notNull())
        .addColumn("status", "text")
        .addColumn("made_at", "integer", (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("notice_outbox")
        .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
        .addColumn("way_id", "text", (column) =>
          column.notNull().references("notice_way.id").onDelete("cascade"),
        )
        .addColumn("at", "integer", (column) => column.notNull())
        .addColumn("urgent", "integer", (column) => column.notNull())
        .addColumn("news", "text", (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex("notice_outbox_way")
        .on("notice_outbox")
        .columns(["way_id", "id"])
        .execute();
      await db.schema
        .createTable("notice_told")
        .addColumn("key", "text", (column) => column.primaryKey())
        .addColumn("standing", "text", (column) => column.notNull())
        .execute();
    },
  },
};
