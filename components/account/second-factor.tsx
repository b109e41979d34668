"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { Copyable } from "@/components/ui/copyable";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Field, inputClass } from "@/components/ui/field";
import { PasswordField } from "./password-field";

const card = "mt-3 space-y-4 rounded-lg border border-line bg-surface px-4 py-4 sm:px-5";

/** Codes of an app beside the password. It counts once a code was seen: a secret that no app has would lock its owner out. */
export function SecondFactor({ on }: { on: boolean }) {
  const trpc = useTRPC();
  const id = useId();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const begin = useMutation(
    trpc.session.beginSecondFactor.mutationOptions({ onSuccess: () => setPassword("") }),
  );
  const confirm = useMutation(trpc.session.confirmSecondFactor.mutationOptions());
  const error = plainError(confirm.error ?? begin.error);
  const made = begin.data;
  const secret = made && new URL(made.uri).searchParams.get("secret");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (made) confirm.mutate({ code });
    else begin.mutate({ password });
  };
  return (
    <section aria-labelledby="second-factor" className="mt-8">
      <h2 id="second-factor" className="text-base font-semibold">
        Second factor
      </h2>
      {on || confirm.isSuccess ? (
        <p role="status" className={card}>
          It is on: signing in takes a code of your app, too. Where the app is lost, a backup code helps, or{" "}
          <code className="font-mono">npm run admin -- reset-password</code> on Halfway's machine.
        </p>
      ) : (
        <form method="post" onSubmit={submit} className={card}>
          <p className="max-w-prose text-muted">
            Off. With it, signing in takes a code that an app on another device shows (TOTP), beside the
            password.
          </p>
          {made && secret ? (
            <>
              <div>
                <p className="font-medium">1. Give this secret to the app</p>
                <Copyable text={secret} label="the secret" />
                <p className="mt-1 text-xs">
                  <a href={made.uri} className="underline">
                    Open it in an app on this device
                  </a>
                </p>
              </div>
              <div>
                <p className="font-medium">2. Keep these backup codes where the app is not</p>
                <p className="text-xs/5 text-muted">
                  Each works once, in place of a code. They are shown this once.
                </p>
                <Copyable text={made.backupCodes.join(" ")} label="the backup codes" />
              </div>
              <Field id={id} label="3. Type the code that the app shows now">
                <input
                  id={id}
                  required
                  inputMode="numeric"
                  autoComplete="one-time-code"
                  maxLength={6}
                  value={code}
                  onChange={(event) => setCode(event.target.value)}
                  className={`${inputClass} max-w-40`}
                />
              </Field>
            </>
          ) : (
            <div className="max-w-xs">
              <PasswordField
                label="Your password"
                autoComplete="current-password"
                value={password}
                onType={setPassword}
              />
            </div>
          )}
          {error && <ErrorProblem error={error} />}
          <Button type="submit" tone="primary" disabled={begin.isPending || confirm.isPending}>
            {made ? "Turn it on" : "Set it up"}
          </Button>
        </form>
      )}
    </section>
  );
}
