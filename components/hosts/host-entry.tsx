"use client";

import { useQuery } from "@tanstack/react-query";
import { Fingerprint, LoaderCircle, Pencil, Stethoscope, Trash2 } from "lucide-react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
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
import { checkButtonOf, sinceWords } from "./words";

/** One host, what can be done with it, and what a check of it found. */
export function HostEntry({
  host,
  onAsk,
}: {
  host: ListedHost;
  onAsk: (act: "accept" | "edit" | "remove", button: HTMLElement) => void;
}) {
  const { name, address, added, zfsVersion, problem } = host;
  const t = useT();
  const trpc = useTRPC();
  const since = useClockText((now) => sinceWords(host, now));
  const refusal = useRefusal("hosts.update");
  // Only where somebody asks for it. It counts as long as it is in sight: another host may have this name later.
  const check = useQuery(
    trpc.hosts.check.queryOptions(
      { name },
      { enabled: false, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
    ),
  );
  const error = plainError(check.error);
  const unchangeable =
    refusal ?? (added ? null : t`${name} is changed where Halfway is configured (HALFWAY_CONFIG).`);
  const where = added?.port ? t`${address}, port ${added.port}` : t(address);
  const facts = [where, zfsVersion && `OpenZFS ${zfsVersion}`, t(since)].filter(Boolean);
  const showsOtherKey = added !== null && (host.otherKey === true || Boolean(check.data?.otherKey));
  return (
    <Entry
      label={name}
      title={
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0">{name}</span> <HostStatus status={host.status} />{" "}
          {!added && <Badge>{t`configured`}</Badge>}
        </span>
      }
      facts={facts.join(" · ")}
      below={
        <>
          {problem !== null && <p className="mt-2 text-danger wrap-anywhere">{t(problem)}</p>}
          {showsOtherKey && (
            <AllowedButton
              act="hosts.update"
              className="mt-2"
              onClick={(event) => onAsk("accept", event.currentTarget)}
            >
              <Fingerprint aria-hidden /> {t`Accept this fingerprint…`}
            </AllowedButton>
          )}
          {error && (
            <div className="mt-3">
              <ErrorProblem error={error} />
            </div>
          )}
          {check.data && <CheckView check={check.data} />}
        </>
      }
    >
      <AllowedButton
        act="hosts.check"
        id={checkButtonOf(name)}
        aria-label={t`Check ${name}`}
        disabled={check.isFetching}
        onClick={() => void check.refetch()}
      >
        {check.isFetching ? (
          <LoaderCircle aria-hidden className="animate-spin" />
        ) : (
          <Stethoscope aria-hidden />
        )}
        {t`Check`}
      </AllowedButton>
      <RefusableButton
        label={t`Change ${name}`}
        refusal={unchangeable}
        onClick={(button) => onAsk("edit", button)}
      >
        <Pencil aria-hidden /> {t`Change…`}
      </RefusableButton>
      <RefusableButton
        label={t`Remove ${name}`}
        refusal={unchangeable}
        onClick={(button) => onAsk("remove", button)}
      >
        <Trash2 aria-hidden /> {t`Remove…`}
      </RefusableButton>
    </Entry>
  );
}
