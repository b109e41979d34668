"use client";

import { useMutation } from "@tanstack/react-query";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import type { Asking } from "@/components/ui/asking";
import { RemovalDialog } from "@/components/ui/removal-dialog";
import type { ListedHost } from "@/server/api/hosts";

/** Lets go of a host. */
export function RemoveHost({ host: { name }, ...asking }: { host: ListedHost } & Asking) {
  const t = useT();
  const trpc = useTRPC();
  const removal = useMutation(trpc.hosts.remove.mutationOptions());
  return (
    <RemovalDialog
      title={t`Remove ${name}?`}
      about={t`Nothing is changed on ${name}: what is half-received there stays, and so do Halfway's holds. But it is listed no longer, and nothing can be sent from there or finished there. To shut Halfway out, take its line out of authorized_keys there.`}
      verb={t`Remove the host`}
      doing={t`Removing it…`}
      removal={removal}
      what={{ name }}
      words={t`${name} is listed no longer.`}
      {...asking}
    />
  );
}
