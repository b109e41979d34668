"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { FormDialog } from "@/components/ui/form-dialog";
import type { ListedAccount } from "@/server/access/accounts";
import { RoleChoice } from "./role-choice";

/** Gives an account another role. */
export function ChangeRole({
  account: { name, role: before },
  opener,
  onDone,
  onGone,
}: { account: ListedAccount } & Asking) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(true);
  const [role, setRole] = useState(before);
  const change = useMutation(
    trpc.users.setRole.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        onDone(`${name} is ${role === "viewer" ? "a" : "an"} ${role} now.`);
      },
    }),
  );
  return (
    <FormDialog
      title={`The role of ${name}`}
      about="It counts from the next thing they do. Their API tokens never may more than they."
      verb="Change the role"
      doing="Changing it…"
      ready={role !== before}
      busy={change.isPending}
      error={plainError(change.error)}
      opener={() => opener}
      open={open}
      onSubmit={() => change.mutate({ name, role })}
      onClose={() => setOpen(false)}
      onGone={onGone}
    >
      <RoleChoice legend="Role" value={role} onChoose={setRole} />
    </FormDialog>
  );
}
