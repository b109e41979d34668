"use client";

import { useEffect, useRef, useState } from "react";
import { useT } from "@/components/language/language";
import { joined, type Said } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";
import { newsSince, type Seen, seen } from "./news";

/** Says aloud, for people who do not see the page, when a transfer begins or ends, and each quarter of it. */
export function Announcer({ transfers }: { transfers: ReadonlyMap<string, Transfer> }) {
  const t = useT();
  const known = useRef<Seen | null>(null);
  const [words, setWords] = useState<Said | null>(null);

  useEffect(() => {
    const before = known.current;
    known.current = seen(transfers.values());
    const news = before ? newsSince(before, transfers.values()) : [];
    if (news.length > 0) setWords(joined(news));
  }, [transfers]);

  return (
    <p aria-live="polite" className="sr-only">
      {words !== null && t(words)}
    </p>
  );
}
