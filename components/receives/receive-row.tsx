"use client";

import { ArrowDownToLine } from "lucide-react";
import { memo } from "react";
import { formatBytes } from "@/components/format";
import { ComesNext } from "@/components/transfers/comes-next";
import { TransferControls } from "@/components/transfers/controls";
import { DetailsLink } from "@/components/transfers/details-link";
import { Limit } from "@/components/transfers/limit";
import { TransferProgress } from "@/components/transfers/progress";
import { askedBy, hasEnded } from "@/components/transfers/words";
import { Badge } from "@/components/ui/badge";
import { Ago } from "@/components/ui/clock";
import type { PartialReceive } from "@/server/receives/types";
import type { Transfer } from "@/server/transfers/types";
import { Idle } from "./idle";
import { StateLine } from "./state-line";

const cell =
  "max-lg:block lg:border-t lg:border-line lg:px-3 lg:py-3 lg:align-top lg:[tr:first-child>&]:border-t-0";
const figure = `${cell} max-lg:before:block max-lg:before:text-xs max-lg:before:text-muted max-lg:before:content-[attr(data-label)] whitespace-nowrap`;

/**
 * One partial receive: a table row, and a card where there is no room for a table.
 * @param transfer the newest one into this dataset, if any.
 * @param unavailable id of the element that says why nothing can be done here now; null where it can.
 */
export const ReceiveRow = memo(function ReceiveRow({
  receive,
  transfer,
  unavailable,
}: {
  receive: PartialReceive;
  transfer: Transfer | undefined;
  unavailable: string | null;
}) {
  const { dataset, spaceHeld, began, activity } = receive;
  return (
    <tr
      aria-label={dataset}
      className="max-lg:grid max-lg:grid-cols-3 max-lg:gap-x-4 max-lg:gap-y-3 max-lg:rounded-lg max-lg:border max-lg:border-line max-lg:bg-surface max-lg:p-4"
    >
      <th scope="row" className={`${cell} text-left font-normal max-lg:col-span-3 lg:pl-4`}>
        <Dataset receive={receive} />
      </th>
      <td data-label="Received" className={`${figure} lg:text-right`}>
        {receivedWords(receive)}
      </td>
      <td data-label="Space held" className={`${figure} lg:text-right`}>
        {formatBytes(spaceHeld)}
      </td>
      <td data-label="Began" className={figure}>
        <Ago at={began} />
      </td>
      <td className={`${cell} max-lg:col-span-3 lg:pr-4`}>
        {activity.kind === "idle" ? (
          <Idle receive={receive} unavailable={unavailable} transfer={transfer} />
        ) : (
          <Receiving activity={activity} transfer={transfer} />
        )}
      </td>
    </tr>
  );
});

/** ZFS writes down how far a receive is every few seconds, and at its beginning not at all. */
function receivedWords({ token, activity }: PartialReceive): string {
  if (!token.ok) return "not known";
  if (token.value.bytes === 0n && activity.kind === "receiving") return "not known yet";
  return formatBytes(token.value.bytes);
}

function Dataset({ receive }: { receive: PartialReceive }) {
  const { dataset, token, type, stateIn } = receive;
  const created = stateIn === "dataset";
  return (
    <>
      <p className="font-semibold whitespace-pre-wrap wrap-anywhere">{dataset}</p>
      <p className="mt-1 text-xs/5 text-muted">
        {token.ok && <Badge tone="accent">{token.value.fromGuid === null ? "full" : "incremental"}</Badge>}{" "}
        <span
          title={
            created
              ? "This receive creates the dataset. Aborting it removes the dataset."
              : `What was received is kept in ${dataset}/%recv, apart from the dataset's own data.`
          }
        >
          {[
            created ? `new ${type}` : `into an existing ${type}`,
            ...(token.ok ? flagsOf(token.value) : []),
          ].join(" · ")}
        </span>
      </p>
      {token.ok && (
        <p className="mt-1 text-xs text-muted whitespace-pre-wrap wrap-anywhere">from {token.value.toName}</p>
      )}
    </>
  );
}

type Token = Extract<PartialReceive["token"], { ok: true }>["value"];

/** How the stream was made; the rest of it must be made the same way. */
function flagsOf(token: Token): string[] {
  return [
    token.raw ? "raw" : [],
    token.compressed ? "compressed" : [],
    token.embedded ? "embedded" : [],
    token.largeBlocks ? "large blocks" : [],
  ].flat();
}

function Receiving({
  activity,
  transfer,
}: {
  activity: Extract<PartialReceive["activity"], { kind: "receiving" }>;
  transfer: Transfer | undefined;
}) {
  const icon = <ArrowDownToLine aria-hidden className="text-accent" />;
  if (activity.by === "other") {
    return (
      <>
        <StateLine icon={icon}>Being received now, not by Halfway</StateLine>
        <p className="mt-1 text-xs text-muted wrap-anywhere">How we know: {activity.evidence}.</p>
      </>
    );
  }
  if (!transfer || transfer.id !== activity.transferId || hasEnded(transfer.state)) {
    return <StateLine icon={icon}>Being received by Halfway</StateLine>;
  }
  const by = askedBy(transfer);
  return (
    <div className="flex flex-col gap-3 lg:flex-row lg:items-start lg:gap-5">
      <div className="min-w-0 flex-1">
        <StateLine icon={icon}>
          {receivingWords(transfer.state)}{" "}
          <span className="font-normal text-muted">from {transfer.source.host}</span>
        </StateLine>
        {transfer.state !== "queued" && (
          <div className="mt-2">
            <TransferProgress transfer={transfer} />
          </div>
        )}
        {transfer.message !== null && <p className="mt-1 text-xs wrap-anywhere">{transfer.message}</p>}
        <ComesNext transfer={transfer} />
        {by !== null && <p className="mt-1 text-xs text-muted wrap-anywhere">It was {by}.</p>}
        <div className="mt-1 flex flex-col text-xs">
          <Limit transfer={transfer} />
          <DetailsLink transfer={transfer} />
        </div>
      </div>
      <TransferControls transfer={transfer} />
    </div>
  );
}

function receivingWords(state: Transfer["state"]): string {
  if (state === "queued") return "In Halfway's queue, to be received";
  if (state === "waiting") return "Interrupted; Halfway goes on by itself,";
  return "Being received by Halfway";
}
