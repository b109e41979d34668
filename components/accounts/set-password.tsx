"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { NewPassword, useNewPassword } from "@/components/account/new-password";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { FormDialog } from "@/components/ui/form-dialog";
import type { ListedAccount } from "@/server/access/accounts";

/** Lets somebody in again who forgot their password. */
export function SetPassword({
  account: { name, secondFactor },
  opener,
  onDone,
  onGone,
}: { account: ListedAccount } & Asking) {
  const t = useT();
  const trpc = useTRPC();
  const [open, setOpen] = useState(true);
  const password = useNewPassword();
  const set = useMutation(
    trpc.users.setPassword.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        onDone(t`${name} has a new password, and is signed in nowhere any more.`);
      },
    }),
  );
  return (
    <FormDialog
      title={t`A password for ${name}`}
      about={
        secondFactor
          ? t`Every session of theirs ends, and no passkey or API token of theirs counts any more. Their second factor stays.`
          : t`Every session of theirs ends, and no passkey or API token of theirs counts any more.`
      }
      verb={t`Set the password`}
      doing={t`Setting it…`}
      ready={password.text !== ""}
      busy={set.isPending}
      error={plainError(set.error)}
      opener={() => opener}
      open={open}
      onSubmit={() => {
        if (password.check()) set.mutate({ name, password: password.text });
      }}
      onClose={() => setOpen(false)}
      onGone={onGone}
    >
      {/* For password managers: they want to know whose password it is. */}
      <input name="username" autoComplete="username" value={name} readOnly hidden />
      <NewPassword {...password} />
    </FormDialog>
  );
}
