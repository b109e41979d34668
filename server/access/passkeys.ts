import { randomUUID } from "node:crypto";
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { z } from "zod";
import { HalfwayError } from "../errors";
import { say } from "../say";
import type { PasskeyTable } from "../store/schema";
import type { Store } from "../store/store";
import type { Person } from "./caller";
import { Challenges } from "./challenges";
import { passkeyRefusal, type Site } from "./site";

/** A passkey as its owner sees it. */
export type Passkey = {
  id: string;
  name: string;
  /** The name that the page was opened by when it was made: it is good there only. */
  site: string;
  madeAt: number;
  /** Null for one that never was. */
  usedAt: number | null;
};

const bytes = (longest: number) =>
  z
    .string()
    .regex(/^[\w-]+$/)
    .max(longest);
const credential = {
  ...{ id: bytes(1_400), rawId: bytes(1_400), type: z.literal("public-key") },
  // Nothing of it is used.
  clientExtensionResults: z.unknown().transform(() => ({})),
};

/** What a browser answers that has made a passkey. */
export const newPasskey = z.object({
  ...credential,
  response: z.object({
    ...{ clientDataJSON: bytes(8_000), attestationObject: bytes(64_000) },
    transports: z.array(z.string().max(32)).max(16).default([]),
  }),
});

/** What a browser answers that has used one. */
export const passkeyProof = z.object({
  ...credential,
  response: z.object({
    ...{ clientDataJSON: bytes(8_000), authenticatorData: bytes(8_000), signature: bytes(8_000) },
  }),
});

const notProven = say`This passkey did not prove who you are. Try once more.`;

/** Keys that a device keeps, and uses for its owner only: each opens an account at one site. */
export class Passkeys {
  readonly #challenges = new Challenges();

  constructor(private readonly store: Store) {}

  /** Those of a person, newest first; also those for other sites. */
  async list({ id }: Person): Promise<Passkey[]> {
    const rows = await this.#of(id).orderBy("made_at", "desc").execute();
    return rows.map((row) => ({
      ...{ id: row.id, name: row.name, site: row.site, madeAt: row.made_at, usedAt: row.used_at },
    }));
  }

  /** Whether there are any for a site: of somebody, or of anybody. */
  async areThereAny({ name }: Site, userId?: string): Promise<boolean> {
    const some = this.store.db.selectFrom("passkey").select("id").where("site", "=", name).limit(1);
    const found = await (userId === undefined ? some : some.where("user_id", "=", userId)).executeTakeFirst();
    return found !== undefined;
  }

  /** What a browser has to know to make one. */
  async offer(person: Person, site: Site): Promise<PublicKeyCredentialCreationOptionsJSON> {
    requireSecure(site);
    const known = await this.#of(person.id).where("site", "=", site.name).execute();
    return generateRegistrationOptions({
      ...{ rpName: "Halfway", rpID: site.name, userName: person.name, userDisplayName: person.name },
      userID: Uint8Array.from(Buffer.from(person.id)),
      challenge: this.#challenges.issue(toAdd(person)),
      excludeCredentials: known.map((row) => ({ id: row.credential, transports: transportsOf(row) })),
      // It is found without a name being typed, and asks its owner for a finger or a code: it replaces both factors.
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
  }

  /** Keeps one that a browser has made. @throws HalfwayError `REFUSED`; `CONFLICT` for one that is known. */
  async add(person: Person, name: string, made: RegistrationResponseJSON, site: Site): Promise<void> {
    requireSecure(site);
    const { registrationInfo } = await orNotProven(() =>
      verifyRegistrationResponse({
        ...{ response: made, expectedOrigin: site.origin, expectedRPID: site.name },
        expectedChallenge: (challenge) => this.#challenges.spend(challenge, toAdd(person)),
      }),
    );
    if (!registrationInfo) throw new HalfwayError("REFUSED", notProven);
    const { id, publicKey, counter } = registrationInfo.credential;
    const { numInsertedOrUpdatedRows } = await this.store.db
      .insertInto("passkey")
      .values({
        ...{ id: randomUUID(), user_id: person.id, name, site: site.name, credential: id, counter },
        public_key: Buffer.from(publicKey).toString("base64url"),
        transports: JSON.stringify(made.response.transports ?? []),
        ...{ made_at: Date.now(), used_at: null },
      })
      .onConflict((conflict) => conflict.column("credential").doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) {
      throw new HalfwayError("CONFLICT", say`This passkey is known already.`);
    }
  }

  /** @throws HalfwayError `NOT_FOUND` for what is not the person's own. */
  async remove(person: Person, id: string): Promise<void> {
    const { numDeletedRows } = await this.store.db
      .deleteFrom("passkey")
      .where("id", "=", id)
      .where("user_id", "=", person.id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new HalfwayError("NOT_FOUND", say`This passkey is gone already.`);
  }

  /**
   * What a browser has to know to use one.
   * @param person who has to be proven; null for whoever it is.
   */
  async ask(person: Person | null, site: Site): Promise<PublicKeyCredentialRequestOptionsJSON> {
    requireSecure(site);
    const own = person ? await this.#of(person.id).where("site", "=", site.name).execute() : [];
    return generateAuthenticationOptions({
      ...{ rpID: site.name, userVerification: "required" },
      challenge: this.#challenges.issue(toProve(person)),
      allowCredentials: own.map((row) => ({ id: row.credential, transports: transportsOf(row) })),
    });
  }

  /**
   * Whose passkey was used. Nobody can guess a signature: attempts are not counted.
   * @param person who has to be proven; null for whoever it is.
   * @returns the id of an account.
   * @throws HalfwayError `REFUSED`, always in the same words.
   */
  async prove(proof: AuthenticationResponseJSON, person: Person | null, site: Site): Promise<string> {
    requireSecure(site);
    const row = await this.store.db
      .selectFrom("passkey")
      .selectAll()
      .where("credential", "=", proof.id)
      .where("site", "=", site.name)
      .executeTakeFirst();
    if (!row || (person && row.user_id !== person.id)) throw new HalfwayError("REFUSED", notProven);
    let shown = "";
    const { verified, authenticationInfo } = await orNotProven(() =>
      verifyAuthenticationResponse({
        ...{ response: proof, expectedOrigin: site.origin, expectedRPID: site.name },
        expectedChallenge: (challenge) => {
          shown = challenge;
          return this.#challenges.isGood(challenge, toProve(person));
        },
        credential: {
          ...{ id: row.credential, counter: row.counter, transports: transportsOf(row) },
          publicKey: Uint8Array.from(Buffer.from(row.public_key, "base64url")),
        },
      }),
    );
    // Used up by whoever could sign it, and by them once.
    if (!verified || !this.#challenges.spend(shown, toProve(person))) {
      throw new HalfwayError("REFUSED", notProven);
    }
    await this.store.db
      .updateTable("passkey")
      .set({ counter: authenticationInfo.newCounter, used_at: Date.now() })
      .where("id", "=", row.id)
      .execute()
      // A disk without room keeps nobody out.
      .catch(() => {});
    return row.user_id;
  }

  #of(userId: string) {
    return this.store.db.selectFrom("passkey").selectAll().where("user_id", "=", userId);
  }
}

const toAdd = ({ session }: Person) => `add ${session}`;
const toProve = (person: Person | null) => (person ? `again ${person.session}` : "sign in");

function transportsOf({ transports }: Pick<PasskeyTable, "transports">): string[] {
  return z.array(z.string()).parse(JSON.parse(transports));
}

function requireSecure(site: Site): void {
  const refusal = passkeyRefusal(site);
  if (refusal !== null) throw new HalfwayError("REFUSED", refusal);
}

/** Whatever the library finds fault with: who wants to know what it was would have to be told, too, if they were an attacker. */
async function orNotProven<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch {
    throw new HalfwayError("REFUSED", notProven);
  }
}
