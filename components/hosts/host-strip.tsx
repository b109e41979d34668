"use client";

import { Lock, TriangleAlert } from "lucide-react";
import { memo } from "react";
import { Ago } from "@/components/ui/clock";
import type { HostSummary } from "@/server/api/hub";
import { HostStatus } from "./host-status";

/** Every host and how it answered last. */
export function HostStrip({ hosts }: { hosts: readonly HostSummary[] }) {
  return (
    <section aria-label="Hosts">
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,17rem),1fr))] gap-3">
        {hosts.map((host) => (
          <HostCard key={host.name} host={host} />
        ))}
      </ul>
    </section>
  );
}

const HostCard = memo(function HostCard({ host }: { host: HostSummary }) {
  const { name, address, problem, zfsVersion, answeredAt, troubledPools } = host;
  const about = [address !== name && address, zfsVersion && `OpenZFS ${zfsVersion}`].filter(Boolean);
  return (
    <li aria-label={name} className="rounded-lg border border-line bg-surface px-4 py-3">
      <p className="flex items-center justify-between gap-3">
        <span className="truncate font-semibold" title={name}>
          {name}
        </span>
        <HostStatus status={host.status} />
      </p>
      {about.length > 0 && <p className="mt-1 text-xs text-muted wrap-anywhere">{about.join(" · ")}</p>}
      <p className="text-xs text-muted">
        {answeredAt === null ? (
          "Has not answered yet"
        ) : (
          <>
            {host.status === "offline" ? "Last answered" : "Answered"} <Ago at={answeredAt} />
          </>
        )}
      </p>
      {troubledPools.length > 0 && (
        <ul aria-label={`Pools of ${name} in trouble`} className="mt-2 space-y-0.5">
          {troubledPools.map((pool) => (
            <TroubledPool key={pool.name} pool={pool} />
          ))}
        </ul>
      )}
      {problem !== null && <p className="mt-2 text-danger wrap-anywhere">{problem}</p>}
    </li>
  );
});

function TroubledPool({ pool }: { pool: HostSummary["troubledPools"][number] }) {
  const { name, health, readonly } = pool;
  const icon = "mt-0.5 size-4 shrink-0";
  return (
    <li className="flex gap-1.5">
      {health === "ONLINE" ? (
        <Lock aria-hidden className={`${icon} text-attention`} />
      ) : (
        <TriangleAlert aria-hidden className={`${icon} text-danger`} />
      )}
      <span className="min-w-0 wrap-anywhere">
        Pool <span className="font-medium">{name}</span>:{" "}
        {[health !== "ONLINE" && health, readonly && "read-only"].filter(Boolean).join(", ")}
      </span>
    </li>
  );
}
