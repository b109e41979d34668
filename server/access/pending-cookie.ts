import { createHmac, randomBytes } from "node:crypto";
import { parseCookies } from "better-auth/cookies";
import { cameByHttps } from "./guard";
import { type PendingSignIn, pendingSignIn } from "./provider";
import { isSameSecret } from "./same-secret";

/** As long as somebody may take to sign in elsewhere. */
const goodFor = 10 * 60;

/** Sign-ins that were begun, as their browsers keep them: sealed, so that nobody makes one up. */
export class PendingCookies {
  readonly #key = randomBytes(32);

  /** A cookie that keeps a sign-in which was begun in this browser; null to forget it. */
  write(pending: PendingSignIn | null, headers: Headers): string {
    const body = pending ? Buffer.from(JSON.stringify(pending)).toString("base64url") : "";
    return [
      `${nameFor(headers)}=${pending ? `${body}.${this.#seal(body)}` : ""}`,
      `Max-Age=${pending ? goodFor : 0}`,
      ...["Path=/", "HttpOnly", "SameSite=Lax"],
      ...(isSecure(headers) ? ["Secure"] : []),
    ].join("; ");
  }

  /** What was begun in the browser of a request; null where nothing was. */
  read(headers: Headers): PendingSignIn | null {
    const value = parseCookies(headers.get("cookie") ?? "").get(nameFor(headers));
    const [body = "", seal = ""] = value?.split(".") ?? [];
    if (!isSameSecret(seal, this.#seal(body))) return null;
    try {
      return pendingSignIn.parse(JSON.parse(Buffer.from(body, "base64url").toString()));
    } catch {
      return null;
    }
  }

  #seal(body: string): string {
    return createHmac("sha256", this.#key).update(body).digest("base64url");
  }
}

function nameFor(headers: Headers): string {
  return `${isSecure(headers) ? "__Host-" : ""}halfway.provider`;
}

function isSecure(headers: Headers): boolean {
  return cameByHttps((name) => headers.get(name));
}
