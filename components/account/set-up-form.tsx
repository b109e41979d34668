"use client";

import { useMutation } from "@tanstack/react-query";
import { LoaderCircle } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC, useTRPCClient } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Field, inputClass } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import type { Said } from "@/server/say";
import { Card } from "./card";
import { passwordProblem, pathAfterSetUp, typedIn } from "./words";

/** @param lasting whether what is made here outlives the server. */
export function SetUpForm({ lasting }: { lasting: boolean }) {
  const t = useT();
  const trpc = useTRPC();
  const server = useTRPCClient();
  const id = useId();
  const [problem, setProblem] = useState<Said | null>(null);
  const setUp = useMutation(
    trpc.session.setUp.mutationOptions({
      onSuccess: async () => {
        const path = await server.hosts.list.query().then(pathAfterSetUp, () => "/");
        window.location.assign(path);
      },
    }),
  );
  const error = plainError(setUp.error);
  const busy = setUp.isPending || setUp.isSuccess;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { repeated, ...typed } = typedIn(event.currentTarget)("token", "name", "password", "repeated");
    const found = passwordProblem(typed.password, repeated);
    setProblem(found);
    if (found === null && !busy) setUp.mutate(typed);
  };
  const exact = { autoCapitalize: "off", autoCorrect: "off", spellCheck: false, required: true } as const;
  return (
    <Card title={t`Make the first account`}>
      <p className="mt-2 text-muted">
        {t`Nobody has an account here yet. This one will be an admin's. Halfway's log shows a set-up token: it proves that this machine is yours.`}
      </p>
      {!lasting && (
        <div className="mt-3">
          <Notice>
            {t`Halfway cannot write its memory at the moment; its log says why. Accounts that there were cannot be read, and this one lasts until the server ends.`}
          </Notice>
        </div>
      )}
      <form method="post" onSubmit={submit} className="mt-4 space-y-4">
        <Field
          id={`${id}-token`}
          label={t`Set-up token`}
          help={t`It is good until the first account is made.`}
        >
          <input
            {...exact}
            id={`${id}-token`}
            name="token"
            autoComplete="off"
            aria-describedby={`${id}-token-help`}
            maxLength={100}
            className={`${inputClass} font-mono`}
          />
        </Field>
        <Field
          id={`${id}-name`}
          label={t`Your name`}
          help={t`For signing in; transfers that you begin say that they are yours.`}
        >
          <input
            {...exact}
            id={`${id}-name`}
            name="name"
            autoComplete="username"
            aria-describedby={`${id}-name-help`}
            maxLength={32}
            className={inputClass}
          />
        </Field>
        <Field id={`${id}-password`} label={t`Password`} help={t`At least 12 characters.`}>
          <input
            {...exact}
            id={`${id}-password`}
            name="password"
            type="password"
            autoComplete="new-password"
            aria-describedby={`${id}-password-help`}
            maxLength={128}
            className={inputClass}
          />
        </Field>
        <Field id={`${id}-repeated`} label={t`Password, once more`}>
          <input
            {...exact}
            id={`${id}-repeated`}
            name="repeated"
            type="password"
            autoComplete="new-password"
            maxLength={128}
            className={inputClass}
          />
        </Field>
        {problem && (
          <p role="alert" className="text-danger">
            {t(problem)}
          </p>
        )}
        {error && <ErrorProblem error={error} />}
        <Button type="submit" tone="primary" className="w-full lg:h-9" disabled={busy}>
          {busy && <LoaderCircle aria-hidden className="animate-spin" />}
          {busy ? t`Making it…` : t`Make the account`}
        </Button>
      </form>
    </Card>
  );
}
