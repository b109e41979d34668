"use client";

import { useMutation } from "@tanstack/react-query";
import { QRCodeSVG } from "qrcode.react";
import { type FormEvent, useRef, useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { CodeField } from "./code-field";
import { PasswordField } from "./password-field";

/** One beside the other, as people write them down; copied, each has a line of its own. */
function BackupCodes({ codes }: { codes: readonly string[] }) {
  const t = useT();
  const shown = useRef<HTMLUListElement>(null);
  return (
    <div className="mt-1 flex items-start gap-2">
      <ul
        ref={shown}
        aria-label={t`Backup codes`}
        className="grid max-w-md min-w-0 grow grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-x-4 gap-y-1 font-mono"
      >
        {codes.map((code) => (
          <li key={code} className="whitespace-nowrap">
            {code}
          </li>
        ))}
      </ul>
      <CopyButton wordless text={codes.join("\n")} shown={shown} label={t`the backup codes`} />
    </div>
  );
}

/** In fours, as people type it; copied, it has no gaps. */
function Secret({ secret }: { secret: string }) {
  const t = useT();
  const shown = useRef<HTMLElement>(null);
  const groups = [...secret.matchAll(/.{1,4}/g)].map(({ 0: text, index }) => ({ text, index }));
  return (
    <div className="flex items-start gap-2">
      <code ref={shown} className="flex min-w-0 flex-wrap gap-x-2 font-mono select-all">
        {groups.map(({ text, index }) => (
          <span key={index}>{text}</span>
        ))}
      </code>
      <span className="inline-flex shrink-0 lg:-my-1.5">
        <CopyButton wordless text={secret} shown={shown} label={t`the secret`} />
      </span>
    </div>
  );
}

/** Turns the second factor on. It counts once a code was seen: a secret that no app has would lock its owner out. */
export function SetUpSecondFactor({ onSetUp }: { onSetUp: () => void }) {
  const t = useT();
  const trpc = useTRPC();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const begin = useMutation(
    trpc.session.beginSecondFactor.mutationOptions({ onSuccess: () => setPassword("") }),
  );
  const confirm = useMutation(trpc.session.confirmSecondFactor.mutationOptions({ onSuccess: onSetUp }));
  const error = plainError(confirm.error ?? begin.error);
  const made = begin.data;
  const secret = made && new URL(made.uri).searchParams.get("secret");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (made) confirm.mutate({ code });
    else begin.mutate({ password });
  };
  return (
    <form method="post" onSubmit={submit} className="space-y-4">
      <p className="max-w-prose text-muted">
        {t`Off. With it, signing in takes a code that an app on another device shows (TOTP), beside the password.`}
      </p>
      {made && secret ? (
        <>
          <div>
            <p className="font-medium">{t`1. Give the secret to the app`}</p>
            <div className="mt-2 flex flex-wrap items-center gap-x-5 gap-y-3">
              {/* Black on white in the dark, too: not every app reads the reverse. */}
              <QRCodeSVG
                value={made.uri}
                title={t`QR code of the secret`}
                size={176}
                level="M"
                marginSize={4}
                className="shrink-0 rounded-md border border-line"
              />
              <div className="min-w-0 basis-60 grow space-y-2">
                <p>{t`Let the app scan this, or type:`}</p>
                <Secret secret={secret} />
                <a href={made.uri} className="inline-block py-1 text-xs underline pointer-coarse:py-3.5">
                  {t`Open it in an app on this device`}
                </a>
              </div>
            </div>
          </div>
          <div>
            <p className="font-medium">{t`2. Keep these backup codes where the app is not`}</p>
            <p className="text-xs/5 text-muted">
              {t`Each works once, in place of a code. They are shown this once.`}
            </p>
            <BackupCodes codes={made.backupCodes} />
          </div>
          <CodeField label={t`3. Type the code that the app shows now`} value={code} onType={setCode} />
        </>
      ) : (
        <div className="max-w-xs">
          <PasswordField
            label={t`Your password`}
            autoComplete="current-password"
            value={password}
            onType={setPassword}
          />
        </div>
      )}
      {error && <ErrorProblem error={error} />}
      <Button type="submit" tone="primary" disabled={begin.isPending || confirm.isPending}>
        {made ? t`Turn it on` : t`Set it up`}
      </Button>
    </form>
  );
}
