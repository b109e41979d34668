"use client";

import { ArrowLeft, CircleCheck, CirclePause, CircleX, Hourglass, LoaderCircle } from "lucide-react";
import { lazy, memo, Suspense, useEffect, useState } from "react";
import { formatBytes, formatDuration } from "@/components/format";
import { useT } from "@/components/language/language";
import { Ago, useClockText } from "@/components/ui/clock";
import { Verbatim } from "@/components/ui/verbatim";
import { type Said, say } from "@/server/say";
import type { Transfer, TransferState } from "@/server/transfers/types";
import { ComesNext } from "./comes-next";
import { TransferControls } from "./controls";
import { DetailsLink } from "./details-link";
import { Limit } from "./limit";
import { TransferProgress } from "./progress";
import { askedBy, hasEnded, intentWords, stateWords } from "./words";

const Continue = lazy(async () => ({ default: (await import("./continue")).Continue }));
const Commands = lazy(async () => ({ default: (await import("@/components/ui/commands")).Commands }));

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
  const t = useT();
  const { dataset, host, source, intent, state, startedAt, message, stderr, steps } = transfer;
  const by = askedBy(transfer);
  // What is missing is asked for by the browser only.
  const [asking, setAsking] = useState(false);
  useEffect(() => setAsking(true), []);
  return (
    <li aria-label={t`${dataset}: ${stateWords[state]}`} className="flex gap-3 px-4 py-3.5">
      <StateIcon state={state} />
      <div className="min-w-0 flex-1 space-y-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-4">
          <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">
            <span className={`font-semibold ${stateColours[state]}`}>{t(stateWords[state])}</span>
            <span className="text-muted"> · {t(intentWords[intent])} · </span>
            <span className="text-muted">
              {t.rich`${<span className="font-medium text-ink">{dataset}</span>} on ${host}`}
            </span>
          </span>
          <span className="text-xs text-muted">{t.rich`started ${<Ago at={startedAt} />}`}</span>
        </p>
        <p className="text-xs text-muted wrap-anywhere whitespace-pre-wrap">
          <ArrowLeft aria-label={t`from`} className="inline size-3.5 align-[-2px]" />{" "}
          {t`${source.snapshot} on ${source.host}`}
          {" · "}
          <Amount transfer={transfer} />
          {by !== null && ` · ${t(by)}`}
        </p>
        {message !== null && <p className="wrap-anywhere">{t(message)}</p>}
        {!hasEnded(state) && !withProgress && <ComesNext transfer={transfer} />}
        {!hasEnded(state) && transfer.notHeld !== null && (
          <p className="text-xs text-muted wrap-anywhere">{t(transfer.notHeld)}</p>
        )}
        {asking && finished !== null && (
          <Suspense>
            <Continue transfer={transfer} finished={finished} />
          </Suspense>
        )}
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
          {stderr !== null && stderr !== "" && <Verbatim summary={t`What ZFS said`} text={stderr} />}
          {steps.length > 0 && (withDetails || !hasEnded(state)) && <StepsFoldedAway steps={steps} />}
          {withDetails && <DetailsLink transfer={transfer} />}
        </div>
      </div>
    </li>
  );
});

function StepsFoldedAway({ steps }: Pick<Transfer, "steps">) {
  const t = useT();
  const [wanted, setWanted] = useState(false);
  return (
    <details onToggle={(event) => event.currentTarget.open && setWanted(true)}>
      <summary className="w-fit rounded py-1 text-muted hover:text-ink pointer-coarse:py-3">{t`Commands`}</summary>
      <div className="mt-1 pb-1">
        {wanted && (
          <Suspense>
            <Commands steps={steps} />
          </Suspense>
        )}
      </div>
    </details>
  );
}

function Amount({ transfer }: { transfer: Transfer }) {
  const t = useT();
  const { startedAt, endedAt } = transfer;
  const took = useClockText((now) => formatDuration((endedAt ?? now) - startedAt));
  return t(amountWords(transfer, took));
}

function amountWords({ state, sent, before }: Transfer, took: string): Said {
  if (state === "queued") return say`nothing sent yet`;
  const [bytes, earlier] = [formatBytes(sent), formatBytes(before)];
  // The sender's last count is up to a second old: of a finished transfer it would look like missing data.
  if (state === "finished") {
    return before > 0n ? say`took ${took}, ${earlier} were there before` : say`took ${took}`;
  }
  return before > 0n
    ? say`${bytes} sent in ${took}, ${earlier} were there before`
    : say`${bytes} sent in ${took}`;
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
