"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import { hasEnded } from "@/components/transfers/words";
import { whyLookAgain } from "./why-look-again";

/**
 * One receive: as the events have it, and with the evidence, which only a look of its own brings. That look is taken when
 * the page opens, and again when the receive stands still with another state or a newer verdict; one that failed is taken
 * again once the host answers.
 */
export function useReceive(host: string, dataset: string) {
  const trpc = useTRPC();
  const live = useLive();
  const id = `${host}:${dataset}`;
  const listed = live.receivesByHost.get(host)?.find((one) => one.id === id) ?? null;
  const transfers = useMemo(
    () =>
      [...live.transfers.values()]
        .filter((one) => one.host === host && one.dataset === dataset)
        .sort((one, other) => other.startedAt - one.startedAt),
    [live.transfers, host, dataset],
  );
  const active = transfers.find(({ state }) => !hasEnded(state)) ?? null;
  const idle = active === null && (listed === null || listed.activity.kind === "idle");
  const looking = useQuery(trpc.receives.inspect.queryOptions({ id }, { staleTime: 0, enabled: idle }));
  const { data, refetch, errorUpdatedAt, dataUpdatedAt } = looking;

  const hostState = live.hosts.get(host) ?? null;
  const failed = errorUpdatedAt > dataUpdatedAt;
  const error = failed ? plainError(looking.error) : null;
  const why = whyLookAgain({
    ...{ listed, seen: data ?? null, failed, answers: hostState?.status === "online" },
    notThere: error?.reason === "NOT_FOUND",
  });
  const news = idle ? why : null;
  useEffect(() => {
    if (news !== null) void refetch();
  }, [news, refetch]);

  const current = failed ? null : (data ?? null);
  return {
    ...{ id, listed, transfers, active, error },
    /** As it was looked into; null before that, and where that did not work. */
    inspected: idle ? current : null,
    looking: looking.isFetching,
    lookAgain: () => void refetch(),
    hostState,
  };
}

export type ReceiveState = ReturnType<typeof useReceive>;
