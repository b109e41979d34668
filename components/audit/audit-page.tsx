"use client";

import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import type { TRPCClientErrorLike } from "@trpc/client";
import { Download, LoaderCircle, RefreshCw } from "lucide-react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { useTRPC, useTRPCClient } from "@/components/live/client";
import { ConnectionState } from "@/components/live/connection";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Header } from "@/components/ui/header";
import { save } from "@/components/ui/save";
import { addressOf, settlesWithin, useFilters } from "@/components/ui/use-filters";
import { useSettled } from "@/components/ui/use-settled";
import type { AppRouter } from "@/server/api/root";
import { Act } from "./act";
import { FilterForm } from "./filter-form";
import { type Filters, fileName, filtersOf, queryOf } from "./words";

/** Who did what, or was refused. */
export function AuditPage() {
  const t = useT();
  const refusal = useRefusal("audit.list");
  return (
    <>
      <Header current="/audit">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-5xl px-4 pt-8 pb-20 sm:px-6">
        <h1 className="text-xl font-semibold tracking-tight sm:text-2xl">{t`Audit`}</h1>
        <p className="mt-1 max-w-prose text-muted">
          {t.rich`Who changed something or tried to, newest first. Nothing is ever removed from here; ${<code>halfway verify-audit</code>} says whether it is as it was written. An address is what the proxy in front says.`}
        </p>
        {refusal === null ? <Trail /> : <p className="mt-3">{refusal}</p>}
      </main>
    </>
  );
}

/** What was written down, as far as it was asked for. */
function Trail() {
  const trpc = useTRPC();
  const [filters, setFilters] = useFilters("/audit", filtersOf);
  // Also those that are listed no longer.
  const hosts = useQuery(trpc.audit.hosts.queryOptions(undefined, { staleTime: 0 }));
  return (
    <>
      <FilterForm filters={filters} hosts={hosts.data ?? []} onChange={setFilters} />
      <Acts filters={useSettled(filters, settlesWithin)} />
    </>
  );
}

function Acts({ filters }: { filters: Filters }) {
  const t = useT();
  const trpc = useTRPC();
  const { data, error, isFetching, isPending, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery(
    trpc.audit.list.infiniteQueryOptions(queryOf(filters), {
      getNextPageParam: ({ next }) => next,
      staleTime: 0,
    }),
  );
  const acts = data?.pages.flatMap((page) => page.acts) ?? [];
  const problem = plainError(error);
  return (
    <div className="mt-5 space-y-4">
      <div className="flex flex-wrap gap-2 max-sm:*:grow">
        <Button disabled={isFetching} onClick={() => void refetch()}>
          {isFetching ? <LoaderCircle aria-hidden className="animate-spin" /> : <RefreshCw aria-hidden />}
          {isFetching ? t`Reading…` : t`Look again`}
        </Button>
        <Export filters={filters} />
      </div>
      {problem && <ErrorProblem error={problem} />}
      {isPending && !problem && (
        <p role="status" className="text-muted">
          {t`Reading what was written down…`}
        </p>
      )}
      {data && acts.length === 0 && (
        <p role="status" className="text-muted">
          {addressOf(filters) === ""
            ? t`Nothing yet. Whatever changes something is written down here, before it is done and after.`
            : t`Nothing that was written down fits this.`}
        </p>
      )}
      {acts.length > 0 && (
        <ul
          aria-label={t`Acts`}
          className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface"
        >
          {acts.map((act) => (
            <Act key={act.id} act={act} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button disabled={isFetching} onClick={() => void fetchNextPage()}>
          {t`Show older`}
        </Button>
      )}
    </div>
  );
}

/** Whatever fits the filters as a file: every row as it is hashed, a line each. */
function Export({ filters }: { filters: Filters }) {
  const t = useT();
  const client = useTRPCClient();
  const exporting = useMutation<void, TRPCClientErrorLike<AppRouter>>({
    mutationFn: async () => {
      const pieces: string[] = [];
      let cursor: number | null = 0;
      while (cursor !== null) {
        const piece: { lines: string; next: number | null } = await client.audit.export.query({
          ...queryOf(filters),
          cursor,
        });
        pieces.push(piece.lines);
        cursor = piece.next;
      }
      save(fileName(Date.now()), pieces.join(""), "application/jsonl");
    },
  });
  const problem = plainError(exporting.error);
  return (
    <>
      <AllowedButton act="audit.export" disabled={exporting.isPending} onClick={() => exporting.mutate()}>
        {exporting.isPending ? (
          <LoaderCircle aria-hidden className="animate-spin" />
        ) : (
          <Download aria-hidden />
        )}
        {t`Download`}
      </AllowedButton>
      {problem && (
        <div className="basis-full">
          <ErrorProblem error={problem} />
        </div>
      )}
    </>
  );
}
