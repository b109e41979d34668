"use client";

import { ArrowLeft, CircleCheck, CirclePause, CircleX, Hourglass, LoaderCircle } from "lucide-react";
import Link from "next/link";
import { memo, useContext, useMemo } from "react";
import { formatBytes, formatDuration } from "@/components/format";
import { Ago, RenderedAt, useClockText } from "@/components/ui/clock";
import { Commands } from "@/components/ui/commands";
import { Verbatim } from "@/components/ui/verbatim";
import type { Transfer, TransferState } from "@/server/transfers/types";
import { ComesNext } from "./comes-next";
import { Continue } from "./continue";
import { TransferControls } from "./controls";
import { DetailsLink } from "./details-link";
import { Limit } from "./limit";
import { TransferProgress } from "./progress";
import { askedBy, finishedBetween, hasEnded, intentWords, stateWords, toContinue } from "./words";

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
  const renderedAt = useContext(RenderedAt);
  const asked = useMemo(() => toContinue(transfers, renderedAt), [transfers, renderedAt]);
  return (
    <section aria-labelledby="transfers">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 id="transfers" className="text-base font-semibold">
          Transfers
        </h2>
        <Link href="/transfers" prefetch={false} className="text-muted underline hover:text-ink">
          All there ever were
        </Link>
      </div>
      {transfers.length === 0 ? (
        <p className="mt-1 text-muted">
          None yet. What you resume or start over here is listed with its commands and its outcome.
        </p>
      ) : (
        <ul className="mt-3 divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
          {transfers.map((transfer) => (
            <TransferItem
              key={transfer.id}
              transfer={transfer}
              withProgress={!hasEnded(transfer.state) && !shownAbove.has(transfer.id)}
              finished={asked.has(transfer.id) ? finishedBetween(transfers, transfer) : null}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

/** One transfer: how it stands, what it said, and what can be done about it. */
export const TransferItem = memo(function TransferItem({
  transfer,
  withProgress,
  withDetails = true,
  finished,
}: {
  transfer: Transfer;
  withProgress: boolean;
  /** Whether a link to its details belongs here, and the commands of what has ended; its own page has them below. */
  withDetails?: boolean;
  /** See `Continue`; null where nothing is asked. */
  finished: number | null;
}) {
  const { dataset, host, source, intent, state, startedAt, message, stderr, steps } = transfer;
  const by = askedBy(transfer);
  return (
    <li aria-label={`${dataset}: ${stateWords[state]}`} className="flex gap-3 px-4 py-3.5">
      <StateIcon state={state} />
      <div className="min-w-0 flex-1 space-y-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-4">
          <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">
            <span className={`font-semibold ${stateColours[state]}`}>{stateWords[state]}</span>
            <span className="text-muted"> · {intentWords[intent]} · </span>
            <span className="font-medium">{dataset}</span>
            <span className="text-muted"> on {host}</span>
          </span>
          <span className="text-xs text-muted">
            started <Ago at={startedAt} />
          </span>
        </p>
        <p className="text-xs text-muted wrap-anywhere whitespace-pre-wrap">
          <ArrowLeft aria-label="from" className="inline size-3.5 align-[-2px]" /> {source.snapshot} on{" "}
          {source.host}
          {" · "}
          <Amount transfer={transfer} />
          {by !== null && ` · ${by}`}
        </p>
        {message !== null && <p className="wrap-anywhere">{message}</p>}
        {!hasEnded(state) && !withProgress && <ComesNext transfer={transfer} />}
        {!hasEnded(state) && transfer.notHeld !== null && (
          <p className="text-xs text-muted wrap-anywhere">{transfer.notHeld}</p>
        )}
        {finished !== null && <Continue transfer={transfer} finished={finished} />}
        {withProgress && (
          <div className="flex flex-col gap-3 pt-1 sm:flex-row sm:items-start sm:justify-between">
            <div className="min-w-0 flex-1">
              {state !== "queued" && <TransferProgress transfer={transfer} />}
              <ComesNext transfer={transfer} />
              <Limit transfer={transfer} />
            </div>
            <TransferControls transfer={transfer} />
          </div>
        )}
        <div className="flex flex-col">
          {stderr !== null && stderr !== "" && <Verbatim summary="What ZFS said" text={stderr} />}
          {steps.length > 0 && (withDetails || !hasEnded(state)) && (
            <details>
              <summary className="w-fit rounded py-1 text-muted hover:text-ink">Commands</summary>
              <div className="mt-1 pb-1">
                <Commands steps={steps} />
              </div>
            </details>
          )}
          {withDetails && <DetailsLink transfer={transfer} />}
        </div>
      </div>
    </li>
  );
});

function Amount({ transfer }: { transfer: Transfer }) {
  const { state, sent, before, startedAt, endedAt } = transfer;
  const took = useClockText((now) => formatDuration((endedAt ?? now) - startedAt));
  const earlier = before > 0n ? `, ${formatBytes(before)} were there before` : "";
  if (state === "queued") return "nothing sent yet";
  // The sender's last count is up to a second old: of a finished transfer it would look like missing data.
  return state === "finished" ? `took ${took}${earlier}` : `${formatBytes(sent)} sent in ${took}${earlier}`;
}

const stateColours: Record<TransferState, string> = {
  queued: "text-muted",
  waiting: "text-attention",
  starting: "text-accent",
  running: "text-accent",
  stopping: "text-accent",
  verifying: "text-accent",
  finished: "text-ok",
  failed: "text-danger",
  stopped: "text-attention",
};

function StateIcon({ state }: { state: TransferState }) {
  const className = `mt-0.5 size-4 shrink-0 ${stateColours[state]}`;
  switch (state) {
    case "finished":
      return <CircleCheck aria-hidden className={className} />;
    case "failed":
      return <CircleX aria-hidden className={className} />;
    case "stopped":
      return <CirclePause aria-hidden className={className} />;
    case "queued":
    case "waiting":
      return <Hourglass aria-hidden className={className} />;
    default:
      return <LoaderCircle aria-hidden className={`${className} animate-spin`} />;
  }
}
