"use client";

import { lazy, Suspense } from "react";
import type { Transfer } from "@/server/transfers/types";
import { RetryButton } from "./comes-next";
import { StopButton } from "./stop-button";

const QueueButtons = lazy(async () => ({ default: (await import("./queue-buttons")).QueueButtons }));

/** What a person can do with a transfer that has not ended. */
export function TransferControls({ transfer }: { transfer: Transfer }) {
  return (
    <div className="flex shrink-0 flex-wrap items-start gap-2">
      <RetryButton transfer={transfer} />
      {transfer.state === "queued" && (
        <Suspense>
          <QueueButtons transfer={transfer} />
        </Suspense>
      )}
      <StopButton transfer={transfer} />
    </div>
  );
}
