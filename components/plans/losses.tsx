"use client";

import { CircleMinus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { formatBytes } from "@/components/format";
import { useT } from "@/components/language/language";
import { Button } from "@/components/ui/button";
import { Ago } from "@/components/ui/clock";
import { CommandLine } from "@/components/ui/command-line";
import type { Loss } from "@/server/receives/plan";
import { lossesListed, lossWords, lostSnapshotsSize, lostSnapshotsWords } from "./words";

/** So many of a long list of snapshots are read by everybody; the others, by whoever wants to. */
const shownAtFirst = 5;
/** Thousands at once would slow the page down. */
const shownMore = 200;

/** Everything that would be gone, each thing with its size. */
export function Losses({
  losses,
  dataset,
  host,
}: {
  losses: readonly Loss[];
  dataset: string;
  host: string;
}) {
  const t = useT();
  const { others, snapshots } = lossesListed(losses);
  return (
    <ul className="space-y-2">
      {others.map((loss) => (
        <Lost key={`${loss.what} ${loss.name}`} words={t(lossWords(loss))} size={formatBytes(loss.bytes)}>
          {loss.what === "changes" && loss.look !== null && (
            <div className="mt-1 text-xs">
              <p className="text-muted">{t`See what was changed, on ${host}:`}</p>
              <CommandLine host={host} command={loss.look} label={t`see what was changed in ${loss.name}`} />
            </div>
          )}
        </Lost>
      ))}
      {snapshots.length > 0 && (
        <Lost words={t(lostSnapshotsWords(snapshots, dataset))} size={t(lostSnapshotsSize(snapshots))}>
          <Snapshots snapshots={snapshots} />
        </Lost>
      )}
    </ul>
  );
}

function Lost({ words, size, children }: { words: string; size: string; children?: ReactNode }) {
  return (
    <li className="flex gap-2">
      <CircleMinus aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap justify-between gap-x-4">
          <span className="min-w-0 whitespace-pre-wrap wrap-anywhere">{words}</span>
          <span className="ml-auto font-medium whitespace-nowrap">{size}</span>
        </p>
        {children}
      </div>
    </li>
  );
}

/** The first of them by name, age and size, and the others as soon as they are wanted. */
function Snapshots({ snapshots }: { snapshots: ReturnType<typeof lossesListed>["snapshots"] }) {
  const t = useT();
  const [limit, setLimit] = useState(shownAtFirst);
  // A button for a single one more would take the room that this takes.
  const shown = snapshots.length <= limit + 1 ? snapshots : snapshots.slice(0, limit);
  const more = Math.min(shownMore, snapshots.length - shown.length);
  return (
    <>
      <ul aria-label={t`Snapshots that are lost`} className="mt-1 divide-y divide-line border-y border-line">
        {shown.map(({ name, bytes, creation }) => (
          <li key={name} className="flex flex-wrap justify-between gap-x-4 py-1 text-xs/5">
            <span className="min-w-0 font-mono whitespace-pre-wrap wrap-anywhere">
              {name.replace(/^[^@]*/, "")}
            </span>
            <span className="ml-auto text-muted">
              <Ago at={creation} /> · <span className="whitespace-nowrap">{formatBytes(bytes)}</span>
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <Button className="mt-2" onClick={() => setLimit(shown.length + more)}>
          {t`Show ${more} more of ${snapshots.length}`}
        </Button>
      )}
    </>
  );
}
