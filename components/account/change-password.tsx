"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { NewPassword, useNewPassword } from "./new-password";
import { PasswordField } from "./password-field";

/** A new password; whoever else is signed in with the old one is not any more. */
export function ChangePassword({ name }: { name: string }) {
  const t = useT();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [from, setFrom] = useState("");
  const to = useNewPassword();
  const change = useMutation(
    trpc.session.changePassword.mutationOptions({
      onSuccess: () => {
        setFrom("");
        to.clear();
        void queries.invalidateQueries(trpc.session.list.queryFilter());
      },
    }),
  );
  const error = plainError(change.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (to.check() && !change.isPending) change.mutate({ from, to: to.text });
  };
  return (
    <section aria-labelledby="password" className="mt-8">
      <h2 id="password" className="text-base font-semibold">
        {t`Password`}
      </h2>
      <form
        method="post"
        onSubmit={submit}
        className="mt-3 space-y-4 rounded-lg border border-line bg-surface px-4 py-4 sm:px-5"
      >
        <input name="username" autoComplete="username" value={name} readOnly hidden />
        <div className="grid gap-4 sm:grid-cols-2">
          <PasswordField
            label={t`Password of now`}
            autoComplete="current-password"
            value={from}
            onType={setFrom}
          />
        </div>
        <NewPassword label={t`New password`} repeatedLabel={t`New password, once more`} {...to} />
        {error && <ErrorProblem error={error} />}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" tone="primary" disabled={change.isPending}>
            {t`Change the password`}
          </Button>
          <p role="status" className="text-muted">
            {change.isSuccess &&
              t`It is changed. Wherever else you were signed in, you are not any more. Your passkeys and API tokens still count.`}
          </p>
        </div>
      </form>
    </section>
  );
}
