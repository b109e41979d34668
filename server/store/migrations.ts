import type { Kysely } from "kysely";
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
};
