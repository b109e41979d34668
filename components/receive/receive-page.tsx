"use client";

import { CircleCheck, LoaderCircle } from "lucide-react";
import { type RefObject, useId, useRef } from "react";
import { Told } from "@/components/history/told";
import { useT } from "@/components/language/language";
import { ConnectionState } from "@/components/live/connection";
import { useLive } from "@/components/live/live";
import { PlanDialogProvider } from "@/components/plans/plan-dialog";
import { ForceMenu } from "@/components/receives/force-menu";
import { TransferItem } from "@/components/transfers/transfer-item";
import { finishedBetween, hasEnded } from "@/components/transfers/words";
import { Button } from "@/components/ui/button";
import { Ago } from "@/components/ui/clock";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Header } from "@/components/ui/header";
import { Notice } from "@/components/ui/notice";
import { useKeptFocus } from "@/components/ui/use-kept-focus";
import { Attempts } from "./attempts";
import { Card } from "./card";
import { Needs } from "./needs";
import { Sent } from "./sent";
import { Standing } from "./standing";
import { type ReceiveState, useReceive } from "./use-receive";
import { WayBack } from "./way-back";
import { WhatRuns } from "./what-runs";

/** All that is known of one receive: whether it can be finished and how we know, what it is, what was tried and what runs. */
export function ReceivePage({ host, dataset }: { host: string; dataset: string }) {
  const t = useT();
  const main = useRef<HTMLElement>(null);
  return (
    <PlanDialogProvider>
      <Header current="/">
        <ConnectionState />
      </Header>
      <main ref={main} className="mx-auto max-w-4xl space-y-4 px-4 pt-8 pb-20 sm:px-6">
        <div>
          <WayBack />
          <h1
            tabIndex={-1}
            className="mt-1 text-xl font-semibold tracking-tight outline-none wrap-anywhere whitespace-pre-wrap sm:text-2xl"
          >
            {dataset}
          </h1>
          <p className="text-muted wrap-anywhere">{t`A receive on ${host}`}</p>
        </div>
        <Known host={host} dataset={dataset} main={main} />
        <ForceMenu />
      </main>
    </PlanDialogProvider>
  );
}

function Known({
  host,
  dataset,
  main,
}: {
  host: string;
  dataset: string;
  main: RefObject<HTMLElement | null>;
}) {
  const state = useReceive(host, dataset);
  useKeptFocus(main);
  const { id, listed, inspected, transfers, active, hostState } = state;
  const silentId = useId();
  const silent = hostState?.status === "offline";
  const receive = listed ?? inspected;
  const [newest] = transfers;
  const unavailable = silent ? silentId : null;
  const told = active ?? newest;
  return (
    <>
      {silent && <Silent id={silentId} state={state} />}
      {receive || active ? (
        <Standing state={state} unavailable={unavailable} />
      ) : (
        <NotThere state={state} host={host} dataset={dataset} />
      )}
      {told && told.attempt > 0 && <Told key={told.id} transfer={told} />}
      {/* The list knows of a token only what a list shows. */}
      {receive && <Sent receive={inspected ?? receive} />}
      {(receive || active) && <Needs state={state} unavailable={unavailable} />}
      {(receive || active) && <WhatRuns state={state} />}
      <Attempts id={id} live={transfers} />
    </>
  );
}

/** Its host does not answer: what is shown is old, and nothing can be done. */
function Silent({ id, state: { hostState } }: { id: string; state: ReceiveState }) {
  const t = useT();
  if (!hostState) return null;
  const { name, answeredAt, problem } = hostState;
  return (
    <div id={id}>
      <Notice>
        {answeredAt === null
          ? t`${name} has not answered since Halfway was started: what is shown here is old, and nothing can be done until it answers.`
          : t.rich`${name} does not answer. What is shown here is as of ${<Ago at={answeredAt} />}, and nothing can be done until it answers again.`}
        {problem !== null && ` ${t(problem)}`}
      </Notice>
    </div>
  );
}

/** There is no such receive: finished, aborted, or never there; or that could not be found out. */
function NotThere({
  state: { error, transfers, hostState, lookAgain },
  host,
  dataset,
}: {
  state: ReceiveState;
  host: string;
  dataset: string;
}) {
  const t = useT();
  const live = useLive();
  const [newest] = transfers;
  const gone = error?.reason === "NOT_FOUND" && hostState !== null;
  if (error && !gone) {
    return (
      <ErrorProblem error={error}>
        <Button onClick={lookAgain}>{t`Look again`}</Button>
      </ErrorProblem>
    );
  }
  if (!error) {
    return (
      <p role="status" className="flex items-center gap-2 text-muted">
        <LoaderCircle aria-hidden className="size-4 animate-spin" /> {t`Asking ${host}…`}
      </p>
    );
  }
  return (
    <>
      <Card title={t`Nothing stopped half-way here`}>
        <p className="flex gap-2 wrap-anywhere">
          <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
          <span className="min-w-0">
            {newest?.state === "finished"
              ? t`${dataset} on ${host} holds no interrupted receive: it has been finished.`
              : t`${dataset} on ${host} holds no interrupted receive: it was finished or aborted, or was never there.`}
          </span>
        </p>
      </Card>
      {newest && hasEnded(newest.state) && (
        <ul aria-label={t`How it ended`} className="overflow-hidden rounded-lg border border-line bg-surface">
          <TransferItem
            transfer={newest}
            withProgress={false}
            finished={
              newest.state === "finished" ? finishedBetween([...live.transfers.values()], newest) : null
            }
          />
        </ul>
      )}
    </>
  );
}
