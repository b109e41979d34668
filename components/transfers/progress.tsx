"use client";

import { Progress } from "@base-ui/react/progress";
import { formatBytes, formatEstimate, formatRate } from "@/components/format";
import type { Transfer } from "@/server/transfers/types";
import { standing } from "./words";

/** How far a transfer is: what was there before it, what it has sent, how fast, and how long it will still take. */
export function TransferProgress({ transfer }: { transfer: Transfer }) {
  const { dataset, state, before, sent, total, rate } = transfer;
  const { done, percent, segments, eta } = standing(transfer);
  const amount =
    total === null
      ? `${formatBytes(done)} sent, total unknown`
      : `${formatBytes(done)} of ${formatBytes(total)}`;
  const words = state === "running" ? null : stateSentence[state];
  return (
    <Progress.Root
      value={percent}
      aria-label={`Progress of ${dataset}`}
      getAriaValueText={() => (percent === null ? amount : `${Math.floor(percent)} %, ${amount}`)}
      className="w-full"
    >
      <Progress.Track className="relative flex h-2 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset">
        {percent === null ? (
          // What waits does not move.
          state !== "waiting" && (
            <span className="absolute inset-y-0 w-1/3 animate-sweep rounded-full bg-accent" />
          )
        ) : (
          <>
            <span className="bg-accent-half" style={{ width: `${segments.before}%` }} />
            <span
              className="bg-accent transition-[width] duration-500"
              style={{ width: `${segments.sent}%` }}
            />
          </>
        )}
      </Progress.Track>
      <p className="mt-1.5 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
        <span className="font-medium text-ink">
          {percent !== null && `${Math.floor(percent)} % · `}
          {amount}
        </span>
        {words !== null && <span>{words}</span>}
        {rate !== null && rate > 0 && <span>{formatRate(rate)}</span>}
        {eta !== null && <span>{formatEstimate(eta)} left</span>}
        {before > 0n && (
          <span>
            <Swatch className="bg-accent-half" /> {formatBytes(before)} received before{" "}
            <Swatch className="ml-1.5 bg-accent" /> {formatBytes(sent)} sent this time
          </span>
        )}
      </p>
    </Progress.Root>
  );
}

const stateSentence: Partial<Record<Transfer["state"], string>> = {
  starting: "Starting…",
  stopping: "Stopping; what was received is kept",
  verifying: "Asking ZFS how it ended…",
};

function Swatch({ className }: { className: string }) {
  return <span aria-hidden className={`inline-block size-2 rounded-xs ${className}`} />;
}
