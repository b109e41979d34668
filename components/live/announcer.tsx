"use client";

import { useEffect, useRef, useState } from "react";
import { stateWords } from "@/components/transfers/words";
import type { Transfer, TransferState } from "@/server/transfers/types";

/** Says aloud, for people who do not see the page, when a transfer begins or ends; not each of its ticks. */
export function Announcer({ transfers }: { transfers: ReadonlyMap<string, Transfer> }) {
  const known = useRef<Map<string, TransferState> | null>(null);
  const [words, setWords] = useState("");

  useEffect(() => {
    const before = known.current;
    known.current = new Map([...transfers].map(([id, { state }]) => [id, state]));
    if (!before) return;
    const news = [...transfers.values()].filter(({ id, state }) => before.get(id) !== state);
    if (news.length === 0) return;
    setWords(
      news
        .map(({ dataset, host, state, message }) =>
          [`${dataset} on ${host}: ${stateWords[state]}.`, message].filter(Boolean).join(" "),
        )
        .join(" "),
    );
  }, [transfers]);

  return (
    <p aria-live="polite" className="sr-only">
      {words}
    </p>
  );
}
