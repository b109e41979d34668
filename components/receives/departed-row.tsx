"use client";

import { CircleCheck, CircleSlash, LoaderCircle, X } from "lucide-react";
import Link from "next/link";
import type { ReactNode, Ref } from "react";
import { useT } from "@/components/language/language";
import { abortedWords } from "@/components/plans/words";
import { DetailsLink } from "@/components/transfers/details-link";
import { hasEnded, stateWords } from "@/components/transfers/words";
import { Button } from "@/components/ui/button";
import type { ListedReceive } from "@/server/api/hub";
import type { Said } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";
import { Dataset, rowClass } from "./dataset";
import { StateLine } from "./state-line";
import type { DepartedReceive } from "./use-departed";

/** A receive that is interrupted no more, in the place where it stood: what became of it, and what may come next. */
export function DepartedRow({
  receive,
  by,
  transfer,
  place,
  index,
  onDismiss,
  ref,
}: DepartedReceive & {
  transfer: Transfer | undefined;
  place: number;
  index: number;
  onDismiss: (id: string) => void;
  ref: Ref<HTMLTableRowElement> | undefined;
}) {
  const t = useT();
  const { id, dataset } = receive;
  const { icon, title, words, of } = whatBecame(receive, by, transfer);
  return (
    <tr
      ref={ref}
      data-index={index}
      data-receive={id}
      aria-label={dataset}
      aria-rowindex={place}
      tabIndex={-1}
      className={`${rowClass} bg-sunken`}
    >
      <td className="block" />
      <th scope="row" className="block min-w-0 text-left font-normal max-sm:col-span-2">
        <Dataset receive={receive} />
      </th>
      <td className="block max-xl:hidden" />
      <td className="flex min-w-0 flex-wrap items-start justify-between gap-x-6 gap-y-2 max-xl:col-span-3">
        <div className="min-w-0 flex-1 space-y-1">
          <StateLine icon={icon}>{t(title)}</StateLine>
          {words !== null && <p className="text-xs/5 wrap-anywhere">{t(words)}</p>}
          <div className="flex flex-wrap gap-x-4 text-xs">
            {of ? (
              <DetailsLink transfer={of} />
            ) : (
              <Link
                href="/send"
                prefetch={false}
                className="w-fit rounded py-1 text-muted underline hover:text-ink pointer-coarse:py-3"
              >
                {t`Send a snapshot`}
              </Link>
            )}
          </div>
        </div>
        <Button
          tone="quiet"
          aria-label={t`Take ${dataset} off the list`}
          onClick={(event) => {
            // The focus goes on to what comes next, not to the top of the page.
            const row = event.currentTarget.closest("tr");
            const next = row?.nextElementSibling ?? row?.previousElementSibling;
            onDismiss(id);
            if (next instanceof HTMLElement && next.tabIndex === -1) next.focus({ preventScroll: true });
            else document.querySelector("h1")?.focus();
          }}
        >
          <X aria-hidden /> {t`Dismiss`}
        </Button>
      </td>
    </tr>
  );
}

type Became = { icon: ReactNode; title: Said; words: Said | null; of: Transfer | null };

function whatBecame(
  receive: ListedReceive,
  by: DepartedReceive["by"],
  transfer: Transfer | undefined,
): Became {
  if (by === "abort" || !transfer) {
    const icon = <CircleSlash aria-hidden className="text-muted" />;
    return { icon, title: abortedWords(receive), words: null, of: null };
  }
  const { state, message } = transfer;
  const icon = !hasEnded(state) ? (
    <LoaderCircle aria-hidden className="animate-spin text-muted" />
  ) : state === "finished" ? (
    <CircleCheck aria-hidden className="text-ok" />
  ) : (
    <CircleSlash aria-hidden className="text-muted" />
  );
  return { icon, title: stateWords[state], words: message, of: transfer };
}
