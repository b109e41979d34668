"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTRPC } from "@/components/live/client";
import type { Curve } from "@/server/transfers/progress";
import type { Transfer } from "@/server/transfers/types";
import { RateCurve } from "./rate-curve";
import { askAgainIn, grown } from "./words";

/** How fast the attempt goes that runs: what the server has counted of it, and from there on what the events tell. */
export function LiveCurve({ transfer }: { transfer: Transfer }) {
  const { id, attempt, sent } = transfer;
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.transfers.curve.queryOptions(
      { id },
      { staleTime: 0, gcTime: 0, refetchInterval: ({ state }) => askAgainIn(state.data, transfer) },
    ),
  );
  const [curve, setCurve] = useState<Curve>([]);
  /** When its first second was, by the clock of this page. */
  const began = useRef<number | null>(null);

  const stale = data !== undefined && data?.attempt !== attempt;
  useEffect(() => {
    if (!stale) return;
    began.current = null;
    setCurve([]);
  }, [stale]);

  useEffect(() => {
    if (!data || data.attempt !== attempt) return;
    began.current = Date.now() - (data.curve.at(-1)?.[0] ?? 0) * 1000;
    setCurve(data.curve);
  }, [data, attempt]);

  useEffect(() => {
    const from = began.current;
    if (from !== null) setCurve((before) => grown(before, (Date.now() - from) / 1000, sent));
  }, [sent]);

  return <RateCurve curve={curve} running />;
}
