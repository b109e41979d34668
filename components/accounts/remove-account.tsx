"use client";

import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { FormDialog } from "@/components/ui/form-dialog";
import type { ListedAccount } from "@/server/access/accounts";

/** Takes an account away from somebody. */
export function RemoveAccount({
  account: { name },
  opener,
  onDone,
  onGone,
}: { account: ListedAccount } & Asking) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(true);
  // Its button goes with it, and the focus must not.
  const done = useRef(false);
  const remove = useMutation(
    trpc.users.remove.mutationOptions({
      onSuccess: () => {
        done.current = true;
        setOpen(false);
        onDone(`The account ${name} is gone.`);
      },
    }),
  );
  return (
    <FormDialog
      title={`Remove ${name}?`}
      about="Their sessions end and their API tokens are revoked, at once. Transfers that they began go on, and keep their name."
      verb="Remove the account"
      doing="Removing it…"
      tone="danger"
      busy={remove.isPending}
      error={plainError(remove.error)}
      opener={() => (done.current ? null : opener)}
      open={open}
      onSubmit={() => remove.mutate({ name })}
      onClose={() => setOpen(false)}
      onGone={onGone}
    />
  );
}
