"use client";

import { useMutation } from "@tanstack/react-query";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import type { Asking } from "@/components/ui/asking";
import { RemovalDialog } from "@/components/ui/removal-dialog";
import type { ApiToken } from "@/server/access/api-tokens";

/** Lets a program in no more. */
export function RevokeToken({ token: { id, name, owner }, ...asking }: { token: ApiToken } & Asking) {
  const t = useT();
  const trpc = useTRPC();
  const removal = useMutation(trpc.apiTokens.revoke.mutationOptions());
  return (
    <RemovalDialog
      title={t`Revoke ${name}?`}
      about={t`Whatever uses this token of ${owner} is not let in any more, at once.`}
      verb={t`Revoke it`}
      doing={t`Revoking it…`}
      removal={removal}
      what={{ id }}
      words={t`The token ${name} lets nobody in any more.`}
      {...asking}
    />
  );
}
