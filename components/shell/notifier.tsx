"use client";

import { useEffect, useRef } from "react";
import { useT } from "@/components/language/language";
import { useLive } from "@/components/live/live";
import { endedSince, type Seen, seen } from "@/components/live/news";
import { nobodyLooks } from "./looked-at";
import { show, useIsNotifier } from "./notifications";

/** Shows a notification when a transfer ends while nobody looks, in one tab of each browser that was told to. */
export function Notifier() {
  const t = useT();
  const { transfers } = useLive();
  const notifier = useIsNotifier();
  const known = useRef<Seen | null>(null);
  useEffect(() => {
    const before = known.current;
    known.current = seen(transfers.values());
    const ended = before && notifier.current ? endedSince(before, transfers.values()) : [];
    if (ended.length === 0) return;
    nobodyLooks().then((alone) => {
      if (alone) for (const transfer of ended) show(transfer, t);
    });
  }, [transfers, notifier, t]);
  return null;
}
