"use client";

import { useMutation } from "@tanstack/react-query";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import type { Asking } from "@/components/ui/asking";
import { RemovalDialog } from "@/components/ui/removal-dialog";
import type { ListedWay } from "@/server/notices/notices";

/** Takes a way out. */
export function RemoveWay({ way: { id, name }, ...asking }: { way: ListedWay } & Asking) {
  const t = useT();
  const trpc = useTRPC();
  const removal = useMutation(trpc.notices.removeWay.mutationOptions());
  return (
    <RemovalDialog
      title={t`Remove ${name}?`}
      about={t`Nobody is told by it any more, and what still waits for it is let go.`}
      verb={t`Remove the way`}
      doing={t`Removing it…`}
      removal={removal}
      what={{ id }}
      words={t`Nobody is told by ${name} any more.`}
      {...asking}
    />
  );
}
