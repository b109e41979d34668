"use client";

import { type MutationCache, useQueryClient } from "@tanstack/react-query";
import type { TRPCClientErrorLike } from "@trpc/client";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { useTRPC } from "@/components/live/client";
import { type PlainError, plainError } from "@/components/live/errors";
import { hasEnded } from "@/components/transfers/words";
import type { AppRouter } from "@/server/api/root";
import type { Transfer } from "@/server/transfers/types";

/**
 * Resumes a receive by one click. Whether it is being started, and why it was refused, is kept for the whole page by the
 * receive's id: a row of a long list comes and goes.
 * @param transfer the newest one into its dataset, if any.
 */
export function useStart(
  { id, fingerprint }: { id: string; fingerprint: string },
  transfer: Transfer | undefined,
): { starting: boolean; error: PlainError | null; resume: () => void; forget: () => void } {
  const start = useTRPC().transfers.start.mutationOptions();
  const queries = useQueryClient();
  const cache = queries.getMutationCache();
  type Asked = { id: string; fingerprint: string; intent: "resume" };
  const latest = () =>
    cache.find<Transfer, TRPCClientErrorLike<AppRouter>, Asked>({ mutationKey: keyOf(id) });
  const subscribe = useCallback((changed: () => void) => cache.subscribe(changed), [cache]);
  const asked = useSyncExternalStore(
    subscribe,
    () => latest()?.state,
    () => undefined,
  );
  const forget = () => forgetStart(cache, id);
  const resume = () => {
    forget();
    cache
      .build(queries, { ...start, mutationKey: keyOf(id), gcTime: Number.POSITIVE_INFINITY })
      .execute({ id, fingerprint, intent: "resume" })
      // The row says why.
      .catch(() => {});
  };

  // Between the server's yes and the list that shows it, the button must not look as if nothing had happened.
  const started = asked?.variables?.fingerprint === fingerprint ? asked.data : undefined;
  const settled = started && transfer && transfer.startedAt >= started.startedAt && hasEnded(transfer.state);
  return {
    starting: asked?.status === "pending" || (started !== undefined && !settled),
    error: plainError(asked?.error ?? null),
    resume,
    forget,
  };
}

/** What became of the last click is of no interest any more once the receive goes on. */
export function useForgottenStart(id: string): void {
  const cache = useQueryClient().getMutationCache();
  useEffect(() => forgetStart(cache, id), [cache, id]);
}

function forgetStart(cache: MutationCache, id: string): void {
  const one = cache.find({ mutationKey: keyOf(id) });
  if (one) cache.remove(one);
}

const keyOf = (id: string) => ["resume", id];
