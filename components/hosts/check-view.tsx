"use client";

import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleX, Info, LoaderCircle, X } from "lucide-react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Badge } from "@/components/ui/badge";
import { Ago } from "@/components/ui/clock";
import { CommandLine } from "@/components/ui/command-line";
import { Copyable } from "@/components/ui/copyable";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Verbatim } from "@/components/ui/verbatim";
import type { ListedHost } from "@/server/api/hosts";
import type { Check, Finding, Fix, PlaceRights } from "@/server/hosts/findings";
import type { Act } from "@/server/zfs/delegation";
import { actWords, lookedWords, verdictWords } from "./words";

/** What a check found: what works with a host, and the lines that make the rest work. */
export function CheckView({
  check,
  added,
  onAccepted,
}: {
  check: Check;
  added: ListedHost["added"];
  onAccepted: (words: string) => void;
}) {
  const { host, at, findings, rights, otherKey } = check;
  return (
    <section aria-label={`Check of ${host}`} className="mt-3 border-t border-line pt-3">
      <p role="status">
        <span className="font-medium">{verdictWords(check)}</span>{" "}
        <span className="text-muted">
          Looked <Ago at={at} />; nothing was changed.
        </span>
      </p>
      <ul aria-label={`What was found on ${host}`} className="mt-2 space-y-2">
        {findings.map((finding) => (
          <FindingLine key={finding.what} finding={finding}>
            {finding.what === "rights" && rights.length > 0 && <Rights rights={rights} />}
            {finding.what === "host-key" && otherKey && added && (
              <OtherKey host={host} added={added} otherKey={otherKey} onAccepted={onAccepted} />
            )}
          </FindingLine>
        ))}
      </ul>
    </section>
  );
}

function FindingLine({
  finding: { what, state, says, stderr, fixes },
  children,
}: {
  finding: Finding;
  children: React.ReactNode;
}) {
  return (
    <li className="flex gap-2">
      <StateIcon state={state} />
      <div className="min-w-0 flex-1">
        <p className="wrap-anywhere">
          <span className="font-medium">{lookedWords[what]}:</span> {says}
        </p>
        {stderr !== "" && <Verbatim summary="What it said" text={stderr} />}
        <Fixes fixes={fixes} />
        {children}
      </div>
    </li>
  );
}

function StateIcon({ state }: { state: Finding["state"] }) {
  const icon = "mt-0.5 size-4 shrink-0";
  switch (state) {
    case "ok":
      return <CircleCheck aria-label="Works" className={`${icon} text-ok`} />;
    case "note":
      return <Info aria-label="Could be better" className={`${icon} text-attention`} />;
    case "problem":
      return <CircleX aria-label="Does not work" className={`${icon} text-danger`} />;
  }
}

function Fixes({ fixes }: { fixes: readonly Fix[] }) {
  return fixes.map(({ says, host, command }) => (
    <div key={command} className="mt-1">
      <p className="text-xs/5 text-muted wrap-anywhere">{says}:</p>
      <CommandLine host={host} command={command} label={`${says}: ${command}`} />
    </div>
  ));
}

function Rights({ rights }: { rights: readonly PlaceRights[] }) {
  return (
    <ul className="mt-2 space-y-3">
      {rights.map(({ dataset, may, fixes }) => (
        <li key={dataset} aria-label={`Rights on ${dataset}`}>
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="font-mono text-xs font-medium whitespace-pre-wrap wrap-anywhere">{dataset}</span>
            {(Object.keys(may) as Act[]).map((act) => (
              <Badge key={act} tone={may[act] ? "ok" : "neutral"}>
                {may[act] ? <CircleCheck aria-hidden /> : <X aria-hidden />}
                {may[act] ? actWords[act] : `no ${actWords[act]}`}
              </Badge>
            ))}
          </p>
          <Fixes fixes={fixes} />
        </li>
      ))}
    </ul>
  );
}

/** The key of now beside the accepted one, and the way to accept it: never by itself. */
function OtherKey({
  host,
  added,
  otherKey: { hostKey, fingerprint, accepted },
  onAccepted,
}: {
  host: string;
  added: NonNullable<ListedHost["added"]>;
  otherKey: NonNullable<Check["otherKey"]>;
  onAccepted: (words: string) => void;
}) {
  const trpc = useTRPC();
  const { destination, port } = added;
  const accept = useMutation(
    trpc.hosts.update.mutationOptions({
      onSuccess: () => onAccepted(`${host} is talked to again, by its new key.`),
    }),
  );
  const error = plainError(accept.error);
  return (
    <div className="mt-2 space-y-2 rounded-md bg-danger-soft px-3 py-2.5">
      <p>
        Either {host} was set up anew, or somebody else answers in its place. Accept the new key only where
        you know why it changed.
      </p>
      <dl className="grid gap-x-3 gap-y-1 sm:grid-cols-[max-content_1fr]">
        <dt className="text-muted">Accepted</dt>
        <dd className="min-w-0">
          <Copyable text={accepted} label="the accepted fingerprint" />
        </dd>
        <dt className="text-muted">Shown now</dt>
        <dd className="min-w-0">
          <Copyable text={fingerprint} label="the fingerprint shown now" />
        </dd>
      </dl>
      {error && <ErrorProblem error={error} />}
      <AllowedButton
        act="hosts.update"
        tone="danger"
        disabled={accept.isPending}
        onClick={() => accept.mutate({ name: host, destination, port, hostKey })}
      >
        {accept.isPending && <LoaderCircle aria-hidden className="animate-spin" />} Accept the new key
      </AllowedButton>
    </div>
  );
}
