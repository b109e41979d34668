"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { Field, inputClass } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import type { Role } from "@/server/access/roles";
import { NewPassword, useNewPassword } from "./new-password";
import { RoleChoice } from "./role-choice";
import { nameProblem } from "./words";

/** Makes an account for somebody. */
export function NewAccount({ opener, onDone, onGone }: Asking) {
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
        onDone(`${made.name} can sign in now.`);
      },
    }),
  );
  const wrong = name === "" ? null : nameProblem(name);
  return (
    <FormDialog
      title="New account"
      about="Tell its owner the password by another way than this page: Halfway sends no mail. They can change it, and add a second factor."
      verb="Make the account"
      doing="Making it…"
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
      <Field id={id} label="Name" help={wrong ?? "For signing in."}>
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
      <RoleChoice legend="Role" value={role} onChoose={setRole} />
      <NewPassword {...password} />
    </FormDialog>
  );
}
