"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { LoaderCircle } from "lucide-react";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { useRefusal } from "@/components/account/me";
import { useTRPC } from "@/components/live/client";
import { type PlainError, plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import { Button } from "@/components/ui/button";
import { Commands } from "@/components/ui/commands";
import { DialogDescription, DialogTitle } from "@/components/ui/dialog";
import { ErrorProblem } from "@/components/ui/error-problem";
import type { Plan } from "@/server/receives/plan";
import type { Intent, PartialReceive } from "@/server/receives/types";
import { BeforeAbort } from "./before-abort";
import { PlanDetails } from "./plan-details";
import { abortedWords, confirmWords, doingWords, titleOf, whatHappens } from "./words";

/**
 * Reads the plan afresh, shows it, and carries out exactly that plan once it is confirmed.
 * @param instead whether the person came here from another intent's plan, in the same dialog.
 */
export function PlanForm({
  receive: asked,
  intent,
  instead,
  onBusy,
  onInstead,
  onClose,
  onAborted,
}: {
  receive: PartialReceive;
  intent: Intent;
  instead: boolean;
  onBusy: (busy: boolean) => void;
  onInstead: (receive: PartialReceive, intent: Intent) => void;
  onClose: () => void;
  /** The abort is done; `words` say so. */
  onAborted: (words: string) => void;
}) {
  const trpc = useTRPC();
  const { receivesByHost } = useLive();
  // What the person decides on; it changes only when they look again.
  const [receive, setReceive] = useState(asked);
  const [typed, setTyped] = useState("");
  const { id, fingerprint, host, dataset } = receive;
  const current = receivesByHost.get(host)?.find((one) => one.id === id);

  // The button that led here is gone, and must not take the focus with it.
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (instead) title.current?.focus();
  }, [instead]);

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

  const confirmed = plan !== undefined && (plan.confirmName === null || plan.confirmName === typed);
  const carryOut = (event: FormEvent) => {
    event.preventDefault();
    if (!plan || !confirmed || busy || mayNot !== null) return;
    const confirm = { plan: plan.digest, name: plan.confirmName === null ? null : typed };
    if (intent === "abort") abort.mutate({ id, fingerprint: plan.fingerprint, confirm });
    else start.mutate({ id, fingerprint: plan.fingerprint, intent, confirm });
  };

  return (
    <form onSubmit={carryOut} className="flex min-h-0 flex-col">
      <div className="border-b border-line px-5 py-4">
        <DialogTitle
          ref={title}
          tabIndex={-1}
          className="text-lg font-semibold whitespace-pre-wrap outline-none wrap-anywhere"
        >
          {titleOf(intent, dataset)}
        </DialogTitle>
        <p className="text-xs text-muted">on {host}</p>
        <DialogDescription className="mt-2 wrap-anywhere">{whatHappens(intent, receive)}</DialogDescription>
      </div>
      <div className="min-h-24 space-y-5 overflow-y-auto overscroll-contain px-5 py-4">
        {intent === "abort" && (
          <BeforeAbort
            receive={current ?? receive}
            disabled={busy}
            onInstead={(other) => onInstead(current ?? receive, other)}
          />
        )}
        {error && !planning.isFetching && <PlanProblem error={error} onLookAgain={lookAgain} />}
        {planning.isFetching && (
          <p className="flex items-center gap-2 text-muted">
            <LoaderCircle aria-hidden className="size-4 animate-spin" /> Asking the hosts what this would do…
          </p>
        )}
        {plan && (
          <>
            <PlanDetails plan={plan} receive={receive} />
            <section aria-label="Commands">
              <h3 className="mb-1 font-semibold">What runs</h3>
              <Commands steps={[...plan.steps, ...plan.holds]} />
            </section>
          </>
        )}
      </div>
      {plan && plan.confirmName !== null && (
        <ConfirmName name={plan.confirmName} typed={typed} onType={setTyped} />
      )}
      <div className="flex flex-col-reverse gap-2 border-t border-line px-5 py-3.5 sm:flex-row sm:items-center sm:justify-end">
        {mayNot && <p className="text-muted sm:mr-auto">{mayNot}</p>}
        <Button disabled={busy} onClick={onClose}>
          Cancel
        </Button>
        {plan && (
          <Button
            type="submit"
            tone={isDestructive(plan) ? "danger" : "primary"}
            disabled={!confirmed || busy || mayNot !== null}
          >
            {busy && <LoaderCircle aria-hidden className="animate-spin" />}
            {busy ? doingWords[intent] : confirmWords(plan)}
          </Button>
        )}
      </div>
    </form>
  );
}

function isDestructive({ losses }: Plan): boolean {
  return losses.length > 0;
}

/** Most problems may be gone the next time: the state moved on, a host was silent, a key has been loaded since. */
function PlanProblem({ error, onLookAgain }: { error: PlainError; onLookAgain: () => void }) {
  return (
    <ErrorProblem error={error}>
      {error.reason !== "BAD_INPUT" && <Button onClick={onLookAgain}>Look again</Button>}
    </ErrorProblem>
  );
}

function ConfirmName({
  name,
  typed,
  onType,
}: {
  name: string;
  typed: string;
  onType: (typed: string) => void;
}) {
  const inputId = useId();
  const nameId = useId();
  return (
    <div className="border-t border-line px-5 pt-3 pb-4">
      <label htmlFor={inputId} className="font-semibold">
        Type the dataset's name to confirm
      </label>
      <p id={nameId} className="mt-0.5 font-mono text-xs whitespace-pre-wrap text-muted wrap-anywhere">
        {name}
      </p>
      <input
        id={inputId}
        value={typed}
        onChange={(event) => onType(event.target.value)}
        aria-describedby={nameId}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        className="mt-2 h-11 w-full rounded-md border border-muted bg-surface px-3 font-mono text-base lg:h-9 lg:text-sm"
      />
    </div>
  );
}
