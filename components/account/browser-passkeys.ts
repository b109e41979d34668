"use client";

import { startAuthentication, startRegistration, WebAuthnError } from "@simplewebauthn/browser";
import type { TRPCClientErrorLike } from "@trpc/client";
import { type PlainError, plainError } from "@/components/live/errors";
import type { AppRouter } from "@/server/api/root";
import { say } from "@/server/say";

type Server = ReturnType<typeof import("@/components/live/client").useTRPCClient>;

/** Lets the browser use a passkey. @returns what proves it to the server. */
export async function usedPasskey(server: Server) {
  return startAuthentication({ optionsJSON: await server.session.askPasskey.query() });
}

/** Lets the browser make one. @returns what the server keeps of it. */
export async function madePasskey(server: Server) {
  return startRegistration({ optionsJSON: await server.session.offerPasskey.query() });
}

/** What went wrong, in words: in the browser, or at the server. */
export function passkeyError(error: Error | null): PlainError | null {
  if (!error) return null;
  if (!(error instanceof WebAuthnError) && error.name !== "NotAllowedError") {
    return plainError(error as unknown as TRPCClientErrorLike<AppRouter>);
  }
  const code = error instanceof WebAuthnError ? error.code : null;
  const sentence =
    code === "ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED"
      ? say`This device holds a passkey of yours for this site already.`
      : say`The browser gave no passkey: it was cancelled, took too long, or there is none for this site.`;
  return { reason: "REFUSED", sentence, stderr: "" };
}
