import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { APIError } from "better-auth/api";
import { z } from "zod";
import { HalfwayError } from "../errors";
import { type Said, say } from "../say";
import { isPassing, type Store } from "../store/store";
import { Accounts, accountOf, type Library, noAddress, type RoleSaid, type Way } from "./accounts";
import { ApiTokens } from "./api-tokens";
import { type Caller, type Person, personOf } from "./caller";
import { cameByHttps } from "./guard";
import { Brake, Limits } from "./limits";
import { type Passkey, Passkeys } from "./passkeys";
import { PendingCookies } from "./pending-cookie";
import { Provider } from "./provider";
import type { ProviderConfig } from "./provider-config";
import type { ProxySettings } from "./proxy-config";
import { noPassword } from "./roles";
import { Sessions } from "./sessions";
import { SetUpToken } from "./set-up";
import { passkeyRefusal, siteOf } from "./site";
import { proxiedName, type TrustedProxy, trustedProxy } from "./trusted-proxy";
import { UsedCodes } from "./used-codes";

/** How often a stream that stays open makes sure that its caller still may read it. */
const lookAfter = 15_000;

/** How long a stream goes on by what a proxy said once. */
const proxiedFor = 5 * 60_000;

const proxyWay: Way = "proxy";
const notYours = say`This is not the password of your account.`;
const wrongCode = say`This code is not right, or not any more.`;

/** Whether a sign-in is complete, with the cookies that make it so. */
export type SignedIn = { done: boolean; cookies: string[] };

/** How somebody who is signed in can prove once more that it is them. */
export type Proof = "password" | "passkey" | "provider";

/** The ways in that a login has beside a password. */
export type WaysIn = {
  /** `none`: nobody has a passkey for this site. Else why browsers offer none here, in words. */
  passkeys: "offered" | "none" | { refusal: Said };
  /** The name of the provider where people sign in elsewhere. */
  provider: string | null;
  /** Who the proxy in front says that it is, and why they do not come in by that, if so. */
  proxied: { name: string; refusal: Said | null } | null;
};

/** An app that shows codes is told of this secret; the codes help once each where it is lost. */
export type NewSecondFactor = { uri: string; backupCodes: string[] };

/** Who may come in: the one place that knows sessions, passwords and tokens. */
export class Access {
  readonly apiTokens: ApiTokens;
  readonly sessions: Sessions;
  readonly #passkeys: Passkeys;
  readonly #limits = new Limits();
  readonly #usedCodes = new UsedCodes();
  readonly #pending = new PendingCookies();
  /** How often the provider is asked who somebody is. */
  readonly #askings = new Brake(60);
  #setUp: SetUpToken | null = null;

  private constructor(
    private readonly store: Store,
    /** Where people sign in elsewhere. */
    private readonly provider: Provider | null,
    /** What is believed when it says who somebody is. */
    private readonly proxy: TrustedProxy | null,
    readonly accounts: Accounts,
  ) {
    this.apiTokens = new ApiTokens(store);
    this.sessions = new Sessions(store);
    this.#passkeys = new Passkeys(store);
  }

  /** Where there is no account yet, the log gets the token that makes the first one. */
  static async open(
    store: Store,
    { oidc = null, proxy = null }: { oidc?: ProviderConfig | null; proxy?: ProxySettings | null } = {},
  ): Promise<Access> {
    const provider = oidc && new Provider(oidc);
    const access = new Access(store, provider, proxy && trustedProxy(proxy), await Accounts.open(store));
    await access.needsSetUp();
    return access;
  }

  /** Whether accounts outlive the server: not where there is no file. */
  get lasting(): boolean {
    return this.store.lasting;
  }

  /** Whether there is no account, and so nobody who could sign in; not where there may be some that cannot be read. */
  async needsSetUp(): Promise<boolean> {
    if (this.store.hidden || (await this.accounts.areThereAny())) {
      this.#setUp = null;
      return false;
    }
    if (!this.#setUp) {
      this.#setUp = new SetUpToken();
      console.log(
        `halfway: there is no account yet. Open /setup and make one with this token: ${this.#setUp.text}`,
      );
    }
    return true;
  }

  /** Who sends a request with these headers; a token that is shown counts, also where it is no good. */
  async identify(headers: Headers): Promise<Caller> {
    const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
    if (bearer !== undefined) {
      const token = await this.apiTokens.find(bearer);
      return token
        ? { kind: "program", name: token.name, owner: token.owner, role: token.role }
        : { kind: "nobody" };
    }
    const found = await this.#library(headers).api.getSession({ headers });
    if (!found) return { kind: "nobody" };
    const { user, session } = found;
    // It counts as long as the proxy goes on saying so.
    if (session.way === proxyWay && this.#proxied(headers) !== user.username) return { kind: "nobody" };
    await this.sessions.saw(session);
    const account = accountOf({
      ...{ id: user.id, username: user.username ?? "", role: user.role },
      ...{ twoFactorEnabled: user.twoFactorEnabled ?? false, issuer: user.issuer ?? null },
    });
    return { kind: "person", ...account, authenticatedAt: session.authenticatedAt, session: session.token };
  }

  /**
   * @param code of the second factor, where the account has one; without it nobody is signed in yet.
   * @throws HalfwayError `REFUSED` for a wrong name or password, in the same words for both, or code; `TOO_MANY`
   */
  async signIn(name: string, password: string, code: string | null, headers: Headers): Promise<SignedIn> {
    const { api } = this.#library(headers);
    if (this.store.hidden) {
      throw new HalfwayError(
        "UNWRITABLE",
        say`Halfway cannot read its accounts at the moment; its log says why.`,
      );
    }
    const wrong = say`This name and password do not belong together.`;
    const signedIn = await this.#limits.atDoor(
      name,
      async () => {
        // The library would refuse it at once, and whoever has a clock would learn that it is there.
        if (await this.accounts.isElsewhere(name)) {
          await this.accounts.hash(password);
          throw new HalfwayError("REFUSED", wrong);
        }
        const { headers: first, response } = await orRefuse(wrong, () =>
          api.signInUsername({ body: { username: name, password }, headers, returnHeaders: true }),
        );
        // With a second factor the library answers with a cookie for the second step instead of a session.
        if (response && "token" in response) return { done: true, cookies: first.getSetCookie() };
        if (code === null) return { done: false, cookies: [] };
        const { headers: second } = await this.#proveCode(api, name, code, withCookies(headers, first));
        return { done: true, cookies: second.getSetCookie() };
      },
      ({ done }) => done,
    );
    if (signedIn.done) await this.accounts.signedIn(name);
    return signedIn;
  }

  /** What a login offers at the site of a request. */
  async waysIn(headers: Headers): Promise<WaysIn> {
    const site = siteOf(headers);
    const refusal = passkeyRefusal(site);
    return {
      passkeys: !(await this.#passkeys.areThereAny(site))
        ? "none"
        : refusal === null
          ? "offered"
          : { refusal },
      provider: this.providerName,
      proxied: await this.#whomTheProxySays(headers),
    };
  }

  /** Lets in whom the proxy in front says that it is. @throws HalfwayError `REFUSED` */
  async signInByProxy(headers: Headers): Promise<{ name: string; cookies: string[] }> {
    const said = await this.#whomTheProxySays(headers);
    if (!said) throw new HalfwayError("REFUSED", say`No proxy that Halfway trusts says who you are.`);
    if (said.refusal !== null) throw new HalfwayError("REFUSED", said.refusal);
    const { id } = await this.accounts.require(said.name);
    // It may know its browser for weeks: what needs a proof still asks for one.
    return this.#enter(id, proxyWay, 0, headers);
  }

  /** What people call the provider where they sign in; null where there is none. */
  get providerName(): string | null {
    return this.provider?.config.name ?? null;
  }

  /** How a caller can prove once more that it is them. */
  async proofsOf(caller: Caller, headers: Headers): Promise<Proof[]> {
    if (caller.kind !== "person") return [];
    if (caller.elsewhere) return this.provider ? ["provider"] : [];
    const site = siteOf(headers);
    const passkey = passkeyRefusal(site) === null && (await this.#passkeys.areThereAny(site, caller.id));
    return ["password", ...(passkey ? (["passkey"] as const) : [])];
  }

  /** What a browser has to know to use a passkey: for a sign-in, or for proving who is signed in. */
  askPasskey(caller: Caller, headers: Headers) {
    return this.#passkeys.ask(caller.kind === "person" ? caller : null, siteOf(headers));
  }

  /** @returns who came in. @throws HalfwayError `REFUSED` */
  async signInByPasskey(
    proof: AuthenticationResponseJSON,
    headers: Headers,
  ): Promise<{ name: string; cookies: string[] }> {
    const id = await this.#passkeys.prove(proof, null, siteOf(headers));
    return this.#enter(id, "passkey", Date.now(), headers);
  }

  /** The same as typing the password once more. */
  async reauthenticateByPasskey(
    caller: Caller,
    proof: AuthenticationResponseJSON,
    headers: Headers,
  ): Promise<void> {
    const person = personOf(caller);
    await this.#passkeys.prove(proof, person, siteOf(headers));
    await this.sessions.proven(person, Date.now());
  }

  /** Where to go for a sign-in at the provider, or for proving there once more who is signed in. */
  async beginProvider(
    { again, next }: { again: boolean; next: string },
    headers: Headers,
  ): Promise<{ url: string; cookies: string[] }> {
    const { url, pending } = await this.#requireProvider().begin(siteOf(headers), { again, next });
    return { url, cookies: [this.#pending.write(pending, headers)] };
  }

  /**
   * Lets in who has signed in at the provider, or believes that it is them once more.
   * @param answer what the provider sent the browser back with.
   * @param before is told of what that makes of an account, before it does.
   * @returns who it was, whether they were signed in before, and where they wanted to go.
   */
  async finishProvider(
    caller: Caller,
    answer: string,
    headers: Headers,
    before: (change: RoleSaid) => Promise<void>,
  ): Promise<{ name: string; again: boolean; next: string; cookies: string[] }> {
    const provider = this.#requireProvider();
    const pending = this.#pending.read(headers);
    if (!pending) {
      throw new HalfwayError("REFUSED", say`This sign-in was begun elsewhere, or too long ago. Begin again.`);
    }
    const { again, next } = pending;
    await this.#askings.take(caller.kind === "person" ? caller.session : "anybody");
    const who = await provider.finish(answer, pending, siteOf(headers));
    const { issuer, name: called } = provider.config;
    const known = { issuer, subject: who.subject };
    const cookies = [this.#pending.write(null, headers)];
    // What it says now counts, also for who only proves that it is them.
    if (!who.role) {
      await this.accounts.shutOut(known);
      throw new HalfwayError(
        "REFUSED",
        say`${called} knows you, but nothing it says of you is a role here. Its admin can change that, or Halfway's.`,
      );
    }
    if (again) {
      const person = personOf(caller);
      if (!(await this.accounts.isOf(person.id, known))) {
        throw new HalfwayError(
          "REFUSED",
          say`${called} says that you are somebody else than “${person.name}”.`,
        );
      }
      await this.accounts.ofSubject(known, who.name, who.role, before);
      await this.sessions.proven(person, who.authenticatedAt ?? 0);
      return { name: person.name, again, next, cookies };
    }
    if (await this.needsSetUp()) {
      throw new HalfwayError(
        "REFUSED",
        say`The first account is made with the token that Halfway's log shows.`,
      );
    }
    const { id } = await this.accounts.ofSubject(known, who.name, who.role, before);
    // What it does not say counts as long ago: it may have known its browser for weeks.
    const entered = await this.#enter(id, "provider", who.authenticatedAt ?? 0, headers);
    return { name: entered.name, again, next, cookies: [...cookies, ...entered.cookies] };
  }

  /** What somebody has that opens their account without a password; and why no more of it can be made here, if so. */
  async passkeysOf(caller: Caller, headers: Headers): Promise<{ passkeys: Passkey[]; refusal: Said | null }> {
    return {
      passkeys: await this.#passkeys.list(personOf(caller)),
      refusal: passkeyRefusal(siteOf(headers)),
    };
  }

  /** What a browser has to know to make a passkey. */
  async offerPasskey(caller: Caller, headers: Headers) {
    return this.#passkeys.offer(mayHavePasskeys(caller), siteOf(headers));
  }

  async addPasskey(
    caller: Caller,
    name: string,
    made: RegistrationResponseJSON,
    headers: Headers,
  ): Promise<void> {
    await this.#passkeys.add(mayHavePasskeys(caller), name, made, siteOf(headers));
  }

  removePasskey(caller: Caller, id: string): Promise<void> {
    return this.#passkeys.remove(personOf(caller), id);
  }

  /**
   * Ends the session of these headers, if there is one.
   * @param forget gets the cookies that forget it, also where it could not be ended.
   * @throws HalfwayError `UNWRITABLE` where it goes on: the library does not say so.
   */
  async signOut(headers: Headers, forget: (cookies: string[]) => void): Promise<void> {
    const { api } = this.#library(headers);
    const { headers: said } = await api.signOut({ headers, returnHeaders: true });
    forget(said.getSetCookie());
    if (await api.getSession({ headers })) throw unwritable();
  }

  /** Makes the first account, an admin's. @throws HalfwayError `REFUSED` for a wrong token, or a second try. */
  async setUp(token: string, name: string, password: string): Promise<void> {
    // Not counted: it is too long to be guessed, and who guesses would keep its owner out.
    const setUp = (await this.needsSetUp()) ? this.#setUp : null;
    if (!setUp) throw new HalfwayError("REFUSED", say`There is an account already. Sign in with it.`);
    const made = await setUp.spend(token, async () => {
      await this.accounts.create(name, "admin", password);
    });
    if (!made) {
      throw new HalfwayError("REFUSED", say`This is not the set-up token that Halfway's log shows last.`);
    }
    this.#setUp = null;
  }

  /** Takes the password once more: what needs that may be done for a while. */
  async reauthenticate(caller: Caller, password: string, headers: Headers): Promise<void> {
    await this.sessions.proven(await this.#knows(caller, password, headers), Date.now());
  }

  /** Ends every session of the account; the one that asked goes on with new cookies. */
  changePassword(caller: Caller, from: string, to: string, headers: Headers): Promise<string[]> {
    return this.#limits.inside(personOf(caller), async () => {
      const { headers: said } = await orRefuse(notYours, () =>
        this.#library(headers).api.changePassword({
          body: { currentPassword: from, newPassword: to, revokeOtherSessions: true },
          ...{ headers, returnHeaders: true },
        }),
      );
      return said.getSetCookie();
    });
  }

  /** Begins to set up a second factor; it counts once `confirmSecondFactor` has seen a code of it. */
  async beginSecondFactor(caller: Caller, password: string, headers: Headers): Promise<NewSecondFactor> {
    await this.#knows(caller, password, headers);
    const made = await orRefuse(say`There is a second factor already.`, () =>
      this.#library(headers).api.enableTwoFactor({ body: { password, method: "totp" }, headers }),
    );
    return secondFactor.parse(made);
  }

  /** @returns the cookies of the session that goes on. */
  confirmSecondFactor(caller: Caller, code: string, headers: Headers): Promise<string[]> {
    const person = personOf(caller);
    return this.#limits.inside(person, async () => {
      // A backup code would show that they were kept, and not that the app has the secret.
      const { headers: said } = await this.#usedCodes.once(person.name, code, wrongCode, () =>
        orRefuse(wrongCode, () =>
          this.#library(headers).api.verifyTOTP({ body: { code }, headers, returnHeaders: true }),
        ),
      );
      return said.getSetCookie();
    });
  }

  /** Switches the second factor off, for who has it at hand: a session that somebody stole does not suffice. */
  async dropSecondFactor(caller: Caller, password: string, code: string, headers: Headers): Promise<void> {
    const person = personOf(caller);
    if (!person.secondFactor)
      throw new HalfwayError("REFUSED", say`There is no second factor to switch off.`);
    const { api } = this.#library(headers);
    // One attempt for both: a password that is right must not buy more guesses at the code.
    await this.#limits.inside(person, async () => {
      await orRefuse(notYours, () => api.verifyPassword({ body: { password }, headers }));
      await this.#proveCode(api, person.name, code, headers);
    });
    await this.accounts.dropSecondFactor(person.name);
  }

  /** A code of the second factor: six digits are the app's, anything else is a backup code. Each is spent. */
  #proveCode(api: Library["api"], name: string, code: string, headers: Headers) {
    const shown = { body: { code }, headers, returnHeaders: true } as const;
    if (!/^\d{6}$/.test(code)) return orRefuse(wrongCode, () => api.verifyBackupCode(shown));
    return this.#usedCodes.once(name, code, wrongCode, () =>
      orRefuse(wrongCode, () => api.verifyTOTP(shown)),
    );
  }

  /** Aborts with the request, and as soon as its caller is nobody any more: signed out, expired, removed. */
  whileKnown(headers: Headers, request: AbortSignal): AbortSignal {
    const over = new AbortController();
    const looking = setInterval(async () => {
      // What cannot be read now is no answer: the next look decides.
      const caller = await this.identify(headers).catch(() => null);
      if (caller?.kind === "nobody") end();
    }, lookAfter);
    // What the proxy said when it was opened does not change; the page comes back at once, with what it says then.
    const ending = this.proxy && setTimeout(() => end(), proxiedFor);
    const end = () => {
      clearInterval(looking);
      if (ending) clearTimeout(ending);
      request.removeEventListener("abort", end);
      over.abort();
    };
    request.addEventListener("abort", end);
    if (request.aborted) end();
    return over.signal;
  }

  /**
   * A new session for somebody who has proven who they are.
   * @param authenticatedAt when they did; long ago where nobody says.
   */
  async #enter(
    userId: string,
    way: Way,
    authenticatedAt: number,
    headers: Headers,
  ): Promise<{ name: string; cookies: string[] }> {
    const { name } = await this.accounts.requireId(userId);
    const { headers: said } = await orRefuse(say`This account is gone.`, () =>
      this.#library(headers).api.enter({
        ...{ body: { userId, way, authenticatedAt }, headers, returnHeaders: true },
      }),
    );
    await this.accounts.signedIn(name);
    return { name, cookies: said.getSetCookie() };
  }

  #proxied(headers: Headers): string | null {
    return this.proxy && proxiedName(headers, this.proxy);
  }

  async #whomTheProxySays(headers: Headers): Promise<WaysIn["proxied"]> {
    const name = this.#proxied(headers);
    if (name === null) return null;
    const account = (await this.accounts.list()).find((one) => one.name === name);
    if (!account) {
      const refusal = say`The proxy in front says that you are “${name}”, and there is no such account. An admin can make it.`;
      return { name, refusal };
    }
    return { name, refusal: account.elsewhere ? noPassword(name) : null };
  }

  #requireProvider(): Provider {
    if (!this.provider) throw new HalfwayError("REFUSED", say`No sign-in provider is set up here.`);
    return this.provider;
  }

  #library(headers: Headers): Library {
    return this.accounts.library[cameByHttps((name) => headers.get(name)) ? "https" : "http"];
  }

  /** @throws HalfwayError `REFUSED` where the password is not the caller's own; `FORBIDDEN` for a program. */
  #knows(caller: Caller, password: string, headers: Headers): Promise<Person> {
    const person = personOf(caller);
    return this.#limits.inside(person, async () => {
      await orRefuse(notYours, () =>
        this.#library(headers).api.verifyPassword({ body: { password }, headers }),
      );
      return person;
    });
  }
}

/** Whom the provider lets in comes by the provider: it may not want to any more tomorrow. */
function mayHavePasskeys(caller: Caller): Person {
  const person = personOf(caller);
  if (!person.elsewhere) return person;
  throw new HalfwayError("REFUSED", say`You sign in at the provider: passkeys are its affair.`);
}

const secondFactor = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) }).transform(
  ({ totpURI, backupCodes }): NewSecondFactor => ({
    // Apps show whose codes they are: by the name, not by an address that is none.
    uri: totpURI.replace(encodeURIComponent(noAddress), ""),
    backupCodes,
  }),
);

/** What the library refuses is told in our words, and always in the same: nobody learns which names there are. */
async function orRefuse<T>(sentence: Said, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof APIError && error.statusCode < 500) throw new HalfwayError("REFUSED", sentence);
    throw isPassing(error) ? unwritable() : error;
  }
}

function unwritable(): HalfwayError {
  return new HalfwayError(
    "UNWRITABLE",
    say`This could not be done: the disk of Halfway's state is full, or cannot be written.`,
  );
}

/** The headers of a request that had the cookies of an answer instead of its own. */
function withCookies(headers: Headers, answer: Headers): Headers {
  const cookies = answer.getSetCookie().flatMap((cookie) => cookie.split(";")[0] ?? []);
  const next = new Headers(headers);
  next.set("cookie", cookies.filter((cookie) => !cookie.endsWith("=")).join("; "));
  return next;
}
