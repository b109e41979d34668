"use client";

import { useMutation } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { formatDuration } from "@/components/format";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { useClockText } from "@/components/ui/clock";
import type { Transfer } from "@/server/transfers/types";

/** When a transfer that waits goes on, and which attempt that will be; nothing for one that is at work. */
export function ComesNext({ transfer }: { transfer: Transfer }) {
  const { state, retryAt, attempt, place } = transfer;
  const words = useClockText((now) => {
    if (state === "queued") return place === null ? "" : `Number ${place} in the queue.`;
    if (state !== "waiting" || retryAt === null) return attempt > 1 ? `Attempt ${attempt}.` : "";
    const left = retryAt - now;
    return left <= 0
      ? `Attempt ${attempt + 1} begins as soon as there is room.`
      : `Attempt ${attempt + 1} begins in ${formatDuration(left)}.`;
  });
  return words === "" ? null : <p className="mt-1 text-xs text-muted tabular-nums">{words}</p>;
}

/** Begins the next attempt of a waiting transfer now. */
export function RetryButton({ transfer: { id, state, dataset } }: { transfer: Transfer }) {
  const trpc = useTRPC();
  const retry = useMutation(trpc.transfers.retry.mutationOptions());
  const error = plainError(retry.error);
  if (state !== "waiting") return null;
  return (
    <div>
      <Button
        disabled={retry.isPending}
        aria-label={`Try ${dataset} now`}
        onClick={() => retry.mutate({ id })}
      >
        <RotateCw aria-hidden /> Try now
      </Button>
      {error && (
        <p role="alert" className="mt-1 max-w-56 text-xs text-danger">
          {error.sentence}
        </p>
      )}
    </div>
  );
}
