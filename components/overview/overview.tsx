"use client";

import { useMemo } from "react";
import { HostStrip } from "@/components/hosts/host-strip";
import { ConnectionState } from "@/components/live/connection";
import { useLive } from "@/components/live/live";
import { PlanDialogProvider } from "@/components/plans/plan-dialog";
import { ReceiveList } from "@/components/receives/receive-list";
import { TransferList } from "@/components/transfers/transfer-list";
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
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex min-h-12 max-w-7xl flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2 sm:px-6">
          <p className="flex items-center gap-2 text-base font-semibold tracking-tight">
            <Logo /> Halfway
          </p>
          <ConnectionState />
        </div>
      </header>
      <main className="mx-auto max-w-7xl space-y-8 px-4 pt-8 pb-20 sm:px-6">
        <Headline summary={summary} />
        <HostStrip hosts={hosts} />
        <ReceiveList hosts={hosts} receivesByHost={live.receivesByHost} transfers={transfers} />
        <TransferList transfers={transfers} shownAbove={shownAbove} />
      </main>
    </PlanDialogProvider>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className="size-6 text-accent">
      <circle cx="16" cy="16" r="12" fill="none" stroke="currentColor" strokeWidth="4" />
      <path d="M16 4a12 12 0 0 0 0 24z" fill="currentColor" />
    </svg>
  );
}
