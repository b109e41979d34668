"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { LoaderCircle } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { formatBytes, formatRate } from "@/components/format";
import { broughtWords } from "@/components/history/words";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { DetailsLink } from "@/components/transfers/details-link";
import { hasEnded, intentWords, stateWords } from "@/components/transfers/words";
import { Button } from "@/components/ui/button";
import { useLocalTime } from "@/components/ui/clock";
import { ErrorProblem } from "@/components/ui/error-problem";
import type { AttemptInBrief } from "@/server/transfers/history";
import type { Transfer } from "@/server/transfers/types";
import { Card } from "./card";

/** Every transfer into a dataset and each attempt of it, newest first; the one that runs as it runs. */
export function Attempts({ id, live }: { id: string; live: readonly Transfer[] }) {
  const t = useT();
  const { transfers, attempts, error, reading, read, older, showOlder, refetch } = usePast(id, live);
  return (
    <Card title={t`Transfers and their attempts`}>
      {error && (
        <ErrorProblem error={error}>
          <Button onClick={refetch}>{t`Look again`}</Button>
        </ErrorProblem>
      )}
      {!read && !error && (
        <p role="status" className="flex items-center gap-2 text-muted">
          <LoaderCircle aria-hidden className="size-4 animate-spin" /> {t`Reading what is remembered…`}
        </p>
      )}
      {read && transfers.length === 0 && (
        <p className="text-muted">
          {t`None that Halfway remembers: it did not begin this receive, and nobody has resumed it from here.`}
        </p>
      )}
      {transfers.length > 0 && (
        <ol aria-label={t`Transfers, newest first`} className="space-y-5">
          {transfers.map((transfer) => (
            <OneTransfer key={transfer.id} transfer={transfer} attempts={attempts.get(transfer.id) ?? []} />
          ))}
        </ol>
      )}
      {older && (
        <Button className="mt-4" disabled={reading} onClick={showOlder}>
          {reading && <LoaderCircle aria-hidden className="animate-spin" />}
          {reading ? t`Reading…` : t`Show older`}
        </Button>
      )}
    </Card>
  );
}

/** What is remembered, with what the events have told since. */
function usePast(id: string, live: readonly Transfer[]) {
  const trpc = useTRPC();
  const asking = useInfiniteQuery(
    trpc.receives.past.infiniteQueryOptions({ id }, { getNextPageParam: ({ next }) => next, staleTime: 0 }),
  );
  const { data, refetch, hasNextPage } = asking;
  // How each attempt ended is written down when it has ended.
  const steps = live.map((one) => `${one.id} ${one.state} ${one.attempt}`).join();
  const known = useRef(steps);
  useEffect(() => {
    if (known.current === steps) return;
    known.current = steps;
    void refetch();
  }, [steps, refetch]);
  const transfers = useMemo(() => {
    const all = new Map((data?.pages ?? []).flatMap((page) => page.transfers.map((one) => [one.id, one])));
    for (const one of live) all.set(one.id, one);
    return [...all.values()].sort((one, other) => other.startedAt - one.startedAt);
  }, [data, live]);
  const attempts = useMemo(() => {
    const all = new Map<string, AttemptInBrief[]>();
    for (const one of (data?.pages ?? []).flatMap((page) => page.attempts)) {
      all.set(one.transferId, [...(all.get(one.transferId) ?? []), one]);
    }
    return all;
  }, [data]);
  return {
    ...{ transfers, attempts, error: plainError(asking.error), read: data !== undefined },
    ...{ reading: asking.isFetching, older: hasNextPage },
    showOlder: () => void asking.fetchNextPage(),
    refetch: () => void refetch(),
  };
}

function OneTransfer({ transfer, attempts }: { transfer: Transfer; attempts: readonly AttemptInBrief[] }) {
  const t = useT();
  const { intent, state, source, attempt, by, startedAt } = transfer;
  const runs = !hasEnded(state) && attempt > (attempts[0]?.number ?? 0);
  const left = attempt - attempts.length - (runs ? 1 : 0);
  return (
    <li>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p className="min-w-0 wrap-anywhere">
          <span className="font-semibold">{t(intentWords[intent])}</span>
          <span className="text-muted">
            {" · "}
            {t(stateWords[state])}
            {" · "}
            {t`${source.snapshot} from ${source.host}`}
            {by !== "the page" && ` · ${t`asked for by ${by}`}`}
          </span>
        </p>
        <DetailsLink transfer={transfer} />
      </div>
      <ol className="mt-1.5 space-y-3 border-l-2 border-line pl-4">
        {runs && <Running transfer={transfer} />}
        {attempts.map(({ number, startedAt: began, endedAt, sent, message }) => (
          <Line
            key={number}
            name={t`Attempt ${number}`}
            at={began}
            brought={t(broughtWords(sent, endedAt - began))}
          >
            {t(message)}
          </Line>
        ))}
        {attempt === 0 && <Line name={t`No attempt yet`} at={startedAt} brought={null} />}
      </ol>
      {left > 0 && (
        <p className="mt-1.5 text-xs text-muted">
          {t`Attempts before these are among the details of the transfer.`}
        </p>
      )}
    </li>
  );
}

/** The attempt that runs, as the events tell it. */
function Running({ transfer: { attempt, sent, rate, state, message } }: { transfer: Transfer }) {
  const t = useT();
  const bytes = formatBytes(sent);
  const brought =
    rate === null ? t`${bytes} sent so far` : t`${bytes} sent so far, ${formatRate(rate)} at this moment`;
  return (
    <Line name={t`Attempt ${attempt}`} at={null} brought={brought}>
      {t(message ?? stateWords[state])}
    </Line>
  );
}

function Line({
  name,
  at,
  brought,
  children,
}: {
  name: string;
  /** When it began; null where that is not known yet. */
  at: number | null;
  brought: string | null;
  children?: ReactNode;
}) {
  return (
    <li>
      <p className="flex flex-wrap gap-x-3 text-xs/5 text-muted">
        <span className="font-medium text-ink">{name}</span> {at !== null && <Moment at={at} />}{" "}
        {brought !== null && <span>{brought}</span>}
      </p>
      {children !== undefined && <p className="wrap-anywhere">{children}</p>}
    </li>
  );
}

function Moment({ at }: { at: number }) {
  return <time dateTime={new Date(at).toISOString()}>{useLocalTime(at)}</time>;
}
