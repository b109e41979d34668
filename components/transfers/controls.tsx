"use client";

import type { Transfer } from "@/server/transfers/types";
import { RetryButton } from "./comes-next";
import { QueueButtons } from "./queue-buttons";
import { StopButton } from "./stop-button";

/** What a person can do with a transfer that has not ended. */
export function TransferControls({ transfer }: { transfer: Transfer }) {
  return (
    <div className="flex shrink-0 flex-wrap items-start gap-2">
      <RetryButton transfer={transfer} />
      <QueueButtons transfer={transfer} />
      <StopButton transfer={transfer} />
    </div>
  );
}
