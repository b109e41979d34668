"use client";

import { useMemo } from "react";
import { HostStrip } from "@/components/hosts/host-strip";
import { ConnectionState } from "@/components/live/connection";
import { useLive } from "@/components/live/live";
import { PlanDialogProvider } from "@/components/plans/plan-dialog";
import { ReceiveList } from "@/components/receives/receive-list";
import { TransferList } from "@/components/transfers/transfer-list";
import { Header } from "@/components/ui/header";
import { Asks } from "./asks";
import { Headline } from "./headline";
import { summarise } from "./summary";

/** The whole page, from “am I fine?” down to what was done lately. */
export function Overview() {
  const live = useLive();
  const hosts = useMemo(() => [...live.hosts.values()], [live.hosts]);
  const receives = useMemo(() => [...live.receivesByHost.values()].flat(), [live.receivesByHost]);
  const transfers = useMemo(
    () => [...live.transfers.values()].sort((a, b) => b.startedAt - a.startedAt),
    [live.transfers],
  );
  const shownAbove = useMemo(
    () =>
      new Set(
        receives.flatMap(({ activity }) =>
          activity.kind === "receiving" && activity.by === "halfway" ? [activity.transferId] : [],
        ),
      ),
    [receives],
  );
  const summary = useMemo(() => summarise(hosts, receives), [hosts, receives]);

  return (
    <PlanDialogProvider>
      <Header current="/">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-7xl space-y-8 px-4 pt-8 pb-20 sm:px-6">
        <Headline summary={summary} />
        <Asks />
        <HostStrip hosts={hosts} />
        <ReceiveList hosts={hosts} receivesByHost={live.receivesByHost} transfers={transfers} />
        <TransferList transfers={transfers} shownAbove={shownAbove} />
      </main>
    </PlanDialogProvider>
  );
}
