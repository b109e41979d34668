"use client";

import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { FormDialog } from "@/components/ui/form-dialog";
import type { ApiToken } from "@/server/access/api-tokens";

/** Lets a program in no more. */
export function RevokeToken({
  token: { id, name, owner },
  opener,
  onDone,
  onGone,
}: { token: ApiToken } & Asking) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(true);
  // Its button goes with it, and the focus must not.
  const done = useRef(false);
  const revoke = useMutation(
    trpc.apiTokens.revoke.mutationOptions({
      onSuccess: () => {
        done.current = true;
        setOpen(false);
        onDone(`The token ${name} lets nobody in any more.`);
      },
    }),
  );
  return (
    <FormDialog
      title={`Revoke ${name}?`}
      about={`Whatever uses this token of ${owner} is not let in any more, at once.`}
      verb="Revoke it"
      doing="Revoking it…"
      tone="danger"
      busy={revoke.isPending}
      error={plainError(revoke.error)}
      opener={() => (done.current ? null : opener)}
      open={open}
      onSubmit={() => revoke.mutate({ id })}
      onClose={() => setOpen(false)}
      onGone={onGone}
    />
  );
}
