"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { NewPassword, useNewPassword } from "@/components/account/new-password";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { Field, inputClass } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import type { Role } from "@/server/access/roles";
import { say } from "@/server/say";
import { RoleChoice } from "./role-choice";
import { nameProblem } from "./words";

/** Makes an account for somebody. */
export function NewAccount({ opener, onDone, onGone }: Asking) {
  const t = useT();
  const trpc = useTRPC();
  const id = useId();
  const [open, setOpen] = useState(true);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const password = useNewPassword();
  const create = useMutation(
    trpc.users.create.mutationOptions({
      onSuccess: (made) => {
        setOpen(false);
        onDone(t`${made.name} can sign in now.`);
      },
    }),
  );
  const wrong = name === "" ? null : nameProblem(name);
  return (
    <FormDialog
      title={t`New account`}
      about={t`Tell its owner the password by another way than this page: Halfway sends no mail. They can change it, and add a second factor.`}
      verb={t`Make the account`}
      doing={t`Making it…`}
      ready={name !== "" && wrong === null && password.text !== ""}
      busy={create.isPending}
      error={plainError(create.error)}
      opener={() => opener}
      open={open}
      onSubmit={() => {
        if (password.check()) create.mutate({ name, role, password: password.text });
      }}
      onClose={() => setOpen(false)}
      onGone={onGone}
    >
      <Field id={id} label={t`Name`} help={t(wrong ?? say`For signing in.`)}>
        <input
          id={id}
          required
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          maxLength={32}
          aria-invalid={wrong !== null || undefined}
          aria-describedby={`${id}-help`}
          value={name}
          onChange={(event) => setName(event.target.value)}
          className={`${inputClass} max-w-80 aria-invalid:border-danger`}
        />
      </Field>
      <RoleChoice legend={t`Role`} value={role} onChoose={setRole} />
      <NewPassword {...password} />
    </FormDialog>
  );
}
