"use client";

import { useMutation } from "@tanstack/react-query";
import { Square } from "lucide-react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { type Said, say } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";

/**
 * Stops a running transfer. One click is enough: everything received stays. Of one that has ended while its target does
 * not answer, it stops the asking how, so that the dataset is free again.
 */
export function StopButton({ transfer }: { transfer: Transfer }) {
  const t = useT();
  const trpc = useTRPC();
  const stop = useMutation(trpc.transfers.stop.mutationOptions());
  const error = plainError(stop.error);
  const stopping = stop.isPending || transfer.state === "stopping";
  const asking = transfer.state === "verifying";
  if (asking && transfer.message === null) return null;
  return (
    <div className="shrink-0">
      <AllowedButton
        act="transfers.stop"
        className="max-sm:w-full"
        disabled={stopping}
        onClick={() => stop.mutate({ id: transfer.id })}
        aria-label={asking ? t`Stop asking ${transfer.dataset}` : t`Stop ${transfer.dataset}`}
        title={
          asking
            ? t`Stops asking how this transfer ended. Nothing is changed on any host.`
            : t(whatStops(transfer))
        }
      >
        <Square aria-hidden /> {stopping ? t`Stopping…` : asking ? t`Stop asking` : t`Stop`}
      </AllowedButton>
      {error && (
        <p role="alert" className="mt-1 max-w-56 text-xs text-danger">
          {t(error.sentence)}
        </p>
      )}
    </div>
  );
}

function whatStops({ state }: Transfer): Said {
  if (state === "queued") return say`Takes it out of the queue. Nothing has been run.`;
  if (state === "waiting")
    return say`No further attempt is made. What was received is kept and can be resumed.`;
  return say`Stops sending. What was received is kept and can be resumed.`;
}
