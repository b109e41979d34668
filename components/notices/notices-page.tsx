"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { ConnectionState } from "@/components/live/connection";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { Entries } from "@/components/ui/entry";
import { Header } from "@/components/ui/header";
import { NotYet } from "@/components/ui/not-yet";
import { StatusNote } from "@/components/ui/status-note";
import type { ListedWay } from "@/server/notices/notices";
import { RemoveWay } from "./remove-way";
import { RulesForm } from "./rules-form";
import { WayDialog } from "./way-dialog";
import { WayEntry } from "./way-entry";

/** What can be asked for. */
type Asked = { act: "add" } | { act: "edit" | "remove"; way: ListedWay };

/** By which ways people are told, how the last messages went, and what they are told when. */
export function NoticesPage() {
  const t = useT();
  const trpc = useTRPC();
  // How deliveries went is not in the stream of events: few look at it, and seldom.
  const { data, error, refetch } = useQuery(
    trpc.notices.get.queryOptions(undefined, { staleTime: 0, refetchInterval: 5_000 }),
  );
  const [asked, setAsked] = useState<(Asked & { opener: HTMLElement }) | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const finish = (words: string) => {
    setDone(words);
    void refetch();
  };
  return (
    <>
      <Header current="/notices">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-4xl space-y-10 px-4 pt-8 pb-24 sm:px-6">
        <section aria-labelledby="notices">
          <div className="flex flex-wrap items-start justify-between gap-3">
            <div>
              <h1
                id="notices"
                tabIndex={-1}
                className="text-xl font-semibold tracking-tight outline-none sm:text-2xl"
              >
                {t`Notices`}
              </h1>
              <p className="mt-1 max-w-prose text-muted">
                {t`Halfway can tell you what needs you, so that nobody has to look here for it. No resume token is ever in a message.`}
              </p>
            </div>
            <AllowedButton
              act="notices.saveWay"
              tone="primary"
              onClick={(event) => setAsked({ act: "add", opener: event.currentTarget })}
            >
              <Plus aria-hidden /> {t`Add a way…`}
            </AllowedButton>
          </div>
          {!data && <NotYet error={plainError(error)} onLookAgain={() => void refetch()} />}
          {data?.ways.length === 0 && (
            <p className="mt-3 rounded-lg border border-line bg-surface px-4 py-4">
              {t`No way is set up yet, so nobody is told anything.`}
            </p>
          )}
          {data && data.ways.length > 0 && (
            <Entries label={t`Ways`}>
              {data.ways.map((way) => (
                <WayEntry
                  key={way.id}
                  way={way}
                  onAsk={(act, opener) => setAsked({ act, way, opener })}
                  onTested={() => void refetch()}
                />
              ))}
            </Entries>
          )}
        </section>
        <section aria-labelledby="rules">
          <h2 id="rules" className="text-base font-semibold">
            {t`What is told`}
          </h2>
          <p className="mt-1 max-w-prose text-muted">
            {t`Each cause is told once, until it ends. What is noticed at the same time comes in one message, and what comes and goes is told once in a while.`}
          </p>
          {data && (
            <RulesForm
              saved={data.settings}
              zone={data.zone}
              onSaved={() => finish(t`What is told is saved. It counts from now on.`)}
            />
          )}
        </section>
      </main>
      {asked && (
        <AskedDialog asked={asked} opener={asked.opener} onDone={finish} onGone={() => setAsked(null)} />
      )}
      <StatusNote text={done} onDismiss={() => setDone(null)} />
    </>
  );
}

function AskedDialog({ asked, ...asking }: { asked: Asked } & Asking) {
  switch (asked.act) {
    case "add":
      return <WayDialog way={null} {...asking} />;
    case "edit":
      return <WayDialog way={asked.way} {...asking} />;
    case "remove":
      return <RemoveWay way={asked.way} {...asking} />;
  }
}
