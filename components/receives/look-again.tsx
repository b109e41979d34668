"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { TRPCClientErrorLike } from "@trpc/client";
import { LoaderCircle, RefreshCw } from "lucide-react";
import { lazy, Suspense } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import type { ListedReceive } from "@/server/api/hub";
import type { AppRouter } from "@/server/api/root";
import type { PartialReceive } from "@/server/receives/types";
import { primaryAction, verdictOf, verdictWords, worthAnotherLook } from "./words";

const ErrorProblem = lazy(async () => ({
  default: (await import("@/components/ui/error-problem")).ErrorProblem,
}));

/** Asks the hosts anew whether a receive can be finished: something may have been repaired, or answer again. */
export function LookAgain({ receive, unavailable }: { receive: ListedReceive; unavailable: string | null }) {
  const t = useT();
  const { id, dataset } = receive;
  const trpc = useTRPC();
  const queries = useQueryClient();
  // The row itself changes by the events that every page gets.
  const look = useMutation<PartialReceive, TRPCClientErrorLike<AppRouter>>({
    mutationFn: () =>
      queries.fetchQuery(trpc.receives.inspect.queryOptions({ id }, { staleTime: 0, gcTime: 0 })),
  });
  const error = plainError(look.error);
  // Once pressed it stays, or the focus would be lost with it.
  if (!worthAnotherLook(verdictOf(receive)) && look.isIdle) return null;
  return (
    <>
      <Button
        tone={primaryAction(receive) === "look-again" ? "plain" : "quiet"}
        className="shrink-0 px-2.5!"
        disabled={unavailable !== null || look.isPending}
        aria-describedby={unavailable ?? undefined}
        aria-label={t`Look again at ${dataset}`}
        title={t`Asks the hosts anew. Nothing is changed.`}
        onClick={() => look.mutate()}
      >
        {look.isPending ? <LoaderCircle aria-hidden className="animate-spin" /> : <RefreshCw aria-hidden />}
        {look.isPending ? t`Looking…` : t`Look again`}
      </Button>
      <output className="sr-only">
        {look.isSuccess ? t`Looked again: ${verdictWords(verdictOf(look.data))}` : ""}
      </output>
      {error && (
        <div className="basis-full">
          <Suspense>
            <ErrorProblem error={error} />
          </Suspense>
        </div>
      )}
    </>
  );
}
