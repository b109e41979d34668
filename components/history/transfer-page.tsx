"use client";

import { useQuery } from "@tanstack/react-query";
import { Download, LoaderCircle } from "lucide-react";
import Link from "next/link";
import { useEffect } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { ConnectionState } from "@/components/live/connection";
import { plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import { receivePath } from "@/components/receive/path";
import { TransferItem } from "@/components/transfers/transfer-item";
import { hasEnded, intentWords, stateWords } from "@/components/transfers/words";
import { Button } from "@/components/ui/button";
import { useLocalTime } from "@/components/ui/clock";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Header } from "@/components/ui/header";
import { save } from "@/components/ui/save";
import { counted, say } from "@/server/say";
import type { PastAttempt, PastEvent } from "@/server/transfers/history";
import type { Transfer } from "@/server/transfers/types";
import { Attempt } from "./attempt";
import { Told } from "./told";
import { asText, fileName } from "./words";

/** All that is known of one transfer: what it is for, what became of it, and each attempt. */
export function TransferPage({ id }: { id: string }) {
  const t = useT();
  const trpc = useTRPC();
  const { transfers } = useLive();
  const live = transfers.get(id);
  const { data, error, refetch } = useQuery(trpc.transfers.history.queryOptions({ id }, { staleTime: 0 }));
  // The events of the page say how it stands; what led there is read again whenever that changes.
  const step = live ? `${live.state} ${live.attempt}` : "";
  useEffect(() => {
    if (step !== "") void refetch();
  }, [step, refetch]);
  const transfer = live ?? data?.transfer;
  const problem = plainError(error);
  return (
    <>
      <Header current="/transfers">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-4xl space-y-6 px-4 pt-8 pb-20 sm:px-6">
        <div>
          <nav aria-label={t`Where this belongs`} className="flex flex-wrap gap-x-4">
            <Link href="/transfers" prefetch={false} className={wayBack}>
              {t`All transfers`}
            </Link>
            {transfer && (
              <Link href={receivePath(transfer)} prefetch={false} className={wayBack}>
                {t`The receive it is for`}
              </Link>
            )}
          </nav>
          <h1 className="mt-1 text-xl font-semibold tracking-tight wrap-anywhere whitespace-pre-wrap sm:text-2xl">
            {transfer ? t`${intentWords[transfer.intent]}: ${transfer.dataset}` : t`A transfer`}
          </h1>
        </div>
        {problem && (
          <ErrorProblem error={problem}>
            {problem.reason === "NOT_FOUND" ? (
              <p className="text-muted">{t`What ended long ago is forgotten; the settings say after how long.`}</p>
            ) : (
              <Button onClick={() => void refetch()}>{t`Look again`}</Button>
            )}
          </ErrorProblem>
        )}
        {!data && !problem && (
          <p role="status" className="flex items-center gap-2 text-muted">
            <LoaderCircle aria-hidden className="size-4 animate-spin" /> {t`Reading what is remembered…`}
          </p>
        )}
        {transfer && (
          <ul
            aria-label={t`How it stands`}
            className="overflow-hidden rounded-lg border border-line bg-surface"
          >
            <TransferItem
              transfer={transfer}
              withProgress={!hasEnded(transfer.state)}
              withDetails={false}
              finished={null}
            />
          </ul>
        )}
        {transfer && transfer.attempt > 0 && <Told transfer={transfer} />}
        {data && transfer && <Past transfer={transfer} attempts={data.attempts} events={data.events} />}
      </main>
    </>
  );
}

const wayBack = "rounded text-muted underline hover:text-ink pointer-coarse:py-3";

function Past({
  transfer,
  attempts,
  events,
}: {
  transfer: Transfer;
  attempts: readonly PastAttempt[];
  events: readonly PastEvent[];
}) {
  const t = useT();
  const more = transfer.attempt - attempts.length;
  const { length } = attempts;
  return (
    <>
      <section aria-labelledby="events">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 id="events" className="text-base font-semibold">
            {t`What happened`}
          </h2>
          <Button onClick={() => save(fileName(transfer, "json"), asText({ transfer, attempts, events }))}>
            <Download aria-hidden /> {t`Download`}
          </Button>
        </div>
        <p className="text-xs text-muted">
          {t`The download has all that this page says, as JSON, without resume tokens.`}
        </p>
        <ol className="mt-3 rounded-lg border border-line bg-surface px-4 py-3">
          <Event
            at={transfer.startedAt}
            name={t`Asked for`}
            words={transfer.by === "the page" ? t`On the page.` : t`By ${transfer.by}.`}
          />
          {events.map((event) => (
            <Event
              key={event.id}
              at={event.at}
              name={t(stateWords[event.state])}
              words={event.words && t(event.words)}
            />
          ))}
        </ol>
      </section>
      <section aria-labelledby="attempts">
        <h2 id="attempts" className="text-base font-semibold">
          {length === 0 ? t`Attempts` : t(counted(length, say`${length} attempt`, say`${length} attempts`))}
        </h2>
        {length === 0 && (
          <p className="mt-1 text-muted">
            {more > 0
              ? t`The first attempt runs. What it says is kept when it has ended.`
              : t`None was begun.`}
          </p>
        )}
        {length > 0 && more > 0 && (
          <p className="mt-1 text-muted">{t`Another one runs: what it says is kept when it has ended.`}</p>
        )}
        <div className="mt-3 space-y-4">
          {attempts.toReversed().map((attempt) => (
            <Attempt key={attempt.number} attempt={attempt} />
          ))}
        </div>
      </section>
    </>
  );
}

function Event({ at, name, words }: { at: number; name: string; words: string | null }) {
  return (
    <li className="grid gap-x-4 border-line py-1.5 not-first:border-t sm:grid-cols-[11.5rem_6rem_1fr]">
      <time dateTime={new Date(at).toISOString()} className="text-muted max-sm:text-xs">
        {useLocalTime(at)}
      </time>
      <span className="font-medium">{name}</span>
      {words !== null && <span className="min-w-0 wrap-anywhere">{words}</span>}
    </li>
  );
}
