"use client";

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTRPC } from "@/components/live/client";

const Asked = lazy(async () => ({ default: (await import("./asked")).Asked }));

/** Whether a receive has stood still long enough changes by the minute. */
const askedEvery = 60_000;

/** What policies would have a person asked about: receives that could be resumed now. Nothing where none asks. */
export function Asks() {
  const trpc = useTRPC();
  // Policies may be saved elsewhere while this page is open.
  const policies = useQuery(
    trpc.policies.list.queryOptions(undefined, { staleTime: askedEvery, refetchInterval: askedEvery }),
  );
  const anyAsks = policies.data?.some(({ mode }) => mode === "ask") ?? false;
  const { data } = useQuery(
    trpc.policies.preview.queryOptions({}, { enabled: anyAsks, staleTime: 0, refetchInterval: askedEvery }),
  );
  const asked = data?.filter(({ decision }) => decision.what === "ask") ?? [];
  if (!anyAsks || asked.length === 0) return null;
  return (
    <Suspense>
      <Asked asked={asked} />
    </Suspense>
  );
}
