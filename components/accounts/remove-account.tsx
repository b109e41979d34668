"use client";

import { useMutation } from "@tanstack/react-query";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import type { Asking } from "@/components/ui/asking";
import { RemovalDialog } from "@/components/ui/removal-dialog";
import type { ListedAccount } from "@/server/access/accounts";

/** Takes an account away from somebody. */
export function RemoveAccount({ account: { name }, ...asking }: { account: ListedAccount } & Asking) {
  const t = useT();
  const trpc = useTRPC();
  const removal = useMutation(trpc.users.remove.mutationOptions());
  return (
    <RemovalDialog
      title={t`Remove ${name}?`}
      about={t`Their sessions end and their API tokens are revoked, at once. Transfers that they began go on, and keep their name.`}
      verb={t`Remove the account`}
      doing={t`Removing it…`}
      removal={removal}
      what={{ name }}
      words={t`The account ${name} is gone.`}
      {...asking}
    />
  );
}
