"use client";

import { CircleCheck, LoaderCircle, ServerOff } from "lucide-react";
import { memo } from "react";
import { Badge } from "@/components/ui/badge";
import { Ago } from "@/components/ui/clock";
import type { HostSummary } from "@/server/api/hub";

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
  const { name, address, problem, zfsVersion, answeredAt } = host;
  return (
    <li aria-label={name} className="rounded-lg border border-line bg-surface px-4 py-3">
      <p className="flex items-center justify-between gap-3">
        <span className="truncate font-semibold" title={name}>
          {name}
        </span>
        <HostStatus status={host.status} />
      </p>
      <p className="mt-1 text-xs text-muted wrap-anywhere">
        {[address, zfsVersion && `OpenZFS ${zfsVersion}`].filter(Boolean).join(" · ")}
      </p>
      <p className="text-xs text-muted">
        {answeredAt === null ? (
          "Has not answered yet"
        ) : (
          <>
            {host.status === "offline" ? "Last answered" : "Answered"} <Ago at={answeredAt} />
          </>
        )}
      </p>
      {problem !== null && <p className="mt-2 text-danger wrap-anywhere">{problem}</p>}
    </li>
  );
});

function HostStatus({ status }: { status: HostSummary["status"] }) {
  switch (status) {
    case "online":
      return (
        <Badge tone="ok">
          <CircleCheck aria-hidden /> Online
        </Badge>
      );
    case "offline":
      return (
        <Badge tone="danger">
          <ServerOff aria-hidden /> Offline
        </Badge>
      );
    case "reading":
      return (
        <Badge>
          <LoaderCircle aria-hidden className="animate-spin" /> Reading…
        </Badge>
      );
  }
}
