"use client";

import { ArrowDownToLine, LoaderCircle, RefreshCw, TriangleAlert } from "lucide-react";
import { useT } from "@/components/language/language";
import { Actions } from "@/components/receives/actions";
import { Remedies } from "@/components/receives/remedies";
import { StartProblem } from "@/components/receives/start-problem";
import { StateLine } from "@/components/receives/state-line";
import { useForgottenStart, useStart } from "@/components/receives/use-start";
import { VerdictLine } from "@/components/receives/verdict-line";
import { verdictOf } from "@/components/receives/words";
import { TransferItem } from "@/components/transfers/transfer-item";
import { Button } from "@/components/ui/button";
import { Ago } from "@/components/ui/clock";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Notice } from "@/components/ui/notice";
import type { Transfer } from "@/server/transfers/types";
import { Card } from "./card";
import { EvidenceList } from "./evidence-list";
import type { ReceiveState } from "./use-receive";

/** How a receive stands: what moves, or else whether it can be finished, how we know, and what can be done. */
export function Standing({ state, unavailable }: { state: ReceiveState; unavailable: string | null }) {
  const t = useT();
  const { id, listed, inspected, active } = state;
  if (active) return <Active id={id} transfer={active} />;
  const receive = listed ?? inspected;
  if (!receive) return null;
  const { activity } = receive;
  if (activity.kind === "receiving") {
    return (
      <Card title={t`How it stands`}>
        <StateLine icon={<ArrowDownToLine aria-hidden className="text-accent" />}>
          {activity.by === "other" ? t`Being received now, not by Halfway` : t`Being received by Halfway`}
        </StateLine>
        {activity.by === "other" && (
          <p className="mt-1 text-muted wrap-anywhere">{t`How we know: ${activity.evidence}.`}</p>
        )}
      </Card>
    );
  }
  return <Idle receive={receive} state={state} unavailable={unavailable} />;
}

/** Halfway is at it. */
function Active({ id, transfer }: { id: string; transfer: Transfer }) {
  const t = useT();
  useForgottenStart(id);
  return (
    <ul aria-label={t`How it stands`} className="overflow-hidden rounded-lg border border-line bg-surface">
      <TransferItem transfer={transfer} withProgress finished={null} />
    </ul>
  );
}

/** Nothing moves. */
function Idle({
  receive,
  state: { id, inspected, transfers, error: lookError, looking, lookAgain },
  unavailable,
}: {
  receive: NonNullable<ReceiveState["listed"] | ReceiveState["inspected"]>;
  state: ReceiveState;
  unavailable: string | null;
}) {
  const t = useT();
  const { token, began, activity } = receive;
  const verdict = inspected?.verdict ?? verdictOf(receive);
  const [last] = transfers;
  const { starting, error, resume, forget } = useStart({ id, fingerprint: receive.fingerprint }, last);
  const lastTry = last?.endedAt != null && last.endedAt >= began && last.message !== null ? last : null;
  return (
    <>
      <Card title={t`Whether it can be finished`}>
        <div className="space-y-2.5">
          <VerdictLine verdict={verdictOf(receive)} />
          {activity.kind === "idle" && activity.since !== null && (
            <p className="text-muted">{t.rich`It stopped ${<Ago at={activity.since} />}.`}</p>
          )}
          {verdict && <p className="max-w-prose wrap-anywhere">{t(verdict.sentence)}</p>}
          {!token.ok && !verdict?.sentence.includes(token.problem) && (
            <p className="wrap-anywhere">
              <TriangleAlert aria-hidden className="inline size-3.5 align-[-2px]" /> {t(token.problem)}
            </p>
          )}
          {verdict?.cautions.map((caution) => (
            <Notice key={caution}>{t(caution)}</Notice>
          ))}
          {lastTry?.endedAt != null && (
            <p className="text-muted wrap-anywhere">
              {t.rich`Last try, ${<Ago at={lastTry.endedAt} />}: ${t(lastTry.message ?? "")}`}
            </p>
          )}
          {error && <StartProblem error={error} receive={receive} onDismiss={forget} />}
          <Remedies verdict={inspected?.verdict ?? null} />
          <div className="flex flex-wrap gap-1.5">
            <Actions receive={receive} starting={starting} unavailable={unavailable} onResume={resume} />
          </div>
        </div>
      </Card>
      <Card title={t`How we know`}>
        {lookError &&
          (unavailable === null ? (
            <ErrorProblem error={lookError} />
          ) : (
            <p className="text-muted">{t`Nothing can be found out until it answers again.`}</p>
          ))}
        {!lookError && !inspected && (
          <p role="status" className="flex items-center gap-2 text-muted">
            <LoaderCircle aria-hidden className="size-4 animate-spin" /> {t`Asking the hosts…`}
          </p>
        )}
        {inspected?.verdict && <EvidenceList evidence={inspected.verdict.evidence} />}
        <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1">
          <Button
            disabled={unavailable !== null || looking}
            aria-describedby={unavailable ?? undefined}
            title={t`Asks the hosts anew. Nothing is changed.`}
            onClick={lookAgain}
          >
            {looking ? <LoaderCircle aria-hidden className="animate-spin" /> : <RefreshCw aria-hidden />}
            {looking ? t`Looking…` : t`Look again`}
          </Button>
          {inspected?.verdict && (
            <p role="status" className="text-xs text-muted">
              {t.rich`judged ${<Ago at={inspected.verdict.judgedAt} />}`}
            </p>
          )}
        </div>
      </Card>
    </>
  );
}
