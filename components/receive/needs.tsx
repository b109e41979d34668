"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { Bookmark, LoaderCircle, LockOpen, ShieldCheck, ShieldOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { AllowedButton } from "@/components/account/allowed-button";
import { ReleaseDialog } from "@/components/holds/release-dialog";
import { useAnswering } from "@/components/holds/use-answering";
import { needOf } from "@/components/holds/words";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import { Button } from "@/components/ui/button";
import { Ago } from "@/components/ui/clock";
import { Commands } from "@/components/ui/commands";
import { ErrorProblem } from "@/components/ui/error-problem";
import { StatusNote } from "@/components/ui/status-note";
import type { NeededSnapshot, Needs as NeedsFound } from "@/server/api/receives";
import type { HeldSnapshot } from "@/server/transfers/holds";
import { Card } from "./card";
import type { ReceiveState } from "./use-receive";

/** When a transfer has held its source for sure, if it can. */
const heldWithin = 7_000;

/** What a receive needs on its source so that it can be finished, what keeps that alive, and the click that does. */
export function Needs({ state, unavailable }: { state: ReceiveState; unavailable: string | null }) {
  const t = useT();
  const trpc = useTRPC();
  const { id, active, listed, inspected } = state;
  const asking = useQuery(trpc.receives.needs.queryOptions({ id }, { staleTime: 0 }));
  const { data, refetch } = asking;
  // Another verdict may name another source; and a transfer holds its source a few seconds after it began.
  const news = `${active?.id} ${active?.attempt} ${active?.notHeld} ${inspected?.verdict?.judgedAt}`;
  const known = useRef(news);
  const runs = active !== null;
  useEffect(() => {
    if (known.current === news) return;
    const timer = setTimeout(
      () => {
        known.current = news;
        void refetch();
      },
      runs ? heldWithin : 0,
    );
    return () => clearTimeout(timer);
  }, [news, runs, refetch]);
  // What could not be found out is asked again once the host answers.
  const failed = asking.errorUpdatedAt > asking.dataUpdatedAt;
  const again = failed && state.hostState?.status === "online" ? news : null;
  useEffect(() => {
    if (again !== null) void refetch();
  }, [again, refetch]);
  const error = plainError(asking.error);
  return (
    <Card title={t`What it needs on its source`}>
      {error && (
        <ErrorProblem error={error}>
          <Button onClick={() => void refetch()}>{t`Look again`}</Button>
        </ErrorProblem>
      )}
      {asking.isPending && !error && (
        <p role="status" className="flex items-center gap-2 text-muted">
          <LoaderCircle aria-hidden className="size-4 animate-spin" /> {t`Asking the source…`}
        </p>
      )}
      {data === null && (
        <p className="text-muted">
          {listed?.activity.kind === "receiving"
            ? t`Whoever is sending it has what it needs. Halfway looks for the source once that stops half-way.`
            : t`No source is known that has what it needs, so there is nothing to protect. The verdict says why.`}
        </p>
      )}
      {data && (
        <Found
          needs={data}
          receive={listed ?? inspected}
          unavailable={unavailable ?? (active ? "active" : null)}
          onChanged={() => void refetch()}
        />
      )}
    </Card>
  );
}

function Found({
  needs: { source, snapshots, protects },
  receive,
  unavailable,
  onChanged,
}: {
  needs: NeedsFound;
  receive: ReceiveState["listed"] | ReceiveState["inspected"];
  unavailable: string | null;
  onChanged: () => void;
}) {
  const t = useT();
  const trpc = useTRPC();
  const live = useLive();
  const answering = useAnswering();
  const [asked, setAsked] = useState<{ held: HeldSnapshot; opener: HTMLElement } | null>(null);
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  const protect = useMutation(
    trpc.receives.protect.mutationOptions({
      onSuccess: () => setDone(t`What this receive needs on ${source.host} is held until it ends.`),
      onSettled: onChanged,
    }),
  );
  const error = plainError(protect.error);
  const all = snapshots.every(({ held }) => held !== null);
  const bookmark = source.base?.includes("#") ? source.base : null;
  return (
    <>
      <p className="max-w-prose text-muted">
        {t`Without these, what is missing can never be sent. A hold keeps whoever prunes snapshots on ${source.host} from destroying them.`}
      </p>
      <ul aria-label={t`Snapshots it needs on ${source.host}`} className="mt-2 divide-y divide-line">
        {snapshots.map((needed) => (
          <Snapshot
            key={needed.snapshot}
            needed={needed}
            onRelease={(held, opener) => {
              setAsked({ held, opener });
              setOpen(true);
            }}
          />
        ))}
        {bookmark !== null && (
          <li className="flex gap-2.5 py-2.5">
            <Bookmark aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
            <div className="min-w-0">
              <p className="font-medium wrap-anywhere">{bookmark}</p>
              <p className="text-muted">
                {t`What it builds on. A bookmark keeps no data alive and needs no hold; nothing that prunes snapshots takes it.`}
              </p>
            </div>
          </li>
        )}
      </ul>
      <div className="mt-2 space-y-2">
        {all ? (
          <p>{t`The source is protected: Halfway lets go of it when this receive ends.`}</p>
        ) : unavailable === "active" ? (
          <p className="text-muted">{t`A transfer that runs holds it by itself after its first seconds.`}</p>
        ) : (
          <>
            <AllowedButton
              act="receives.protect"
              disabled={unavailable !== null || protect.isPending || receive === null}
              aria-describedby={unavailable ?? undefined}
              onClick={() => receive && protect.mutate({ id: receive.id, fingerprint: receive.fingerprint })}
            >
              {protect.isPending ? (
                <LoaderCircle aria-hidden className="animate-spin" />
              ) : (
                <ShieldCheck aria-hidden />
              )}
              {protect.isPending ? t`Protecting…` : t`Protect source`}
            </AllowedButton>
            <p className="text-xs text-muted">
              {t`Changes nothing else. Halfway lets go of it when this receive ends, however it ends.`}
            </p>
            <details>
              <summary className="w-fit rounded py-1 text-muted hover:text-ink pointer-coarse:py-3">
                {t`What runs`}
              </summary>
              <div className="mt-1">
                <Commands steps={protects} />
              </div>
            </details>
          </>
        )}
        {error && <ErrorProblem error={error} />}
      </div>
      <ReleaseDialog
        held={asked?.held ?? null}
        need={asked && needOf(asked.held, [...live.transfers.values()], answering)}
        opener={asked?.opener ?? null}
        open={open}
        onClose={() => setOpen(false)}
        onClosed={() => setAsked(null)}
        onReleased={(words) => {
          setOpen(false);
          setDone(words);
          onChanged();
        }}
      />
      <StatusNote text={done} onDismiss={() => setDone(null)} />
    </>
  );
}

function Snapshot({
  needed: { snapshot, what, held, others },
  onRelease,
}: {
  needed: NeededSnapshot;
  onRelease: (held: HeldSnapshot, opener: HTMLElement) => void;
}) {
  const t = useT();
  const Icon = held || others.length > 0 ? ShieldCheck : ShieldOff;
  return (
    <li className="flex flex-col gap-x-4 gap-y-2 py-2.5 sm:flex-row sm:items-start sm:justify-between">
      <div className="flex min-w-0 gap-2.5">
        <Icon
          aria-hidden
          className={`mt-0.5 size-4 shrink-0 ${Icon === ShieldCheck ? "text-ok" : "text-attention"}`}
        />
        <div className="min-w-0">
          <p className="font-medium whitespace-pre-wrap wrap-anywhere">{snapshot}</p>
          <p className="text-muted">{what === "sent" ? t`What is being sent.` : t`What it builds on.`}</p>
          {held && (
            <p className="wrap-anywhere">
              {held.madeAt === null
                ? t`Held by Halfway since ${held.since}, as ${held.tag}`
                : t.rich`Held by Halfway, ${<Ago at={held.madeAt} />}, as ${<code>{held.tag}</code>}`}
            </p>
          )}
          {others.map((one) => (
            <p key={one.tag} className="wrap-anywhere">
              {t.rich`Also held since ${one.since}, as ${<code>{one.tag}</code>}`}
            </p>
          ))}
          {!held && others.length === 0 && <p>{t`Nothing holds it: it can be destroyed at any time.`}</p>}
        </div>
      </div>
      {held && (
        <AllowedButton
          act="holds.release"
          className="shrink-0"
          aria-label={t`Release ${snapshot}`}
          onClick={(event) => onRelease(held, event.currentTarget)}
        >
          <LockOpen aria-hidden /> {t`Release…`}
        </AllowedButton>
      )}
    </li>
  );
}
