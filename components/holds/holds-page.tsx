"use client";

import { useQuery } from "@tanstack/react-query";
import { LoaderCircle, RefreshCw } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { ConnectionState } from "@/components/live/connection";
import { plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Header } from "@/components/ui/header";
import { Problem } from "@/components/ui/problem";
import { StatusNote } from "@/components/ui/status-note";
import type { Said } from "@/server/say";
import type { HeldSnapshot, HostHolds } from "@/server/transfers/holds";
import { Hold } from "./hold";
import { ReleaseDialog } from "./release-dialog";
import { useAnswering } from "./use-answering";
import { type Need, needOf, totalWords } from "./words";

/** Every snapshot that Halfway keeps from being destroyed, and how to let go of it. */
export function HoldsPage() {
  const t = useT();
  const trpc = useTRPC();
  const asking = useQuery(trpc.holds.list.queryOptions(undefined, { staleTime: 0 }));
  const [released, setReleased] = useState<Said | null>(null);
  const error = plainError(asking.error);
  const hosts = asking.data;
  const total = hosts ? totalWords(hosts) : null;
  return (
    <>
      <Header current="/holds">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-4xl px-4 pt-8 pb-20 sm:px-6">
        <h1 tabIndex={-1} className="text-xl font-semibold tracking-tight outline-none sm:text-2xl">
          {t`Holds`}
        </h1>
        <p className="mt-1 max-w-prose text-muted">
          {t.rich`While something is being sent, Halfway holds its snapshot and the one it builds on (${<code>zfs hold</code>}), so that nothing destroys them before the receive is complete. Then it lets go by itself.`}
        </p>
        <div className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-2">
          <Button disabled={asking.isFetching} onClick={() => void asking.refetch()}>
            {asking.isFetching ? (
              <LoaderCircle aria-hidden className="animate-spin" />
            ) : (
              <RefreshCw aria-hidden />
            )}
            {asking.isFetching ? t`Asking every host…` : t`Look again`}
          </Button>
          <p role="status" className="min-w-0 wrap-anywhere">
            {total !== null && t(total)}
          </p>
        </div>
        <div className="mt-6 space-y-8">
          {error && <ErrorProblem error={error} />}
          {hosts && (
            <OnHosts
              hosts={hosts}
              onReleased={(words) => {
                setReleased(words);
                void asking.refetch();
              }}
            />
          )}
        </div>
      </main>
      <StatusNote text={released === null ? null : t(released)} onDismiss={() => setReleased(null)} />
    </>
  );
}

function OnHosts({ hosts, onReleased }: { hosts: readonly HostHolds[]; onReleased: (words: Said) => void }) {
  const t = useT();
  const live = useLive();
  const [asked, setAsked] = useState<{ held: HeldSnapshot; opener: HTMLElement } | null>(null);
  const [open, setOpen] = useState(false);
  const transfers = useMemo(() => [...live.transfers.values()], [live.transfers]);
  const answering = useAnswering();
  if (hosts.every(({ holds, problem }) => problem === null && holds.length === 0)) {
    return (
      <p>
        {t`Halfway holds nothing: every host was asked. What it holds while it sends, and after an interruption until that is finished or aborted, is listed here.`}
      </p>
    );
  }
  return (
    <>
      {hosts.map((said) => (
        <OnHost
          key={said.host}
          said={said}
          needOf={(held) => needOf(held, transfers, answering)}
          onRelease={(held, opener) => {
            setAsked({ held, opener });
            setOpen(true);
          }}
        />
      ))}
      <ReleaseDialog
        held={asked?.held ?? null}
        need={asked && needOf(asked.held, transfers, answering)}
        opener={asked?.opener ?? null}
        open={open}
        onClose={() => setOpen(false)}
        onClosed={() => setAsked(null)}
        onReleased={(words) => {
          setOpen(false);
          onReleased(words);
        }}
      />
    </>
  );
}

function OnHost({
  said: { host, holds, problem },
  needOf,
  onRelease,
}: {
  said: HostHolds;
  needOf: (held: HeldSnapshot) => Need;
  onRelease: (held: HeldSnapshot, opener: HTMLElement) => void;
}) {
  const t = useT();
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="text-base font-semibold">
        {t`On ${host}`}
      </h2>
      {problem !== null ? (
        <div className="mt-2">
          <Problem sentence={t`What Halfway holds on ${host} could not be found out. ${problem}`} stderr="" />
        </div>
      ) : holds.length === 0 ? (
        <p className="mt-1 text-muted">{t`Nothing is held here.`}</p>
      ) : (
        <ul className="mt-3 divide-y divide-line rounded-lg border border-line bg-surface">
          {holds.map((held) => (
            <Hold
              key={`${held.snapshot} ${held.tag}`}
              held={held}
              need={needOf(held)}
              onRelease={(opener) => onRelease(held, opener)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
