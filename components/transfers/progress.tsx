"use client";

import type { ReactNode } from "react";
import { formatBytes, formatEstimate, formatRate } from "@/components/format";
import { useT } from "@/components/language/language";
import { type Said, say } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";
import { type Parts, trackOf } from "./track";
import { standing } from "./words";

const fills = {
  before: "bg-accent-half",
  now: "bg-accent",
  left: "bg-sunken ring-1 ring-line-strong ring-inset",
  // Dashes, not only another shade: nobody knows how long this part is.
  unknown:
    "bg-[repeating-linear-gradient(115deg,var(--color-line-strong)_0_2px,transparent_2px_7px)] ring-1 ring-line-strong ring-inset",
} as const;

/**
 * A receive as one bar: what was received before, what came in this attempt, and what is still to come; dashed where that
 * is not known. It has the same height whatever it shows.
 */
function Bar({ parts, moving = false }: { parts: Parts; moving?: boolean }) {
  const { before, now, unknown } = trackOf(parts);
  return (
    <span
      aria-hidden
      className={`relative flex h-2 w-full gap-px overflow-hidden rounded-full forced-color-adjust-none ${unknown ? fills.unknown : fills.left}`}
    >
      {before > 0 && <span className={fills.before} style={{ width: `${before}%` }} />}
      {now > 0 && (
        <span
          className={`${fills.now} transition-[width] duration-500 motion-reduce:transition-none`}
          style={{ width: `${now}%` }}
        />
      )}
      {unknown && moving && (
        <span className="absolute inset-y-0 w-1/3 animate-sweep rounded-full bg-accent" />
      )}
    </span>
  );
}

function Part({ fill, children }: { fill: keyof typeof fills; children: ReactNode }) {
  return (
    <span className="flex items-baseline gap-1.5">
      <span aria-hidden className={`size-2 shrink-0 rounded-xs forced-color-adjust-none ${fills[fill]}`} />
      <span>{children}</span>
    </span>
  );
}

/** How far a receive is that has stopped: what it has, and what is still to be sent. Null for what is not known. */
export function Track({ received, left }: { received: bigint | null; left: bigint | null }) {
  const t = useT();
  return (
    <div className="w-full">
      <Bar parts={{ before: received, now: 0n, left: received === null ? null : left }} />
      <p className="mt-1.5 flex min-h-4 flex-wrap gap-x-4 gap-y-0.5 text-xs text-muted">
        {received === null ? (
          <Part fill="unknown">{t`How much was received is not known`}</Part>
        ) : (
          <>
            <Part fill="before">{t`${formatBytes(received)} received`}</Part>
            {left === null ? (
              <Part fill="unknown">{t`what is left is not known`}</Part>
            ) : (
              <Part fill="left">{t`${formatBytes(left)} left to send`}</Part>
            )}
          </>
        )}
      </p>
    </div>
  );
}

/** How far a transfer is: what was there before it, what it has sent, how fast, and how long it will still take. */
export function TransferProgress({ transfer }: { transfer: Transfer }) {
  const t = useT();
  const { dataset, state, before, sent, total, rate } = transfer;
  const { done, percent, eta } = standing(transfer);
  const left = total === null ? null : total > done ? total - done : 0n;
  const amount =
    total === null
      ? say`${formatBytes(done)} sent, total unknown`
      : say`${formatBytes(done)} of ${formatBytes(total)}`;
  const words = state === "running" ? null : stateSentence[state];
  const spoken = say`${amount}: ${formatBytes(before)} received before, ${formatBytes(sent)} sent this time`;
  return (
    <div
      role="progressbar"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      aria-label={t`Progress of ${dataset}`}
      aria-valuetext={percent === null ? t(spoken) : t`${Math.floor(percent)} %, ${spoken}`}
      className="@container w-full"
    >
      {/* What waits does not move. */}
      <Bar parts={{ before, now: sent, left }} moving={state !== "waiting"} />
      {/* As many lines as there will ever be: what comes and goes in them moves nothing on the page. */}
      <p className="mt-1.5 grid gap-x-4 text-xs text-muted @sm:flex @sm:justify-between [&>span]:min-h-4">
        <span className="font-medium text-ink">
          {percent === null ? t(amount) : t`${Math.floor(percent)} % · ${amount}`}
        </span>
        <span>{words ? t(words) : eta !== null && t`${formatEstimate(eta)} left`}</span>
      </p>
      {/* Columns that are wide enough for any number: a line that grew by a digit would move the page. */}
      <p className="mt-1 grid gap-x-4 gap-y-0.5 text-xs text-muted @xs:grid-cols-2 [&>span]:min-h-4">
        <Part fill="before">{t`${formatBytes(before)} before`}</Part>
        <Part fill="now">{t`${formatBytes(sent)} this time`}</Part>
        {left === null ? (
          <Part fill="unknown">{t`what is left is not known`}</Part>
        ) : (
          <Part fill="left">{t`${formatBytes(left)} to come`}</Part>
        )}
        <span className="pl-3.5">{!words && rate !== null && rate > 0 && formatRate(rate)}</span>
      </p>
    </div>
  );
}

const stateSentence: Partial<Record<Transfer["state"], Said>> = {
  starting: say`Starting…`,
  stopping: say`Stopping; what was received is kept`,
  verifying: say`Asking ZFS how it ended…`,
};
