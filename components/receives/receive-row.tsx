"use client";

import { ArrowDownToLine } from "lucide-react";
import { memo, type Ref } from "react";
import { formatBytes } from "@/components/format";
import { useT } from "@/components/language/language";
import { ComesNext } from "@/components/transfers/comes-next";
import { TransferControls } from "@/components/transfers/controls";
import { DetailsLink } from "@/components/transfers/details-link";
import { Limit } from "@/components/transfers/limit";
import { TransferProgress } from "@/components/transfers/progress";
import { askedBy, hasEnded } from "@/components/transfers/words";
import { Ago } from "@/components/ui/clock";
import type { ListedReceive } from "@/server/api/hub";
import { type Said, say } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";
import { Dataset, rowClass } from "./dataset";
import { Idle } from "./idle";
import { StateLine } from "./state-line";
import { useForgottenStart } from "./use-start";

/**
 * One partial receive: a row where there is room, below each other where there is less, a card on a phone.
 * @param transfer the newest one into this dataset, if any.
 * @param unavailable id of the element that says why nothing can be done here now; null where it can.
 * @param place its row in the table, from 1; the head is the first.
 */
export const ReceiveRow = memo(function ReceiveRow({
  receive,
  transfer,
  unavailable,
  place,
  index,
  selected,
  onSelect,
  ref,
}: {
  receive: ListedReceive;
  transfer: Transfer | undefined;
  unavailable: string | null;
  place: number;
  /** Where it stands in the whole list, for whoever measures it. */
  index: number;
  selected: boolean;
  onSelect: (selected: boolean, ...ids: string[]) => void;
  /** Measures it, in a list that is longer than what is there of it. */
  ref: Ref<HTMLTableRowElement> | undefined;
}) {
  const t = useT();
  const { id, dataset, spaceHeld, activity } = receive;
  return (
    <tr
      ref={ref}
      data-index={index}
      data-receive={id}
      aria-label={dataset}
      aria-rowindex={place}
      tabIndex={-1}
      className={`${rowClass} ${selected ? "bg-[color-mix(in_oklab,var(--color-accent-soft)_50%,var(--color-surface))]" : "bg-surface"}`}
    >
      <td className="block">
        <label className="-m-2.5 grid size-11 place-items-center">
          <input
            type="checkbox"
            checked={selected}
            aria-label={t`Select ${dataset}`}
            onChange={(event) => onSelect(event.target.checked, id)}
            className="size-4 accent-accent"
          />
        </label>
      </td>
      <th scope="row" className="block min-w-0 text-left font-normal max-sm:col-span-2">
        <Dataset receive={receive} />
      </th>
      <td className="block text-xs/5 text-muted max-sm:col-span-2 max-sm:col-start-2 max-sm:-mt-2 max-sm:flex max-sm:flex-wrap max-sm:gap-x-3 sm:text-right xl:text-sm/5">
        <span className="block whitespace-nowrap">
          {t.rich`${<span className="text-ink">{formatBytes(spaceHeld)}</span>} held`}
        </span>
        <span className="block text-xs/5">
          <Age receive={receive} />
        </span>
      </td>
      <td className="block min-w-0 max-xl:col-span-3">
        {activity.kind === "idle" ? (
          <Idle receive={receive} unavailable={unavailable} transfer={transfer} />
        ) : (
          <Receiving id={id} activity={activity} transfer={transfer} />
        )}
      </td>
    </tr>
  );
});

/** Since when it stands still; where nobody saw that, or it does not, how long ago it began. */
function Age({ receive: { activity, began } }: { receive: ListedReceive }) {
  const t = useT();
  return activity.kind === "idle" && activity.since !== null
    ? t.rich`Stopped ${<Ago at={activity.since} />}`
    : t.rich`Began ${<Ago at={began} />}`;
}

function Receiving({
  id,
  activity,
  transfer,
}: {
  id: string;
  activity: Extract<ListedReceive["activity"], { kind: "receiving" }>;
  transfer: Transfer | undefined;
}) {
  const t = useT();
  useForgottenStart(id);
  const icon = <ArrowDownToLine aria-hidden className="text-accent" />;
  if (activity.by === "other") {
    return (
      <>
        <StateLine icon={icon}>{t`Being received now, not by Halfway`}</StateLine>
        <p className="mt-1 text-xs/5 text-muted wrap-anywhere">{t`How we know: ${activity.evidence}.`}</p>
      </>
    );
  }
  if (!transfer || transfer.id !== activity.transferId || hasEnded(transfer.state)) {
    return <StateLine icon={icon}>{t`Being received by Halfway`}</StateLine>;
  }
  const by = askedBy(transfer);
  return (
    <div className="grid gap-x-6 gap-y-3 xl:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0 space-y-2">
        <StateLine icon={icon}>
          {t.rich`${t(receivingWords(transfer.state))} ${<span className="font-normal text-muted">{t`from ${transfer.source.host}`}</span>}`}
        </StateLine>
        {transfer.state !== "queued" && <TransferProgress transfer={transfer} />}
        {transfer.message !== null && <p className="text-xs/5 wrap-anywhere">{t(transfer.message)}</p>}
        <ComesNext transfer={transfer} />
        {by !== null && <p className="text-xs text-muted wrap-anywhere">{t`It was ${by}.`}</p>}
        <div className="flex flex-wrap items-start gap-x-4 text-xs">
          <Limit transfer={transfer} />
          <DetailsLink transfer={transfer} />
        </div>
      </div>
      <div className="xl:w-82">
        <TransferControls transfer={transfer} />
      </div>
    </div>
  );
}

function receivingWords(state: Transfer["state"]): Said {
  if (state === "queued") return say`In Halfway's queue, to be received`;
  if (state === "waiting") return say`Interrupted; Halfway goes on by itself,`;
  return say`Being received by Halfway`;
}
