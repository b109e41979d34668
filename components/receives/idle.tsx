"use client";

import { useMutation } from "@tanstack/react-query";
import { TriangleAlert, Undo2, X } from "lucide-react";
import { useTRPC } from "@/components/live/client";
import { type PlainError, plainError } from "@/components/live/errors";
import { useOpenPlan } from "@/components/plans/plan-dialog";
import { hasEnded } from "@/components/transfers/words";
import { Button } from "@/components/ui/button";
import { Ago } from "@/components/ui/clock";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Notice } from "@/components/ui/notice";
import type { PartialReceive } from "@/server/receives/types";
import type { Transfer } from "@/server/transfers/types";
import { Actions } from "./actions";
import { Evidence } from "./evidence";
import { LookAgain } from "./look-again";
import { Remedies } from "./remedies";
import { VerdictLine } from "./verdict-line";
import { verdictOf, wayToFinish } from "./words";

/** A receive where nothing moves: whether it can be finished, how we know, and what can be done about it. */
export function Idle({
  receive,
  transfer,
  unavailable,
}: {
  receive: PartialReceive;
  transfer: Transfer | undefined;
  unavailable: string | null;
}) {
  const trpc = useTRPC();
  const start = useMutation(trpc.transfers.start.mutationOptions());
  const error = plainError(start.error);
  const { id, fingerprint } = receive;
  const verdict = verdictOf(receive);

  // Between the server's yes and the list that shows it, the button must not look as if nothing had happened.
  const started = start.data;
  const settled = started && transfer && transfer.startedAt >= started.startedAt && hasEnded(transfer.state);
  const starting = start.isPending || (started !== undefined && !settled);

  return (
    <div className="grid gap-x-4 gap-y-3 xl:grid-cols-[minmax(0,1fr)_auto] xl:gap-y-1.5">
      <VerdictLine verdict={verdict} />
      <div className="space-y-1.5 text-xs/5 max-xl:-mt-2 xl:col-span-2 xl:row-start-2">
        <InWords receive={receive} transfer={transfer} />
      </div>
      <div className="xl:col-start-2 xl:row-start-1">
        <Actions
          receive={receive}
          starting={starting}
          unavailable={unavailable}
          onResume={() => start.mutate({ id, fingerprint, intent: "resume" })}
        />
      </div>
      {error && (
        <div className="xl:col-span-2">
          <StartProblem error={error} receive={receive} onDismiss={() => start.reset()} />
        </div>
      )}
      {verdict && (
        <div className="space-y-1.5 xl:col-span-2">
          <Remedies verdict={verdict} />
          <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
            <div className="min-w-0 grow basis-64">
              <Evidence verdict={verdict} />
            </div>
            <LookAgain receive={receive} unavailable={unavailable} />
          </div>
        </div>
      )}
    </div>
  );
}

/** Since when it stands still where that is known, the verdict's sentence, what looks wrong, and how the last try ended. */
function InWords({ receive, transfer }: { receive: PartialReceive; transfer: Transfer | undefined }) {
  const { token, began, activity } = receive;
  const verdict = verdictOf(receive);
  const tokenProblem = token.ok || verdict?.sentence.includes(token.problem) ? null : token.problem;
  const lastTry =
    transfer?.endedAt != null && transfer.endedAt >= began && transfer.message !== null ? transfer : null;
  return (
    <>
      {activity.kind === "idle" && activity.since !== null && (
        <p className="text-muted">
          It stopped <Ago at={activity.since} />.
        </p>
      )}
      {verdict && <p className="text-muted wrap-anywhere">{verdict.sentence}</p>}
      {tokenProblem !== null && (
        <p className="wrap-anywhere">
          <TriangleAlert aria-hidden className="inline size-3.5 align-[-2px]" /> {tokenProblem}
        </p>
      )}
      {verdict?.cautions.map((caution) => (
        <Notice key={caution}>{caution}</Notice>
      ))}
      {lastTry?.endedAt != null && (
        <p className="text-muted wrap-anywhere">
          Last try, <Ago at={lastTry.endedAt} />: {lastTry.message}
        </p>
      )}
    </>
  );
}

/** Why Resume did not start. The server has judged anew by then: another way that it offers is the cure. */
function StartProblem({
  error,
  receive,
  onDismiss,
}: {
  error: PlainError;
  receive: PartialReceive;
  onDismiss: () => void;
}) {
  const openPlan = useOpenPlan();
  const way = wayToFinish(receive);
  return (
    <ErrorProblem error={error}>
      {way?.intent === "resume-with-rollback" && (
        <Button onClick={() => openPlan(receive, way.intent)}>
          <Undo2 aria-hidden /> {way.label}…
        </Button>
      )}
      <Button onClick={onDismiss}>
        <X aria-hidden /> Dismiss
      </Button>
    </ErrorProblem>
  );
}
