"use client";

import { lazy, Suspense, useState } from "react";
import { formatRate } from "@/components/format";
import { useT } from "@/components/language/language";
import { type Said, say } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";

const LimitForm = lazy(async () => ({ default: (await import("./limit-form")).LimitForm }));

/** How fast a transfer may go, folded away until somebody wants to change it. */
export function Limit({ transfer }: { transfer: Transfer }) {
  const t = useT();
  const { dataset, limit } = transfer;
  const [wanted, setWanted] = useState(false);
  const words = t(limitWords(limit));
  return (
    <details onToggle={(event) => event.currentTarget.open && setWanted(true)}>
      <summary
        aria-label={t`Bandwidth of ${dataset}: ${words}`}
        className="w-fit rounded py-1 text-muted hover:text-ink pointer-coarse:py-3"
      >
        {t.rich`Bandwidth: ${<span aria-live="polite">{words}</span>}`}
      </summary>
      {wanted && (
        <Suspense>
          <LimitForm transfer={transfer} />
        </Suspense>
      )}
    </details>
  );
}

function limitWords(limit: number | null): Said {
  return limit === null ? say`not limited` : say`at most ${formatRate(limit)}`;
}
