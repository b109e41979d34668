"use client";

import Link from "next/link";
import { lazy, Suspense, useMemo } from "react";
import { useT } from "@/components/language/language";
import { useHour } from "@/components/ui/clock";
import type { Transfer } from "@/server/transfers/types";
import { finishedBetween, hasEnded, toContinue } from "./words";

const TransferItem = lazy(async () => ({ default: (await import("./transfer-item")).TransferItem }));

/**
 * What Halfway did lately and does now, newest first.
 * @param shownAbove ids of transfers whose progress another part of the page shows.
 */
export function TransferList({
  transfers,
  shownAbove,
}: {
  transfers: readonly Transfer[];
  shownAbove: ReadonlySet<string>;
}) {
  const t = useT();
  const hour = useHour();
  const asked = useMemo(() => toContinue(transfers, hour), [transfers, hour]);
  return (
    <section aria-labelledby="transfers">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 id="transfers" className="text-base font-semibold">
          {t`Transfers`}
        </h2>
        <Link href="/transfers" prefetch={false} className="text-muted underline hover:text-ink">
          {t`All there ever were`}
        </Link>
      </div>
      {transfers.length === 0 ? (
        <p className="mt-1 text-muted">
          {t`None yet. What you resume or start over here is listed with its commands and its outcome.`}
        </p>
      ) : (
        <ul className="mt-3 divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
          <Suspense>
            {transfers.map((transfer) => (
              <TransferItem
                key={transfer.id}
                transfer={transfer}
                withProgress={!hasEnded(transfer.state) && !shownAbove.has(transfer.id)}
                finished={asked.has(transfer.id) ? finishedBetween(transfers, transfer) : null}
              />
            ))}
          </Suspense>
        </ul>
      )}
    </section>
  );
}
