"use client";

import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useT } from "@/components/language/language";
import { useLive } from "@/components/live/live";
import { endedSince, endWords, type Seen, seen } from "@/components/live/news";
import { hasEnded } from "@/components/transfers/words";
import { useStored } from "@/components/ui/use-stored";
import type { Said } from "@/server/say";
import { answerWhoLooks, nobodyLooks, notificationsKey } from "./looked-at";
import { useTitle } from "./use-title";

const Notifier = lazy(async () => ({ default: (await import("./notifier")).Notifier }));

/** What the tab tells whoever looks elsewhere: in its title how many transfers run and which one ended, and by notifications. */
export function Attention() {
  const t = useT();
  const { transfers } = useLive();
  const [wanted] = useStored(notificationsKey);
  const known = useRef<Seen | null>(null);
  const [ended, setEnded] = useState<Said | null>(null);

  useEffect(() => {
    const before = known.current;
    known.current = seen(transfers.values());
    const news = before ? endedSince(before, transfers.values()) : [];
    const last = news.at(-1);
    if (last) nobodyLooks().then((alone) => alone && setEnded(endWords(last)));
  }, [transfers]);

  useEffect(() => answerWhoLooks(() => setEnded(null)), []);

  const running = useMemo(
    () => [...transfers.values()].filter(({ state }) => !hasEnded(state) && state !== "queued").length,
    [transfers],
  );
  useTitle({ count: running, instead: ended === null ? null : t(ended) });
  return wanted === "on" ? (
    <Suspense>
      <Notifier />
    </Suspense>
  ) : null;
}
