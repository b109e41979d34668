"use client";

import { useEffect, useReducer, useRef, useState } from "react";
import { useTRPCClient } from "@/components/live/client";
import { type PlainError, plainError } from "@/components/live/errors";
import type { LogPlace } from "@/server/transfers/log";
import type { Transfer } from "@/server/transfers/types";
import { type Log, withPart } from "./log-lines";

const readsEvery = 1_000;
const triesAgainAfter = 5_000;

/** What both sides of the newest attempt say: read on each second while it runs. */
export type Reading = {
  /** Null before the first answer. */
  log: Log | null;
  /** Whether everything that is there was read, and what is added from now on is news. */
  caughtUp: boolean;
  error: PlainError | null;
};

/** @param reading whether to read on; what was read stays. */
export function useLog({ id, state, attempt }: Transfer, reading: boolean): Reading {
  const client = useTRPCClient();
  const [log, take] = useReducer(withPart, null);
  const [caughtUp, setCaughtUp] = useState(false);
  const [error, setError] = useState<PlainError | null>(null);
  const place = useRef<LogPlace | null>(null);

  // Every change of the transfer begins the reading anew: what has ended may go on.
  // biome-ignore lint/correctness/useExhaustiveDependencies: state and attempt are such changes
  useEffect(() => {
    if (!reading) return;
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readOn = async () => {
      try {
        const part = await client.transfers.log.query({ id, after: place.current }, { signal: over.signal });
        if (over.signal.aborted) return;
        place.current = part.place;
        take(part);
        setError(null);
        setCaughtUp(!part.more);
        if (part.more) void readOn();
        else if (part.running) timer = setTimeout(() => void readOn(), readsEvery);
      } catch (thrown) {
        if (over.signal.aborted) return;
        setError(plainError(thrown as Parameters<typeof plainError>[0]));
        timer = setTimeout(() => void readOn(), triesAgainAfter);
      }
    };
    void readOn();
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [client, id, reading, state, attempt]);

  return { log, caughtUp, error };
}
