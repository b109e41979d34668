"use client";

import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { FormDialog } from "@/components/ui/form-dialog";
import type { ListedHost } from "@/server/api/hosts";

/** Lets go of a host. */
export function RemoveHost({ host: { name }, opener, onDone, onGone }: { host: ListedHost } & Asking) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(true);
  // Its button goes with it, and the focus must not.
  const done = useRef(false);
  const remove = useMutation(
    trpc.hosts.remove.mutationOptions({
      onSuccess: () => {
        done.current = true;
        setOpen(false);
        onDone(`${name} is listed no longer.`);
      },
    }),
  );
  return (
    <FormDialog
      title={`Remove ${name}?`}
      about={`Nothing is changed on ${name}: what is half-received there stays, and so do Halfway's holds. But it is listed no longer, and nothing can be sent from there or finished there. To shut Halfway out, take its line out of authorized_keys there.`}
      verb="Remove the host"
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
