"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { CodeField } from "./code-field";
import { PasswordField } from "./password-field";

/** Switches the second factor off, for who has both of it at hand. */
export function DropSecondFactor({ onDropped }: { onDropped: () => void }) {
  const t = useT();
  const trpc = useTRPC();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const drop = useMutation(trpc.session.dropSecondFactor.mutationOptions({ onSuccess: onDropped }));
  const error = plainError(drop.error);
  const command = <code className="font-mono">halfway reset-password</code>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!drop.isPending) drop.mutate({ password, code });
  };
  return (
    <form method="post" onSubmit={submit} className="space-y-4">
      <p className="max-w-prose text-muted">
        {t.rich`On: signing in takes a code of your app beside the password. Where the app is lost, a backup code helps, or ${command} on Halfway's machine.`}
      </p>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,20rem)_minmax(0,1fr)]">
        <PasswordField
          label={t`Your password`}
          autoComplete="current-password"
          value={password}
          onType={setPassword}
        />
        <CodeField label={t`Code`} help={t`Of the app, or a backup code.`} value={code} onType={setCode} />
      </div>
      {error && <ErrorProblem error={error} />}
      <Button type="submit" disabled={drop.isPending}>
        {t`Switch it off`}
      </Button>
    </form>
  );
}
