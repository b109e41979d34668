"use client";

import { Lock, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useT } from "@/components/language/language";
import { Ago } from "@/components/ui/clock";
import type { HostSummary } from "@/server/api/hub";
import { HostStatus } from "./host-status";

/** Where a host is, what it runs, and how old what is known of it is. */
export function HostFacts({ host }: { host: HostSummary }) {
  const t = useT();
  const { name, address, status, zfsVersion, answeredAt } = host;
  return (
    <p className="flex flex-wrap gap-x-2 text-xs/5 text-muted wrap-anywhere">
      {address !== name && <span>{address}</span>}
      {zfsVersion && <span>OpenZFS {zfsVersion}</span>}
      <span>
        {answeredAt === null
          ? t`Has not answered yet`
          : status === "offline"
            ? t.rich`Last answered ${<Ago at={answeredAt} />}`
            : t.rich`Answered ${<Ago at={answeredAt} />}`}
      </span>
    </p>
  );
}

/** What is wrong with a host or its pools; nothing where all is well. */
export function HostTroubles({ host: { name, problem, troubledPools } }: { host: HostSummary }) {
  const t = useT();
  return (
    <>
      {troubledPools.length > 0 && (
        <ul aria-label={t`Pools of ${name} in trouble`} className="mt-1 space-y-0.5">
          {troubledPools.map((pool) => (
            <TroubledPool key={pool.name} pool={pool} />
          ))}
        </ul>
      )}
      {problem !== null && <p className="mt-1 text-danger wrap-anywhere">{t(problem)}</p>}
    </>
  );
}

/** What a host's receives stand below: whether it answers, where it is, and what is wrong with it. */
export function HostHeading({ host, children }: { host: HostSummary; children: ReactNode }) {
  return (
    <div className="pt-8 pb-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="text-base font-semibold wrap-anywhere">{host.name}</h2>
        <HostStatus status={host.status} />
        <HostFacts host={host} />
        <p className="text-xs/5 text-muted sm:ml-auto">{children}</p>
      </div>
      <HostTroubles host={host} />
    </div>
  );
}

/** Hosts without anything that is interrupted: small, but there. */
export function OtherHosts({ label, hosts }: { label: string; hosts: readonly HostSummary[] }) {
  if (hosts.length === 0) return null;
  return (
    <section aria-label={label}>
      <ul className="grid items-start grid-cols-[repeat(auto-fill,minmax(min(100%,17rem),1fr))] gap-3">
        {hosts.map((host) => (
          <li
            key={host.name}
            aria-label={host.name}
            className="rounded-lg border border-line bg-surface px-4 py-2.5"
          >
            <p className="flex items-center justify-between gap-3">
              <span className="min-w-0 font-medium wrap-anywhere">{host.name}</span>
              <HostStatus status={host.status} />
            </p>
            <HostFacts host={host} />
            <HostTroubles host={host} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function TroubledPool({ pool }: { pool: HostSummary["troubledPools"][number] }) {
  const t = useT();
  const { name, health, readonly } = pool;
  const icon = "mt-0.5 size-4 shrink-0";
  const how = [...(health === "ONLINE" ? [] : [health]), ...(readonly ? [t`read-only`] : [])].join(", ");
  return (
    <li className="flex gap-1.5">
      {health === "ONLINE" ? (
        <Lock aria-hidden className={`${icon} text-attention`} />
      ) : (
        <TriangleAlert aria-hidden className={`${icon} text-danger`} />
      )}
      <span className="min-w-0 wrap-anywhere">
        {t.rich`Pool ${<span className="font-medium">{name}</span>}: ${how}`}
      </span>
    </li>
  );
}
