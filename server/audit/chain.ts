import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { AuditTable, Schema } from "../store/schema";

/** What a row says; all of it is hashed. */
export type Content = Omit<AuditTable, "hash">;

/** What stands for the row before the first one. */
export const beginning = "0".repeat(64);

/** SHA-256 over the hash of the row before and what this one says, as JSON with its keys in order. */
export function hashOf(previous: string, content: Content): string {
  const sorted = Object.fromEntries(Object.entries(content).sort(([one], [other]) => (one < other ? -1 : 1)));
  return createHash("sha256")
    .update(`${previous}${JSON.stringify(sorted)}`)
    .digest("hex");
}

/**
 * Whether every row is as it was written, and none is missing in between; else the first that is not.
 * @property known the row whose hash was asked for; null where none has it.
 */
export type Verification =
  | { holds: true; last: { id: number; at: number; hash: string } | null; known: number | null }
  | { holds: false; entry: number; problem: string };

const readAtOnce = 1_000;

/**
 * Goes through the whole chain, also while a server adds to it.
 * @param known the hash of some row that was noted down earlier: without its rows at the end a chain holds, too.
 */
export async function verify(db: Kysely<Schema>, known?: string): Promise<Verification> {
  let last: AuditTable | null = null;
  let met: number | null = null;
  for (;;) {
    const rows: AuditTable[] = await db
      .selectFrom("audit")
      .selectAll()
      .where("id", ">", last?.id ?? 0)
      .orderBy("id")
      .limit(readAtOnce)
      .execute();
    for (const row of rows) {
      const due: number = (last?.id ?? 0) + 1;
      if (row.id !== due) return { holds: false, entry: due, problem: "It is missing." };
      const { hash, ...content } = row;
      if (hash !== hashOf(last?.hash ?? beginning, content)) {
        const problem = due === 1 ? "It was changed." : "It was changed, or the one before it was.";
        return { holds: false, entry: due, problem };
      }
      if (hash === known) met = row.id;
      last = row;
    }
    if (rows.length < readAtOnce) break;
  }
  return { holds: true, last: last && { id: last.id, at: last.at, hash: last.hash }, known: met };
}
