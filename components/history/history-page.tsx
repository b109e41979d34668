"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { LoaderCircle } from "lucide-react";
import { useId, useMemo } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { ConnectionState } from "@/components/live/connection";
import { plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import { TransferItem } from "@/components/transfers/transfer-item";
import { hasEnded } from "@/components/transfers/words";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Field, inputClass } from "@/components/ui/field";
import { Header } from "@/components/ui/header";
import { addressOf, settlesWithin, useFilters } from "@/components/ui/use-filters";
import { useSettled } from "@/components/ui/use-settled";
import type { HostSummary } from "@/server/api/hub";
import type { Transfer } from "@/server/transfers/types";
import { type Filters, filtersOf, fits, stateFilters } from "./words";

/** All transfers there ever were, as far as they are remembered. */
export function HistoryPage() {
  const t = useT();
  const { hosts } = useLive();
  const [filters, setFilters] = useFilters("/transfers", filtersOf);
  return (
    <>
      <Header current="/transfers">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-5xl px-4 pt-8 pb-20 sm:px-6">
        <h1 className="text-xl font-semibold tracking-tight sm:text-2xl">{t`Transfers`}</h1>
        <p className="mt-1 max-w-prose text-muted">
          {t`What runs, and all that has ended, newest first. How long that is kept is among the settings.`}
        </p>
        <FilterForm filters={filters} hosts={[...hosts.values()]} onChange={setFilters} />
        <Past filters={filters} />
      </main>
    </>
  );
}

function FilterForm({
  filters,
  hosts,
  onChange,
}: {
  filters: Filters;
  hosts: readonly HostSummary[];
  onChange: (filters: Filters) => void;
}) {
  const t = useT();
  const id = useId();
  const names = hosts.map(({ name }) => name);
  return (
    <search>
      <form
        aria-label={t`Which transfers`}
        onSubmit={(event) => event.preventDefault()}
        className="mt-5 grid gap-4 rounded-lg border border-line bg-surface px-4 py-4 sm:grid-cols-3 sm:px-5"
      >
        <Field id={`${id}-dataset`} label={t`Dataset`}>
          <input
            id={`${id}-dataset`}
            type="search"
            placeholder={t`a part of its name`}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={255}
            value={filters.dataset}
            onChange={(event) => onChange({ ...filters, dataset: event.target.value })}
            className={inputClass}
          />
        </Field>
        <Field id={`${id}-host`} label={t`To host`}>
          <select
            id={`${id}-host`}
            value={filters.host}
            onChange={(event) => onChange({ ...filters, host: event.target.value })}
            className={inputClass}
          >
            <option value="">{t`Any`}</option>
            {[...new Set([...names, ...(filters.host === "" ? [] : [filters.host])])].map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </Field>
        <Field id={`${id}-state`} label={t`State`}>
          <select
            id={`${id}-state`}
            value={filters.state}
            onChange={(event) => onChange({ ...filters, state: event.target.value as Filters["state"] })}
            className={inputClass}
          >
            <option value="">{t`Any`}</option>
            {Object.entries(stateFilters).map(([state, words]) => (
              <option key={state} value={state}>
                {t(words)}
              </option>
            ))}
          </select>
        </Field>
      </form>
    </search>
  );
}

function Past({ filters }: { filters: Filters }) {
  const t = useT();
  const trpc = useTRPC();
  const live = useLive();
  const dataset = useSettled(filters.dataset.trim(), settlesWithin);
  const asked = {
    ...(filters.host === "" ? {} : { host: filters.host }),
    ...(dataset === "" ? {} : { dataset }),
    ...(filters.state === "" ? {} : { state: filters.state }),
  };
  const { data, error, isFetching, isPending, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery(
    trpc.transfers.past.infiniteQueryOptions(asked, { getNextPageParam: ({ next }) => next, staleTime: 0 }),
  );
  const transfers = useMemo(
    () =>
      merged(
        data?.pages.flatMap((page) => page.transfers) ?? [],
        [...live.transfers.values()],
        hasNextPage,
      ).filter((one) => fits(one, filters)),
    [data, live.transfers, hasNextPage, filters],
  );
  const problem = plainError(error);
  const unfiltered = addressOf(filters) === "";
  return (
    <div className="mt-5 space-y-4">
      {problem && (
        <ErrorProblem error={problem}>
          <Button onClick={() => void refetch()}>{t`Look again`}</Button>
        </ErrorProblem>
      )}
      {isPending && !problem && (
        <p role="status" className="flex items-center gap-2 text-muted">
          <LoaderCircle aria-hidden className="size-4 animate-spin" /> {t`Reading what is remembered…`}
        </p>
      )}
      {data && transfers.length === 0 && !isFetching && (
        <p role="status" className="text-muted">
          {unfiltered
            ? t`None yet. Whatever is resumed, started over or sent from here is kept with its commands, its attempts and its outcome.`
            : t`Nothing that is remembered fits this.`}
        </p>
      )}
      {transfers.length > 0 && (
        <ul
          aria-label={t`Transfers`}
          className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface"
        >
          {transfers.map((transfer) => (
            <TransferItem
              key={transfer.id}
              transfer={transfer}
              withProgress={!hasEnded(transfer.state)}
              finished={null}
            />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button disabled={isFetching} onClick={() => void fetchNextPage()}>
          {isFetching && <LoaderCircle aria-hidden className="animate-spin" />}
          {isFetching ? t`Reading…` : t`Show older`}
        </Button>
      )}
    </div>
  );
}

/**
 * What was read from the history, with those that changed or began since as they are now.
 * @param more whether older ones were not read yet: of those that are live none is shown before its time.
 */
function merged(past: readonly Transfer[], live: readonly Transfer[], more: boolean): Transfer[] {
  const oldest = past.at(-1)?.startedAt ?? 0;
  const all = new Map(past.map((one) => [one.id, one]));
  for (const one of live) if (all.has(one.id) || !more || one.startedAt >= oldest) all.set(one.id, one);
  return [...all.values()].sort((a, b) => b.startedAt - a.startedAt);
}
