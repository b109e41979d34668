"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { LoaderCircle } from "lucide-react";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { type PlainError, plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import { Button } from "@/components/ui/button";
import { Commands } from "@/components/ui/commands";
import { DialogDescription, DialogTitle } from "@/components/ui/dialog";
import { ErrorProblem } from "@/components/ui/error-problem";
import type { ListedReceive } from "@/server/api/hub";
import type { Plan } from "@/server/receives/plan";
import type { Intent } from "@/server/receives/types";
import { BeforeDiscarding } from "./before-discarding";
import { PlanDetails } from "./plan-details";
import { abortedWords, confirmWords, doingWords, nameProblem, titleOf, whatHappens } from "./words";

/**
 * Reads the plan afresh, shows it, and carries out exactly that plan once it is confirmed.
 */
export function PlanForm({
  receive: asked,
  intent,
  onBusy,
  onInstead,
  onClose,
  onAborted,
}: {
  receive: ListedReceive;
  intent: Intent;
  onBusy: (busy: boolean) => void;
  onInstead: (receive: ListedReceive, intent: Intent) => void;
  onClose: () => void;
  /** The abort is done; `words` say so. */
  onAborted: (words: string) => void;
}) {
  const t = useT();
  const trpc = useTRPC();
  const { receivesByHost } = useLive();
  // What the person decides on; it changes only when they look again.
  const [receive, setReceive] = useState(asked);
  const [typed, setTyped] = useState("");
  const { id, fingerprint, host, dataset } = receive;
  const current = receivesByHost.get(host)?.find((one) => one.id === id);

  // By a key that is pressed too soon nothing happens there but scrolling; and the button that led here may be gone.
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => content.current?.focus(), []);
  const reasonId = useId();

  const planning = useQuery(
    trpc.receives.plan.queryOptions({ id, fingerprint, intent }, { staleTime: 0, gcTime: 0 }),
  );
  const abort = useMutation(
    trpc.receives.abort.mutationOptions({ onSuccess: () => onAborted(abortedWords(receive)) }),
  );
  const start = useMutation(trpc.transfers.start.mutationOptions({ onSuccess: onClose }));
  const acting = intent === "abort" ? abort : start;
  const busy = acting.isPending;
  const mayNot = useRefusal(intent === "abort" ? "receives.abort" : `transfers.start ${intent}`);
  useEffect(() => onBusy(busy), [busy, onBusy]);

  const plan = planning.isFetching ? undefined : planning.data;
  const error = plainError(acting.error) ?? plainError(planning.error);

  const lookAgain = () => {
    acting.reset();
    setTyped("");
    if (current && current.fingerprint !== fingerprint) setReceive(current);
    else void planning.refetch();
  };

  const wrongName = plan && plan.confirmName !== null ? nameProblem(plan.confirmName, typed) : null;
  const refusal = mayNot ?? wrongName;
  const carryOut = (event: FormEvent) => {
    event.preventDefault();
    if (!plan || refusal !== null || busy) return;
    const confirm = { plan: plan.digest, name: plan.confirmName === null ? null : typed };
    if (intent === "abort") abort.mutate({ id, fingerprint: plan.fingerprint, confirm });
    else start.mutate({ id, fingerprint: plan.fingerprint, intent, confirm });
  };

  return (
    <form onSubmit={carryOut} className="flex min-h-0 flex-col">
      {/* On a phone all of it scrolls: names of 255 letters leave no room there for anything that stays. */}
      <div
        ref={content}
        tabIndex={-1}
        className="min-h-24 scroll-pb-44 overflow-y-auto overscroll-contain outline-none"
      >
        <div className="border-b border-line px-5 py-4">
          <DialogTitle className="text-lg font-semibold whitespace-pre-wrap wrap-anywhere">
            {t(titleOf(intent, dataset))}
          </DialogTitle>
          <p className="text-xs text-muted wrap-anywhere">{t`on ${host}`}</p>
          <DialogDescription className="mt-2 wrap-anywhere">
            {t(whatHappens(intent, receive))}
          </DialogDescription>
        </div>
        <div className="space-y-5 px-5 py-4">
          {(intent === "abort" || intent === "start-over") && (
            <BeforeDiscarding
              receive={current ?? receive}
              disabled={busy}
              onInstead={(other) => onInstead(current ?? receive, other)}
            />
          )}
          {error && !planning.isFetching && <PlanProblem error={error} onLookAgain={lookAgain} />}
          {planning.isFetching && (
            <p role="status" className="flex items-center gap-2 text-muted">
              <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin" />{" "}
              {t`Asking the hosts what this would do…`}
            </p>
          )}
          {plan && (
            <>
              <PlanDetails plan={plan} receive={receive} />
              <section aria-label={t`Commands`}>
                <h3 className="mb-1 font-semibold">{t`What runs`}</h3>
                <Commands steps={[...plan.steps, ...plan.holds]} />
              </section>
            </>
          )}
        </div>
        {plan && plan.confirmName !== null && (
          <ConfirmName name={plan.confirmName} typed={typed} reasonId={reasonId} onType={setTyped} />
        )}
      </div>
      <div className="flex flex-col gap-x-4 gap-y-2 border-t border-line px-5 py-3.5 sm:flex-row sm:items-center sm:justify-end">
        {plan && (
          <p
            id={reasonId}
            role="status"
            className={`flex min-w-0 items-center text-muted empty:hidden sm:mr-auto ${plan.confirmName === null ? "" : "min-h-10"}`}
          >
            {refusal !== null && t(refusal)}
          </p>
        )}
        <div className="flex shrink-0 flex-col-reverse gap-2 sm:flex-row">
          <Button disabled={busy} onClick={onClose}>
            {t`Cancel`}
          </Button>
          {plan && (
            <Button
              type="submit"
              tone={isDestructive(plan) ? "danger" : "primary"}
              disabled={refusal !== null || busy}
              aria-describedby={refusal === null ? undefined : reasonId}
            >
              {busy && <LoaderCircle aria-hidden className="animate-spin" />}
              {t(busy ? doingWords[intent] : confirmWords(plan))}
            </Button>
          )}
        </div>
      </div>
    </form>
  );
}

function isDestructive({ losses }: Plan): boolean {
  return losses.length > 0;
}

/** Most problems may be gone the next time: the state moved on, a host was silent, a key has been loaded since. */
function PlanProblem({ error, onLookAgain }: { error: PlainError; onLookAgain: () => void }) {
  const t = useT();
  return (
    <ErrorProblem error={error}>
      {error.reason !== "BAD_INPUT" && <Button onClick={onLookAgain}>{t`Look again`}</Button>}
    </ErrorProblem>
  );
}

function ConfirmName({
  name,
  typed,
  reasonId,
  onType,
}: {
  name: string;
  typed: string;
  /** Id of what is said about what was typed. */
  reasonId: string;
  onType: (typed: string) => void;
}) {
  const t = useT();
  const inputId = useId();
  const nameId = useId();
  return (
    <div className="border-t border-line bg-surface px-5 pt-3 pb-4 sm:[@media(min-height:40rem)]:sticky sm:[@media(min-height:40rem)]:bottom-0">
      <label htmlFor={inputId} className="font-semibold">
        {t`Type the dataset's name to confirm`}
      </label>
      <p id={nameId} className="mt-0.5 font-mono text-xs whitespace-pre-wrap text-muted wrap-anywhere">
        {name}
      </p>
      <input
        id={inputId}
        value={typed}
        onChange={(event) => onType(event.target.value)}
        aria-describedby={`${nameId} ${reasonId}`}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        className="mt-2 h-11 w-full rounded-md border border-muted bg-surface px-3 font-mono text-base lg:h-9 lg:text-sm"
      />
    </div>
  );
}
