"use client";

import { useDeferredValue, useMemo } from "react";
import { OtherHosts } from "@/components/hosts/host-heading";
import { useT } from "@/components/language/language";
import { ConnectionState } from "@/components/live/connection";
import { useLive } from "@/components/live/live";
import { countOf } from "@/components/live/state";
import { PlanDialogProvider } from "@/components/plans/plan-dialog";
import { ReceiveList } from "@/components/receives/receive-list";
import { TransferList } from "@/components/transfers/transfer-list";
import { Header } from "@/components/ui/header";
import { Asks } from "./asks";
import { Headline } from "./headline";
import { summarise } from "./summary";

/** The whole page, from “am I fine?” down to what was done lately. */
export function Overview() {
  const t = useT();
  const live = useLive();
  // Thousands of rows are put in order when there is time for it.
  const receivesByHost = useDeferredValue(live.receivesByHost);
  // With them, or it would be said too early that there is none.
  const complete = useDeferredValue(live.complete);
  const hosts = useMemo(() => [...live.hosts.values()], [live.hosts]);
  const transfers = useMemo(
    () => [...live.transfers.values()].sort((a, b) => b.startedAt - a.startedAt),
    [live.transfers],
  );
  const shownAbove = useMemo(
    () =>
      new Set(
        [...receivesByHost.values()]
          .flat()
          .flatMap(({ activity }) =>
            activity.kind === "receiving" && activity.by === "halfway" ? [activity.transferId] : [],
          ),
      ),
    [receivesByHost],
  );
  const summary = useMemo(() => summarise(hosts, live.tallies), [hosts, live.tallies]);

  return (
    <PlanDialogProvider>
      <Header current="/">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-7xl space-y-8 px-4 pt-8 pb-20 sm:px-6">
        <Headline summary={summary} />
        <Asks />
        <ReceiveList
          hosts={hosts}
          receivesByHost={receivesByHost}
          tallies={live.tallies}
          complete={complete}
          transfers={transfers}
        />
        <OtherHosts
          label={t`Hosts with nothing interrupted`}
          hosts={hosts.filter(({ name }) => countOf(live.tallies.get(name)) === 0)}
        />
        <TransferList transfers={transfers} shownAbove={shownAbove} />
      </main>
    </PlanDialogProvider>
  );
}
