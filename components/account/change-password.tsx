"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { PasswordField } from "./password-field";
import { passwordProblem } from "./words";

/** A new password; whoever else is signed in with the old one is not any more. */
export function ChangePassword({ name }: { name: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [repeated, setRepeated] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const change = useMutation(
    trpc.session.changePassword.mutationOptions({
      onSuccess: () => {
        for (const empty of [setFrom, setTo, setRepeated]) empty("");
        void queries.invalidateQueries(trpc.session.list.queryFilter());
      },
    }),
  );
  const error = plainError(change.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = passwordProblem(to, repeated);
    setProblem(found);
    if (found === null && !change.isPending) change.mutate({ from, to });
  };
  return (
    <section aria-labelledby="password" className="mt-8">
      <h2 id="password" className="text-base font-semibold">
        Password
      </h2>
      <form
        method="post"
        onSubmit={submit}
        className="mt-3 space-y-4 rounded-lg border border-line bg-surface px-4 py-4 sm:px-5"
      >
        <input name="username" autoComplete="username" value={name} readOnly hidden />
        <div className="grid gap-4 sm:grid-cols-3">
          <PasswordField
            label="Password of now"
            autoComplete="current-password"
            value={from}
            onType={setFrom}
          />
          <PasswordField
            label="New password"
            help="At least 12 characters."
            autoComplete="new-password"
            value={to}
            onType={setTo}
          />
          <PasswordField
            label="New password, once more"
            autoComplete="new-password"
            value={repeated}
            onType={setRepeated}
          />
        </div>
        {problem && (
          <p role="alert" className="text-danger">
            {problem}
          </p>
        )}
        {error && <ErrorProblem error={error} />}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" tone="primary" disabled={change.isPending}>
            Change the password
          </Button>
          <p role="status" className="text-muted">
            {change.isSuccess &&
              "It is changed. Wherever else you were signed in, you are not any more. Your passkeys and API tokens still count."}
          </p>
        </div>
      </form>
    </section>
  );
}
