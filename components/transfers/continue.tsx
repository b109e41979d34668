"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { FastForward, LoaderCircle, RefreshCw } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { AllowedButton } from "@/components/account/allowed-button";
import { formatBytes } from "@/components/format";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { Commands } from "@/components/ui/commands";
import { ErrorProblem } from "@/components/ui/error-problem";
import { say } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";
import { firstWords, missingWords } from "./continue-words";

/** Others make and destroy snapshots, too; finding out makes both hosts list whole trees. */
const oldAfter = 3600_000;

/**
 * What of its series a finished receive leaves missing on the target, and the one click that brings the next part: a
 * resume token finishes one snapshot of one dataset, never the rest of a `-I` or `-R` send.
 * @param finished how many transfers between its two hosts have finished: after each, what is missing may be less.
 */
export function Continue({ transfer, finished }: { transfer: Transfer; finished: number }) {
  const t = useT();
  const trpc = useTRPC();
  const { id, host, dataset } = transfer;
  const asking = useQuery(
    trpc.transfers.rest.queryOptions(
      { id },
      { staleTime: oldAfter, refetchInterval: oldAfter, refetchOnWindowFocus: true },
    ),
  );
  const { refetch } = asking;
  const [askedAfter, setAskedAfter] = useState(finished);
  useEffect(() => {
    if (askedAfter === finished) return;
    setAskedAfter(finished);
    void refetch();
  }, [askedAfter, finished, refetch]);
  const start = useMutation(trpc.transfers.continue.mutationOptions({ onError: () => void refetch() }));
  const error = plainError(start.error);
  const unknown = plainError(asking.error);
  // While it is asked again there is no error for a moment, and the button that asked must not go.
  if (asking.errorUpdatedAt > asking.dataUpdatedAt) {
    return (
      <NotKnown transfer={transfer} looking={asking.isFetching} onLookAgain={() => void refetch()}>
        {error && <ErrorProblem error={error} />}
        {unknown && <ErrorProblem error={unknown} />}
      </NotKnown>
    );
  }
  const rest = asking.data;
  // That nothing is missing needs words only for somebody who was told that something is.
  if (rest?.missing.length === 0 && transfer.intent === "continue")
    return <p>{t`${host} has everything of this series now.`}</p>;
  if (!rest || rest.missing.length === 0) return null;
  const { next, refusal, missing } = rest;
  const [first] = missing;
  const busy = start.isPending || asking.isFetching;
  return (
    <section
      aria-label={t`Still missing after ${dataset}`}
      className="my-1.5 space-y-2 rounded-md border border-line bg-sunken px-3 py-2.5"
    >
      <p className="font-medium">{t`The source has more that ${host} lacks:`}</p>
      <ul className="list-disc space-y-0.5 pl-5 text-xs/5 text-muted wrap-anywhere">
        {missing.map((one) => (
          <li key={one.dataset}>{t(missingWords(one))}</li>
        ))}
      </ul>
      {refusal !== null && <p className="wrap-anywhere">{t(refusal)}</p>}
      {next && (
        <>
          {first?.isNew && (
            <p className="wrap-anywhere">
              {t`${host} has never had ${first.dataset}; it may have been left out on purpose.`}
            </p>
          )}
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <AllowedButton
              act="transfers.continue"
              tone={first?.isNew ? "plain" : "primary"}
              disabled={busy}
              aria-label={first?.isNew ? t`Receive it, too: ${dataset}` : t`Continue ${dataset}`}
              onClick={() => start.mutate({ id, plan: next.plan.digest })}
            >
              {busy ? <LoaderCircle aria-hidden className="animate-spin" /> : <FastForward aria-hidden />}
              {start.isPending ? t`Starting…` : first?.isNew ? t`Receive it, too` : t`Continue`}
            </AllowedButton>
            <p className="text-xs text-muted wrap-anywhere">
              {t(
                firstWords(
                  missing,
                  next.plan.remaining === null
                    ? say`size not known`
                    : say`${formatBytes(next.plan.remaining)} to send`,
                ),
              )}{" "}
              {t`Nothing on ${host} is changed or lost.`}
            </p>
          </div>
          <details>
            <summary className="w-fit rounded py-1 text-muted hover:text-ink pointer-coarse:py-3">{t`What runs`}</summary>
            <div className="mt-1">
              <Commands steps={[...next.plan.steps, ...next.plan.holds]} />
            </div>
          </details>
        </>
      )}
      {error && <ErrorProblem error={error} />}
    </section>
  );
}

/** Whether anything is missing could not be found out, which is not the same as nothing. */
function NotKnown({
  transfer: { host, dataset },
  looking,
  onLookAgain,
  children,
}: {
  transfer: Transfer;
  looking: boolean;
  onLookAgain: () => void;
  children: ReactNode;
}) {
  const t = useT();
  return (
    <section
      aria-label={t`Still missing after ${dataset}`}
      className="my-1.5 space-y-2 rounded-md border border-line bg-sunken px-3 py-2.5"
    >
      <p className="font-medium">{t`Whether the source has more that ${host} lacks is not known.`}</p>
      {children}
      <Button disabled={looking} aria-label={t`Look again after ${dataset}`} onClick={onLookAgain}>
        {looking ? <LoaderCircle aria-hidden className="animate-spin" /> : <RefreshCw aria-hidden />}
        {looking ? t`Looking…` : t`Look again`}
      </Button>
    </section>
  );
}
