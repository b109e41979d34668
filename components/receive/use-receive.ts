"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import { hasEnded } from "@/components/transfers/words";

/**
 * One receive: as the events have it, and with the evidence, which only a look of its own brings. That look is taken when
 * the page opens, and again when the receive stands still with another state or a newer verdict.
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

  // By its own look the verdict becomes newer, too: that is no reason for another one.
  const judgedAt = listed?.verdict?.judgedAt ?? 0;
  const isNews =
    idle &&
    data !== undefined &&
    (listed === null || listed.fingerprint !== data.fingerprint || judgedAt > (data.verdict?.judgedAt ?? 0));
  const news = isNews ? `${listed?.fingerprint} ${judgedAt}` : null;
  useEffect(() => {
    if (news !== null) void refetch();
  }, [news, refetch]);

  const failed = errorUpdatedAt > dataUpdatedAt;
  const error = failed ? plainError(looking.error) : null;
  const current = failed ? null : (data ?? null);
  return {
    ...{ id, listed, transfers, active, error },
    /** As it was looked into; null before that, and where that did not work. */
    inspected: idle ? current : null,
    looking: looking.isFetching,
    lookAgain: () => void refetch(),
    hostState: live.hosts.get(host) ?? null,
  };
}

export type ReceiveState = ReturnType<typeof useReceive>;
