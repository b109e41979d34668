import { parseCookies } from "better-auth/cookies";
import { cameByHttps } from "./guard";
import { type PendingSignIn, pendingSignIn } from "./provider";

/** As long as somebody may take to sign in elsewhere. */
const goodFor = 10 * 60;

/** A cookie that keeps a sign-in which was begun in this browser; null to forget it. */
export function pendingCookie(pending: PendingSignIn | null, headers: Headers): string {
  const value = pending ? Buffer.from(JSON.stringify(pending)).toString("base64url") : "";
  return [
    `${nameFor(headers)}=${value}`,
    `Max-Age=${pending ? goodFor : 0}`,
    ...["Path=/", "HttpOnly", "SameSite=Lax"],
    ...(isSecure(headers) ? ["Secure"] : []),
  ].join("; ");
}

/** What was begun in the browser of a request; null where nothing was. */
export function pendingIn(headers: Headers): PendingSignIn | null {
  const value = parseCookies(headers.get("cookie") ?? "").get(nameFor(headers));
  if (!value) return null;
  try {
    return pendingSignIn.parse(JSON.parse(Buffer.from(value, "base64url").toString()));
  } catch {
    return null;
  }
}

function nameFor(headers: Headers): string {
  return `${isSecure(headers) ? "__Host-" : ""}halfway.provider`;
}

function isSecure(headers: Headers): boolean {
  return cameByHttps((name) => headers.get(name));
}
