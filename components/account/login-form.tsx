"use client";

import { useMutation } from "@tanstack/react-query";
import { KeyRound, LoaderCircle } from "lucide-react";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useT } from "@/components/language/language";
import { useTRPC, useTRPCClient } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button, buttonClass } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Field, inputClass } from "@/components/ui/field";
import type { WaysIn } from "@/server/access/access";
import { passkeyError, usedPasskey } from "./browser-passkeys";
import { Card } from "./card";
import { typedIn } from "./words";

/**
 * @param next where to go then.
 * @param sent whether another page sent its visitor here.
 * @param ways what there is beside a password.
 */
export function LoginForm({ next, sent, ways }: { next: string; sent: boolean; ways: WaysIn }) {
  const t = useT();
  const trpc = useTRPC();
  const server = useTRPCClient();
  const id = useId();
  const [asksCode, setAsksCode] = useState(false);
  const codeField = useRef<HTMLInputElement>(null);
  const signIn = useMutation(
    trpc.session.signIn.mutationOptions({
      onSuccess: ({ done }) => {
        if (done) return window.location.assign(next);
        flushSync(() => setAsksCode(true));
        codeField.current?.focus();
      },
    }),
  );
  const byPasskey = useMutation({
    mutationFn: async () => {
      const proof = await usedPasskey(server);
      await server.session.signInByPasskey.mutate({ proof });
    },
    onSuccess: () => window.location.assign(next),
  });
  const byProxy = useMutation(
    trpc.session.signInByProxy.mutationOptions({ onSuccess: () => window.location.assign(next) }),
  );
  const error = plainError(signIn.error ?? byProxy.error) ?? passkeyError(byPasskey.error);
  // It stays busy while the next page is fetched.
  const busy =
    [signIn, byPasskey, byProxy].some(({ isPending }) => isPending) ||
    [signIn.data?.done, byPasskey.isSuccess, byProxy.isSuccess].includes(true);
  const { proxied } = ways;
  const goesOn = useRef(sent && proxied?.refusal === null);
  const { mutate: comeByProxy } = byProxy;
  useEffect(() => {
    if (!goesOn.current) return;
    goesOn.current = false;
    comeByProxy();
  }, [comeByProxy]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = typedIn(event.currentTarget);
    byPasskey.reset();
    if (!busy) signIn.mutate({ ...typed("name", "password"), code: asksCode ? typed("code").code : null });
  };
  return (
    <Card title={t`Sign in`}>
      {proxied && (
        <div className="mt-4 border-b border-line pb-4">
          {proxied.refusal === null ? (
            <Button tone="primary" className="w-full lg:h-9" disabled={busy} onClick={() => comeByProxy()}>
              {t`Go on as ${proxied.name}`}
            </Button>
          ) : (
            <p className="wrap-anywhere">{t(proxied.refusal)}</p>
          )}
        </div>
      )}
      {/* A form that is sent before the page is ready must not put a password into an address. */}
      <form method="post" onSubmit={submit} className="mt-4 space-y-4">
        <Field id={`${id}-name`} label={t`Name`}>
          <input
            id={`${id}-name`}
            name="name"
            required
            autoComplete="username"
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
            maxLength={64}
            className={inputClass}
          />
        </Field>
        <Field id={`${id}-password`} label={t`Password`}>
          <input
            id={`${id}-password`}
            name="password"
            type="password"
            required
            autoComplete="current-password"
            maxLength={128}
            className={inputClass}
          />
        </Field>
        {asksCode && (
          <Field
            id={`${id}-code`}
            label={t`Code`}
            help={t`From the app on your second device, or a backup code.`}
          >
            <input
              ref={codeField}
              id={`${id}-code`}
              name="code"
              required
              inputMode="text"
              autoComplete="one-time-code"
              aria-describedby={`${id}-code-help`}
              maxLength={64}
              className={inputClass}
            />
          </Field>
        )}
        {error && <ErrorProblem error={error} />}
        <Button
          type="submit"
          tone={proxied?.refusal === null ? "plain" : "primary"}
          className="w-full lg:h-9"
          disabled={busy}
        >
          {busy && <LoaderCircle aria-hidden className="animate-spin" />}
          {busy ? t`Signing in…` : t`Sign in`}
        </Button>
      </form>
      {ways.provider !== null && (
        <a
          href={`/login/provider?${new URLSearchParams({ next })}`}
          className={buttonClass("plain", "mt-3 w-full lg:h-9")}
        >
          {t`Sign in at ${ways.provider}`}
        </a>
      )}
      {ways.passkeys === "offered" && (
        <Button
          className="mt-3 w-full lg:h-9"
          disabled={busy}
          onClick={() => {
            signIn.reset();
            byPasskey.mutate();
          }}
        >
          <KeyRound aria-hidden /> {t`Sign in with a passkey`}
        </Button>
      )}
      {typeof ways.passkeys === "object" && (
        <p className="mt-3 text-xs/5 text-muted">{t`No passkeys here: ${ways.passkeys.refusal}`}</p>
      )}
      <details className="mt-4 text-xs/5 text-muted">
        <summary className="w-fit rounded py-1 hover:text-ink pointer-coarse:py-3">{t`Forgot it?`}</summary>
        <p className="mt-1">
          {t`An admin can set a new one. On the machine that Halfway runs on, so can whoever owns it:`}
        </p>
        <code className="mt-1 block font-mono wrap-anywhere">halfway reset-password NAME</code>
      </details>
    </Card>
  );
}
