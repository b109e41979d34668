"use client";

import { useMutation } from "@tanstack/react-query";
import { Square } from "lucide-react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import type { Transfer } from "@/server/transfers/types";

/** Stops a running transfer. One click is enough: everything received stays. */
export function StopButton({ transfer }: { transfer: Transfer }) {
  const trpc = useTRPC();
  const stop = useMutation(trpc.transfers.stop.mutationOptions());
  const error = plainError(stop.error);
  const stopping = stop.isPending || transfer.state === "stopping";
  if (transfer.state === "verifying") return null;
  return (
    <div className="shrink-0">
      <Button
        className="max-sm:w-full"
        disabled={stopping}
        onClick={() => stop.mutate({ id: transfer.id })}
        aria-label={`Stop ${transfer.dataset}`}
        title="Stops sending. What was received is kept and can be resumed."
      >
        <Square aria-hidden /> {stopping ? "Stopping…" : "Stop"}
      </Button>
      {error && (
        <p role="alert" className="mt-1 max-w-56 text-xs text-danger">
          {error.sentence}
        </p>
      )}
    </div>
  );
}
