"use client";

import { useMutation } from "@tanstack/react-query";
import { Square } from "lucide-react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Transfer } from "@/server/transfers/types";

/**
 * Stops a running transfer. One click is enough: everything received stays. Of one that has ended while its target does
 * not answer, it stops the asking how, so that the dataset is free again.
 */
export function StopButton({ transfer }: { transfer: Transfer }) {
  const trpc = useTRPC();
  const stop = useMutation(trpc.transfers.stop.mutationOptions());
  const error = plainError(stop.error);
  const stopping = stop.isPending || transfer.state === "stopping";
  const asking = transfer.state === "verifying";
  if (asking && transfer.message === null) return null;
  const label = asking ? "Stop asking" : "Stop";
  return (
    <div className="shrink-0">
      <AllowedButton
        act="transfers.stop"
        className="max-sm:w-full"
        disabled={stopping}
        onClick={() => stop.mutate({ id: transfer.id })}
        aria-label={`${label} ${transfer.dataset}`}
        title={
          asking
            ? "Stops asking how this transfer ended. Nothing is changed on any host."
            : whatStops(transfer)
        }
      >
        <Square aria-hidden /> {stopping ? "Stopping…" : label}
      </AllowedButton>
      {error && (
        <p role="alert" className="mt-1 max-w-56 text-xs text-danger">
          {error.sentence}
        </p>
      )}
    </div>
  );
}

function whatStops({ state }: Transfer): string {
  if (state === "queued") return "Takes it out of the queue. Nothing has been run.";
  if (state === "waiting") return "No further attempt is made. What was received is kept and can be resumed.";
  return "Stops sending. What was received is kept and can be resumed.";
}
