"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatBytes, plural } from "@/components/format";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Choose } from "@/components/ui/choose";
import { Ago } from "@/components/ui/clock";
import { useSettled } from "@/components/ui/use-settled";
import type { ListedSnapshot } from "@/server/api/snapshots";
import type { Dataset } from "@/server/zfs/output";

const staysFor = 60_000;

/** One of a host's filesystems and volumes. */
export function ChooseDataset({
  host,
  value,
  onChoose,
}: {
  host: string;
  value: string | null;
  onChoose: (name: string | null) => void;
}) {
  const trpc = useTRPC();
  const { data, error, isFetching } = useQuery(
    trpc.snapshots.datasets.queryOptions({ host }, { enabled: host !== "", staleTime: staysFor }),
  );
  const datasets = data?.datasets ?? [];
  const suspended = data?.suspended ?? [];
  const help =
    plainError(error)?.sentence ??
    (suspended.length > 0 ? `Without what lies on ${suspended.join(", ")}: suspended.` : null);
  return (
    <Choose<Dataset>
      label="Dataset"
      help={help}
      items={datasets}
      value={datasets.find(({ name }) => name === value) ?? null}
      nameOf={({ name }) => name}
      row={({ name, type, used, encrypted }) => (
        <Row
          name={name}
          about={[type === "volume" && "volume", encrypted && "encrypted", formatBytes(used)]}
        />
      )}
      disabled={host === ""}
      empty={isFetching ? "Looking…" : "No dataset has a name like that."}
      onChoose={(dataset) => onChoose(dataset?.name ?? null)}
    />
  );
}

/** One of a dataset's snapshots; of many only the newest are listed, and the others are found by a part of their name. */
export function ChooseSnapshot({
  host,
  dataset,
  onChoose,
}: {
  host: string;
  dataset: string | null;
  onChoose: (name: string | null) => void;
}) {
  const trpc = useTRPC();
  const [chosen, setChosen] = useState<ListedSnapshot | null>(null);
  const [typed, setTyped] = useState("");
  const find = useSettled(typed, 250);
  const { data, error, isFetching } = useQuery(
    trpc.snapshots.list.queryOptions(
      { host, dataset: dataset ?? "", find },
      { enabled: dataset !== null, staleTime: staysFor / 6, placeholderData: keepPreviousData },
    ),
  );
  return (
    <Choose<ListedSnapshot>
      label="Snapshot"
      help={plainError(error)?.sentence ?? howMany(dataset, data)}
      items={data?.snapshots ?? []}
      value={chosen}
      nameOf={({ name }) => name.replace(/^[^@]*@/, "")}
      row={({ name, creation, referenced, written }) => (
        <Row
          name={name.replace(/^[^@]*@/, "")}
          about={[<Ago key="ago" at={creation} />, `${formatBytes(written)} new`, formatBytes(referenced)]}
        />
      )}
      disabled={dataset === null}
      empty={isFetching || typed !== find ? "Looking…" : "No snapshot has a name like that."}
      onChoose={(snapshot) => {
        setChosen(snapshot);
        onChoose(snapshot?.name ?? null);
      }}
      onSearch={setTyped}
    />
  );
}

function howMany(
  dataset: string | null,
  data: { snapshots: readonly unknown[]; matching: number; total: number } | undefined,
): string | null {
  if (dataset === null || !data) return null;
  if (data.total === 0) return `${dataset} has no snapshots. Take one first: zfs snapshot ${dataset}@NAME`;
  const all = `${plural(data.total, "snapshot")}, newest first.`;
  return data.total > data.snapshots.length && data.matching === data.total
    ? `${all} Type a part of the name to find older ones.`
    : all;
}

function Row({ name, about }: { name: string; about: React.ReactNode[] }) {
  const facts = about.filter(Boolean);
  return (
    <span className="flex flex-wrap items-baseline justify-between gap-x-4">
      <span className="min-w-0">{name}</span>
      <span className="flex gap-x-2 text-xs font-normal text-muted">
        {facts.map((fact, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed order of at most three
          <span key={at}>{fact}</span>
        ))}
      </span>
    </span>
  );
}
