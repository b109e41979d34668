"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatBytes } from "@/components/format";
import { useT } from "@/components/language/language";
import type { Language } from "@/components/language/languages";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Choose } from "@/components/ui/choose";
import { Ago } from "@/components/ui/clock";
import { FieldProblem } from "@/components/ui/field-problem";
import { useSettled } from "@/components/ui/use-settled";
import type { ListedSnapshot } from "@/server/api/snapshots";
import { counted, listed, type Said, say } from "@/server/say";
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
  const t = useT();
  const trpc = useTRPC();
  const { data, error, isFetching } = useQuery(
    trpc.snapshots.datasets.queryOptions({ host }, { enabled: host !== "", staleTime: staysFor }),
  );
  const datasets = data?.datasets ?? [];
  const suspended = data?.suspended ?? [];
  const help =
    plainError(error)?.sentence ??
    (suspended.length > 0 ? say`Without what lies on ${listed(suspended)}: suspended.` : null);
  return (
    <Choose<Dataset>
      label={t`Dataset`}
      help={help === null ? null : error ? <FieldProblem text={help} /> : t(help)}
      items={datasets}
      value={datasets.find(({ name }) => name === value) ?? null}
      nameOf={({ name }) => name}
      row={({ name, type, used, encrypted }) => (
        <Row
          name={name}
          about={[type === "volume" && t`volume`, encrypted && t`encrypted`, formatBytes(used)]}
        />
      )}
      disabled={host === ""}
      empty={isFetching ? t`Looking…` : t`No dataset has a name like that.`}
      onChoose={(dataset) => onChoose(dataset?.name ?? null)}
    />
  );
}

/** One of a dataset's snapshots; of many only the newest are listed, and the others are found by a part of their name. */
export function ChooseSnapshot({
  host,
  dataset,
  problem,
  onChoose,
}: {
  host: string;
  dataset: string | null;
  /** What is wrong with the one that is chosen. */
  problem: string | null;
  onChoose: (name: string | null) => void;
}) {
  const t = useT();
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
  const wrong = plainError(error)?.sentence ?? problem;
  const count = howMany(dataset, data, t.language);
  return (
    <Choose<ListedSnapshot>
      label={t`Snapshot`}
      help={wrong !== null ? <FieldProblem text={wrong} /> : count !== null && t(count)}
      items={data?.snapshots ?? []}
      value={chosen}
      nameOf={({ name }) => name.replace(/^[^@]*@/, "")}
      row={({ name, creation, referenced, written }) => (
        <Row
          name={name.replace(/^[^@]*@/, "")}
          about={[<Ago key="ago" at={creation} />, t`${formatBytes(written)} new`, formatBytes(referenced)]}
        />
      )}
      disabled={dataset === null}
      empty={isFetching || typed !== find ? t`Looking…` : t`No snapshot has a name like that.`}
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
  language: Language,
): Said | null {
  if (dataset === null || !data) return null;
  const { total } = data;
  if (total === 0) {
    return say`${dataset} has no snapshots. Take one first: ${`zfs snapshot ${dataset}@NAME`}`;
  }
  const many = total.toLocaleString(language);
  return total > data.snapshots.length && data.matching === total
    ? say`${many} snapshots, newest first. Type a part of the name to find older ones.`
    : counted(total, say`1 snapshot.`, say`${many} snapshots, newest first.`);
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
