"use client";

import { memo, useId, useMemo } from "react";
import { plural } from "@/components/format";
import { Ago } from "@/components/ui/clock";
import { Reasons } from "@/components/ui/refusable-button";
import type { HostSummary } from "@/server/api/hub";
import type { PartialReceive } from "@/server/receives/types";
import type { Transfer } from "@/server/transfers/types";
import { ForceMenu } from "./force-menu";
import { ReceiveRow } from "./receive-row";

/**
 * Every partial receive, grouped by host.
 * @param transfers newest first; each row shows the newest one of its dataset.
 */
export function ReceiveList({
  hosts,
  receivesByHost,
  transfers,
}: {
  hosts: readonly HostSummary[];
  receivesByHost: ReadonlyMap<string, readonly PartialReceive[]>;
  transfers: readonly Transfer[];
}) {
  const newest = useMemo(() => newestByReceive(transfers), [transfers]);
  const groups = hosts.flatMap((host) => {
    const receives = receivesByHost.get(host.name) ?? [];
    return receives.length === 0 ? [] : [{ host, receives }];
  });
  return (
    <>
      {groups.map(({ host, receives }) => (
        <HostReceives
          key={host.name}
          host={host.name}
          silentSince={host.status === "offline" ? (host.answeredAt ?? "ever") : null}
          receives={receives}
          newest={newest}
        />
      ))}
      <ForceMenu />
      <Reasons />
    </>
  );
}

function newestByReceive(newestFirst: readonly Transfer[]): ReadonlyMap<string, Transfer> {
  const newest = new Map<string, Transfer>();
  for (const transfer of newestFirst) {
    const id = `${transfer.host}:${transfer.dataset}`;
    if (!newest.has(id)) newest.set(id, transfer);
  }
  return newest;
}

/**
 * The receives of one host.
 * @param silentSince when a host that is silent now answered last; `ever` if it never did, null where it answers.
 */
const HostReceives = memo(function HostReceives({
  host,
  silentSince,
  receives,
  newest,
}: {
  host: string;
  silentSince: number | "ever" | null;
  receives: readonly PartialReceive[];
  newest: ReadonlyMap<string, Transfer>;
}) {
  const sorted = useMemo(() => inOrder(receives), [receives]);
  const headingId = useId();
  const reasonId = useId();
  return (
    <section aria-labelledby={headingId}>
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 id={headingId} className="text-base font-semibold">
          Receives on {host}
        </h2>
        <p className="text-muted">{plural(receives.length, "dataset")}</p>
      </div>
      {silentSince !== null && (
        <p id={reasonId} className="mt-1 text-attention">
          {host} does not answer. This list is {silentSince === "ever" ? "old" : <AsOf at={silentSince} />},
          and nothing can be done here until it answers again.
        </p>
      )}
      <table
        aria-labelledby={headingId}
        className="mt-3 w-full border-separate border-spacing-0 rounded-lg max-lg:flex max-lg:flex-col max-lg:gap-3 lg:table-fixed lg:border lg:border-line lg:bg-surface"
      >
        <thead className="max-lg:sr-only">
          <tr className="text-left text-xs text-muted [&>th]:border-b [&>th]:border-line [&>th]:px-3 [&>th]:py-2 [&>th]:font-medium [&>th:first-child]:pl-4">
            <th scope="col">Dataset</th>
            <th scope="col" className="w-24 lg:text-right">
              Received
            </th>
            <th scope="col" className="w-24 lg:text-right">
              Space held
            </th>
            <th scope="col" className="w-28">
              Began
            </th>
            <th scope="col" className="w-120 xl:w-168">
              Activity
            </th>
          </tr>
        </thead>
        <tbody className="max-lg:flex max-lg:flex-col max-lg:gap-3">
          {sorted.map((receive) => (
            <ReceiveRow
              key={receive.id}
              receive={receive}
              transfer={newest.get(receive.id)}
              unavailable={silentSince === null ? null : reasonId}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
});

function AsOf({ at }: { at: number }) {
  return (
    <>
      as of <Ago at={at} />
    </>
  );
}

/**
 * By name, but what others receive comes last: it needs nobody. What Halfway receives stays in its place, or rows
 * would move under the pointer of the person who just pressed Resume.
 */
function inOrder(receives: readonly PartialReceive[]): PartialReceive[] {
  const rank = ({ activity }: PartialReceive) =>
    activity.kind === "receiving" && activity.by === "other" ? 1 : 0;
  const byName = new Intl.Collator("en", { numeric: true });
  return receives.toSorted((a, b) => rank(a) - rank(b) || byName.compare(a.dataset, b.dataset));
}
