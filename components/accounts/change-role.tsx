"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { FormDialog } from "@/components/ui/form-dialog";
import type { ListedAccount } from "@/server/access/accounts";
import { RoleChoice } from "./role-choice";
import { roleChanged } from "./words";

/** Gives an account another role. */
export function ChangeRole({
  account: { name, role: before },
  opener,
  onDone,
  onGone,
}: { account: ListedAccount } & Asking) {
  const t = useT();
  const trpc = useTRPC();
  const [open, setOpen] = useState(true);
  const [role, setRole] = useState(before);
  const change = useMutation(
    trpc.users.setRole.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        onDone(t(roleChanged(name, role)));
      },
    }),
  );
  return (
    <FormDialog
      title={t`The role of ${name}`}
      about={t`It counts from the next thing they do. Their API tokens never may more than they.`}
      verb={t`Change the role`}
      doing={t`Changing it…`}
      ready={role !== before}
      busy={change.isPending}
      error={plainError(change.error)}
      opener={() => opener}
      open={open}
      onSubmit={() => change.mutate({ name, role })}
      onClose={() => setOpen(false)}
      onGone={onGone}
    >
      <RoleChoice legend={t`Role`} value={role} onChoose={setRole} />
    </FormDialog>
  );
}
