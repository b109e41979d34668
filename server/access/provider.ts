import * as oidc from "openid-client";
import { z } from "zod";
import { HalfwayError, sentence } from "../errors";
import { plain, say } from "../say";
import { accountNameOf, type Claims, type ProviderConfig, roleOf } from "./provider-config";
import type { Role } from "./roles";
import type { Site } from "./site";

/** Where a provider sends people back to. */
const callback = "/login/callback";
const answersWithin = 10;
/** How long ago somebody may have signed in there who is to prove it once more: as long as that counts here. */
const recently = 5 * 60;

/** A sign-in that was begun: its browser keeps it until the provider sends it back. */
export const pendingSignIn = z.strictObject({
  ...{ state: z.string(), nonce: z.string(), verifier: z.string() },
  /** Whether somebody who is signed in proves once more that it is them. */
  again: z.boolean(),
  /** Where to go then. */
  next: z.string(),
});
export type PendingSignIn = z.output<typeof pendingSignIn>;

/** Who has signed in there. */
export type Identity = {
  /** What the provider knows them by, for good. */
  subject: string;
  /** Null for who has none by what the provider says. */
  role: Role | null;
  /** When they proved there who they are; null where it does not say. */
  authenticatedAt: number | null;
  /** @throws HalfwayError `REFUSED` where nothing of what it says could be a name. */
  name: () => string;
};

/** Where people sign in elsewhere: OpenID Connect, with code, PKCE, state and nonce. */
export class Provider {
  #discovered: Promise<oidc.Configuration> | null = null;

  constructor(readonly config: ProviderConfig) {}

  /** @returns where to go, and what its browser has to keep. */
  async begin(
    site: Site,
    { again, next }: Pick<PendingSignIn, "again" | "next">,
  ): Promise<{ url: string; pending: PendingSignIn }> {
    const pending = {
      ...{ state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() },
      ...{ again, next },
    };
    const url = oidc.buildAuthorizationUrl(await this.#discover(), {
      ...{ redirect_uri: `${site.origin}${callback}`, scope: this.config.scopes.join(" ") },
      ...{ state: pending.state, nonce: pending.nonce },
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: "S256",
      ...(again ? { prompt: "login", max_age: String(recently) } : {}),
    });
    return { url: url.href, pending };
  }

  /**
   * Who came back.
   * @param answer the query of the address that the provider sent its browser to.
   * @throws HalfwayError `REFUSED` where that proves nothing; `UNREACHABLE`
   */
  async finish(
    answer: string,
    { state, nonce, verifier, again }: PendingSignIn,
    site: Site,
  ): Promise<Identity> {
    const found = await this.#discover();
    const address = new URL(`${site.origin}${callback}`);
    address.search = answer;
    const { claims, said } = await this.#orRefuse(async () => {
      const tokens = await oidc.authorizationCodeGrant(found, address, {
        ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
        // Checks `auth_time`, too: that a provider asked once more is not taken on trust.
        ...(again ? { maxAge: recently } : {}),
      });
      const claims = tokens.claims();
      if (!claims) throw new Error("there is no ID token in it");
      // Many providers say here only which groups somebody is in.
      const said: Claims = found.serverMetadata().userinfo_endpoint
        ? await oidc.fetchUserInfo(found, tokens.access_token, claims.sub)
        : {};
      return { claims, said };
    });
    const all = { ...said, ...claims };
    return {
      subject: claims.sub,
      role: roleOf(all, this.config),
      authenticatedAt: claims.auth_time === undefined ? null : Math.min(claims.auth_time * 1_000, Date.now()),
      name: () => accountNameOf(all, this.config),
    };
  }

  /** What the provider can do; asked for once, and again where it did not answer. */
  async #discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret, name } = this.config;
    this.#discovered ??= oidc.discovery(
      new URL(issuer),
      clientId,
      undefined,
      clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret),
      {
        timeout: answersWithin,
        execute: [
          oidc.enableNonRepudiationChecks,
          // The configuration lets only this very machine be asked without TLS.
          ...(issuer.startsWith("http:") ? [oidc.allowInsecureRequests] : []),
        ],
      },
    );
    try {
      return await this.#discovered;
    } catch (error) {
      this.#discovered = null;
      console.error(`halfway: ${issuer} cannot be asked: ${reasons(error)}`);
      throw new HalfwayError("UNREACHABLE", say`${name} does not answer as a sign-in provider should.`);
    }
  }

  /** What proves nothing is told in our words; its reasons are for whoever set it up. */
  async #orRefuse<T>(act: () => Promise<T>): Promise<T> {
    const { name } = this.config;
    try {
      return await act();
    } catch (error) {
      console.error(`halfway: a sign-in at ${name} failed: ${reasons(error)}`);
      if (error instanceof oidc.AuthorizationResponseError && error.error === "access_denied") {
        throw new HalfwayError("REFUSED", say`The sign-in was ended at ${name}.`);
      }
      throw new HalfwayError(
        "REFUSED",
        say`What ${name} says does not prove who you are. Begin again; Halfway's log says more.`,
      );
    }
  }
}

/** Why something failed, with what lies behind it. Never what was sent: codes and tokens are in that. */
function reasons(error: unknown): string {
  // What comes by way of the browser anybody can have made up, with line breaks in it.
  if (error instanceof oidc.AuthorizationResponseError) return JSON.stringify(error.error.slice(0, 100));
  if (error instanceof oidc.ResponseBodyError) {
    return JSON.stringify([error.error, error.error_description].filter(Boolean).join(": "));
  }
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${plain(sentence(error))}${cause}`;
}
