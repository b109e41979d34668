"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { Copyable } from "@/components/ui/copyable";
import { Field, inputClass } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import type { Role } from "@/server/access/roles";
import { RoleChoice } from "./role-choice";
import { lifetimes } from "./words";

/** Makes an API token, and shows it this once. */
export function NewToken({ opener, onDone, onGone }: Asking) {
  const t = useT();
  const trpc = useTRPC();
  const id = useId();
  const [open, setOpen] = useState(true);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [days, setDays] = useState<number>(lifetimes[0].days);
  const create = useMutation(trpc.apiTokens.create.mutationOptions());
  const token = create.data?.token;
  const dialog = { opener: () => opener, open, onGone };
  if (token !== undefined) {
    return (
      <FormDialog
        // Another dialog: what was pressed twice by mistake must not close it.
        key="made"
        {...dialog}
        title={t`Keep the token ${name.trim()}`}
        about={t`It is shown this once: Halfway itself keeps a digest only. Whoever has it may what it may.`}
        verb={t`I have kept it`}
        doing="…"
        busy={false}
        error={null}
        onSubmit={() => {
          setOpen(false);
          onDone(t`The token ${name.trim()} lets a program in now.`);
        }}
        // A click beside it must not lose it.
        onClose={null}
      >
        <Copyable text={token} label={t`the token`} />
        <div>
          <p className="text-muted">{t`A program shows it like this:`}</p>
          <Copyable
            text={`curl -H "Authorization: Bearer ${token}" ${window.location.origin}/api/trpc/receives.list`}
            label={t`an example`}
          />
        </div>
      </FormDialog>
    );
  }
  return (
    <FormDialog
      {...dialog}
      title={t`New API token`}
      about={t`Name it after what will use it, so that it is known whom a revocation hits.`}
      verb={t`Make the token`}
      doing={t`Making it…`}
      ready={name.trim() !== ""}
      busy={create.isPending}
      error={plainError(create.error)}
      onSubmit={() => create.mutate({ name, role, days })}
      onClose={() => setOpen(false)}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field id={`${id}-name`} label={t`Name`}>
          <input
            id={`${id}-name`}
            required
            autoComplete="off"
            maxLength={64}
            value={name}
            onChange={(event) => setName(event.target.value)}
            className={inputClass}
          />
        </Field>
        <Field id={`${id}-days`} label={t`Good for`}>
          <select
            id={`${id}-days`}
            value={days}
            onChange={(event) => setDays(Number(event.target.value))}
            className={inputClass}
          >
            {lifetimes.map((one) => (
              <option key={one.days} value={one.days}>
                {t(one.name)}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <RoleChoice legend={t`What it may`} value={role} onChoose={setRole} />
    </FormDialog>
  );
}
