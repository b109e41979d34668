"use client";

import { useQuery } from "@tanstack/react-query";
import { LoaderCircle, Pencil, Stethoscope, Trash2 } from "lucide-react";
import { useState } from "react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useRefusal } from "@/components/account/me";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Badge } from "@/components/ui/badge";
import { useClockText } from "@/components/ui/clock";
import { Entry } from "@/components/ui/entry";
import { ErrorProblem } from "@/components/ui/error-problem";
import { RefusableButton } from "@/components/ui/refusable-button";
import type { ListedHost } from "@/server/api/hosts";
import { CheckView } from "./check-view";
import { HostStatus } from "./host-status";
import { sinceWords } from "./words";

/** One host, what can be done with it, and what a check of it found. */
export function HostEntry({
  host,
  onAsk,
  onDone,
}: {
  host: ListedHost;
  onAsk: (act: "edit" | "remove", button: HTMLElement) => void;
  onDone: (words: string) => void;
}) {
  const { name, address, added, zfsVersion, problem } = host;
  const trpc = useTRPC();
  const since = useClockText((now) => sinceWords(host, now));
  const refusal = useRefusal("hosts.update");
  const [wanted, setWanted] = useState(false);
  const check = useQuery(
    trpc.hosts.check.queryOptions(
      { name },
      // It counts as long as it is in sight: another host may have this name later.
      { enabled: wanted, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
    ),
  );
  const error = plainError(check.error);
  const unchangeable = added
    ? refusal
    : (refusal ?? `${name} is changed where Halfway is configured (HALFWAY_CONFIG).`);
  const port = added?.port ? `, port ${added.port}` : "";
  const facts = [`${address}${port}`, zfsVersion && `OpenZFS ${zfsVersion}`, since].filter(Boolean);
  return (
    <Entry
      label={name}
      title={
        <>
          {name} <HostStatus status={host.status} /> {!added && <Badge>configured</Badge>}
        </>
      }
      facts={facts.join(" · ")}
      below={
        <>
          {problem !== null && <p className="mt-2 text-danger wrap-anywhere">{problem}</p>}
          {error && (
            <div className="mt-3">
              <ErrorProblem error={error} />
            </div>
          )}
          {check.data && (
            <CheckView
              check={check.data}
              added={added}
              onAccepted={(words) => {
                onDone(words);
                void check.refetch();
              }}
            />
          )}
        </>
      }
    >
      <AllowedButton
        act="hosts.check"
        aria-label={`Check ${name}`}
        disabled={check.isFetching}
        onClick={() => {
          if (wanted) void check.refetch();
          else setWanted(true);
        }}
      >
        {check.isFetching ? (
          <LoaderCircle aria-hidden className="animate-spin" />
        ) : (
          <Stethoscope aria-hidden />
        )}
        Check
      </AllowedButton>
      <RefusableButton
        label={`Change ${name}`}
        refusal={unchangeable}
        onClick={(button) => onAsk("edit", button)}
      >
        <Pencil aria-hidden /> Change…
      </RefusableButton>
      <RefusableButton
        label={`Remove ${name}`}
        refusal={unchangeable}
        onClick={(button) => onAsk("remove", button)}
      >
        <Trash2 aria-hidden /> Remove…
      </RefusableButton>
    </Entry>
  );
}
