"use client";

import { X } from "lucide-react";
import Link from "next/link";
import { useMemo } from "react";
import { useT } from "@/components/language/language";
import { useLive } from "@/components/live/live";
import { ComesNext } from "@/components/transfers/comes-next";
import { TransferControls } from "@/components/transfers/controls";
import { DetailsLink } from "@/components/transfers/details-link";
import { TransferProgress } from "@/components/transfers/progress";
import { hasEnded, intentWords, stateWords } from "@/components/transfers/words";
import { Button, buttonClass } from "@/components/ui/button";
import { Ago } from "@/components/ui/clock";
import { Dialog, DialogTitle } from "@/components/ui/dialog";
import type { Transfer } from "@/server/transfers/types";
import { grouped } from "./grouped";
import { Notify } from "./notify";

/** What runs, what waits and what has ended lately, over any page. */
export function TransfersDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const { transfers } = useLive();
  const { running, waiting, ended } = useMemo(() => grouped([...transfers.values()]), [transfers]);
  return (
    <Dialog open={open} onClose={onClose} returnFocusTo={() => null} shape="side">
      <div className="flex items-center justify-between gap-3 border-b border-line py-2 pr-2 pl-5">
        <DialogTitle className="text-lg font-semibold">{t`Transfers`}</DialogTitle>
        <Button tone="quiet" aria-label={t`Close`} className="w-11 px-0! lg:w-8" onClick={onClose}>
          <X aria-hidden />
        </Button>
      </div>
      <div className="min-h-0 flex-1 space-y-6 overflow-y-auto px-5 py-4">
        {running.length + waiting.length === 0 && <p className="text-muted">{t`Nothing is under way.`}</p>}
        <Group title={t`Running`} transfers={running} onNavigate={onClose} />
        <Group title={t`Waiting`} transfers={waiting} onNavigate={onClose} />
        <Group title={t`Lately ended`} transfers={ended} onNavigate={onClose} />
      </div>
      <div className="space-y-3 border-t border-line px-5 py-3.5">
        <Notify />
        <Link
          href="/transfers"
          prefetch={false}
          onNavigate={onClose}
          className={buttonClass("plain", "w-full")}
        >
          {t`All transfers`}
        </Link>
      </div>
    </Dialog>
  );
}

/** @param onNavigate a page that one goes to must not open below the drawer. */
function Group({
  title,
  transfers,
  onNavigate,
}: {
  title: string;
  transfers: readonly Transfer[];
  onNavigate: () => void;
}) {
  if (transfers.length === 0) return null;
  return (
    <section>
      <h3 className="font-semibold">{title}</h3>
      <ul className="mt-1 divide-y divide-line">
        {transfers.map((transfer) => (
          <Item key={transfer.id} transfer={transfer} onNavigate={onNavigate} />
        ))}
      </ul>
    </section>
  );
}

function Item({ transfer, onNavigate }: { transfer: Transfer; onNavigate: () => void }) {
  const t = useT();
  const { dataset, host, intent, state, endedAt } = transfer;
  const over = hasEnded(state);
  return (
    <li className="space-y-2 py-3">
      <div>
        <p className="font-medium whitespace-pre-wrap wrap-anywhere">{dataset}</p>
        <p className="text-xs text-muted wrap-anywhere">
          {t.rich`on ${host} · ${t(intentWords[intent])} · ${<span className="font-medium text-ink">{t(stateWords[state])}</span>}`}
          {over && endedAt !== null && (
            <>
              {" "}
              <Ago at={endedAt} />
            </>
          )}
        </p>
      </div>
      {!over && state !== "queued" && <TransferProgress transfer={transfer} />}
      {!over && <ComesNext transfer={transfer} />}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <DetailsLink transfer={transfer} onNavigate={onNavigate} />
        {!over && <TransferControls transfer={transfer} />}
      </div>
    </li>
  );
}
