import Bowser from "bowser";
import { HalfwayError } from "../errors";
import { type Said, say, verbatim } from "../say";
import type { Store } from "../store/store";
import type { Person } from "./caller";
import { remember } from "./seen";

/** One sign-in, as its owner sees it. */
export type Session = {
  id: string;
  /** The browser and what it runs on, as it says itself. */
  device: Said;
  since: number;
  /** To the minute. */
  seenAt: number;
  /** Whether it is the one that asks. */
  current: boolean;
};

/** Where people are signed in. */
export class Sessions {
  constructor(private readonly store: Store) {}

  /** Those of a person: first the one that asks, then by when they were seen last. */
  async list({ id, session }: Person): Promise<Session[]> {
    const rows = await this.store.db
      .selectFrom("session")
      .select(["id", "token", "userAgent", "createdAt", "seenAt"])
      .where("userId", "=", id)
      .where("expiresAt", ">", new Date().toISOString())
      .execute();
    return rows
      .map((row): Session => {
        const since = Date.parse(row.createdAt);
        const device = deviceOf(row.userAgent ?? "");
        return {
          ...{ id: row.id, device, since },
          ...{ seenAt: row.seenAt ?? since, current: row.token === session },
        };
      })
      .sort((a, b) => Number(b.current) - Number(a.current) || b.seenAt - a.seenAt);
  }

  /** Ends one of a person's own. @throws HalfwayError `NOT_FOUND` */
  async revoke(person: Person, id: string): Promise<void> {
    const { numDeletedRows } = await this.store.db
      .deleteFrom("session")
      .where("userId", "=", person.id)
      .where("id", "=", id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new HalfwayError("NOT_FOUND", say`This session has ended already.`);
  }

  /** Ends all of a person's own but the one that asks. */
  async revokeOthers({ id, session }: Person): Promise<void> {
    await this.store.db
      .deleteFrom("session")
      .where("userId", "=", id)
      .where("token", "!=", session)
      .execute();
  }

  /** Forgets those that have expired: of browsers that never come back nobody else does. */
  async forgetExpired(): Promise<void> {
    const now = new Date().toISOString();
    await this.store.write((db) => db.deleteFrom("session").where("expiresAt", "<=", now).execute());
  }

  /** Keeps that a person has proven once more that it is them. */
  async proven({ session }: Person, at: number): Promise<void> {
    await this.store.db
      .updateTable("session")
      .set({ authenticatedAt: at })
      .where("token", "=", session)
      .execute();
  }

  /** Keeps that a session is in use. */
  async saw({ token, seenAt }: { token: string; seenAt?: number | null | undefined }): Promise<void> {
    await remember(seenAt ?? null, (now) =>
      this.store.db.updateTable("session").set({ seenAt: now }).where("token", "=", token).execute(),
    );
  }
}

/** What a browser says of itself, in words that its owner recognises: `Firefox on Linux`. */
export function deviceOf(userAgent: string): Said {
  if (userAgent === "") return say`Something that does not say what it is`;
  const { browser, os, platform } = Bowser.parse(userAgent);
  const machine = platform.model ?? os.name;
  if (!browser.name) return verbatim(userAgent.slice(0, 80));
  return machine ? say`${browser.name} on ${machine}` : verbatim(browser.name);
}
