"use client";

import { useMutation } from "@tanstack/react-query";
import { QRCodeSVG } from "qrcode.react";
import { type FormEvent, useRef, useState } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Copyable } from "@/components/ui/copyable";
import { ErrorProblem } from "@/components/ui/error-problem";
import { CodeField } from "./code-field";
import { PasswordField } from "./password-field";

/** One beside the other, as people write them down; copied, each has a line of its own. */
function BackupCodes({ codes }: { codes: readonly string[] }) {
  const shown = useRef<HTMLUListElement>(null);
  return (
    <div className="mt-1 flex items-start gap-2">
      <ul
        ref={shown}
        aria-label="Backup codes"
        className="grid max-w-md grow grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-x-4 gap-y-1 font-mono"
      >
        {codes.map((code) => (
          <li key={code} className="whitespace-nowrap">
            {code}
          </li>
        ))}
      </ul>
      <CopyButton wordless text={codes.join("\n")} shown={shown} label="the backup codes" />
    </div>
  );
}

/** Turns the second factor on. It counts once a code was seen: a secret that no app has would lock its owner out. */
export function SetUpSecondFactor({ onSetUp }: { onSetUp: () => void }) {
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
        Off. With it, signing in takes a code that an app on another device shows (TOTP), beside the password.
      </p>
      {made && secret ? (
        <>
          <div>
            <p className="font-medium">1. Give the secret to the app</p>
            <div className="mt-2 flex flex-wrap items-center gap-x-5 gap-y-3">
              {/* Black on white in the dark, too: not every app reads the reverse. */}
              <QRCodeSVG
                value={made.uri}
                title="QR code of the secret"
                size={176}
                level="M"
                marginSize={4}
                className="shrink-0 rounded-md border border-line"
              />
              <div className="min-w-0 basis-60 grow space-y-2">
                <p>Let the app scan this, or type:</p>
                <Copyable text={secret} label="the secret" />
                <p className="text-xs">
                  <a href={made.uri} className="underline">
                    Open it in an app on this device
                  </a>
                </p>
              </div>
            </div>
          </div>
          <div>
            <p className="font-medium">2. Keep these backup codes where the app is not</p>
            <p className="text-xs/5 text-muted">
              Each works once, in place of a code. They are shown this once.
            </p>
            <BackupCodes codes={made.backupCodes} />
          </div>
          <CodeField label="3. Type the code that the app shows now" value={code} onType={setCode} />
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
  );
}
