"use client";

import { useMutation } from "@tanstack/react-query";
import { CircleCheck, LoaderCircle, Pencil, Send, Trash2, TriangleAlert } from "lucide-react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Badge } from "@/components/ui/badge";
import { Ago } from "@/components/ui/clock";
import { Entry } from "@/components/ui/entry";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Verbatim } from "@/components/ui/verbatim";
import type { ListedWay } from "@/server/notices/notices";
import type { Outcome } from "@/server/notices/send";
import { wayNames } from "./words";

/** One way, how its last message went, and what can be done with it. */
export function WayEntry({
  way,
  onAsk,
  onTested,
}: {
  way: ListedWay;
  onAsk: (act: "edit" | "remove", button: HTMLElement) => void;
  onTested: () => void;
}) {
  const t = useT();
  const trpc = useTRPC();
  const { id, name, kind, on, lastAt, problem, failingSince, waiting } = way;
  const test = useMutation(trpc.notices.testWay.mutationOptions({ onSettled: onTested }));
  const error = plainError(test.error);
  return (
    <Entry
      label={name}
      title={
        <>
          {name} <Badge>{t(wayNames[kind])}</Badge> {!on && <Badge tone="attention">{t`switched off`}</Badge>}{" "}
          {problem !== null && <Badge tone="danger">{t`failing`}</Badge>}
        </>
      }
      facts={
        <>
          {lastAt === null ? t`Nothing was sent yet` : t.rich`Last message taken ${<Ago at={lastAt} />}`}
          {waiting > 0 && ` · ${waiting === 1 ? t`one message waits` : t`${waiting} messages wait`}`}
        </>
      }
      below={
        <>
          {problem !== null && test.data?.ok !== false && (
            <p className="mt-2 text-danger wrap-anywhere">
              {t(problem)}{" "}
              {failingSince !== null && (
                <span className="text-muted">{t.rich`It began ${<Ago at={failingSince} />}.`}</span>
              )}
            </p>
          )}
          {error && (
            <div className="mt-3">
              <ErrorProblem error={error} />
            </div>
          )}
          <div aria-live="polite">{test.data && <Tested outcome={test.data} />}</div>
        </>
      }
    >
      <AllowedButton
        act="notices.testWay"
        aria-label={t`Test ${name}`}
        disabled={test.isPending}
        onClick={() => test.mutate({ id })}
      >
        {test.isPending ? <LoaderCircle aria-hidden className="animate-spin" /> : <Send aria-hidden />}
        {t`Test`}
      </AllowedButton>
      <AllowedButton
        act="notices.saveWay"
        aria-label={t`Change ${name}`}
        onClick={(event) => onAsk("edit", event.currentTarget)}
      >
        <Pencil aria-hidden /> {t`Change`}
      </AllowedButton>
      <AllowedButton
        act="notices.removeWay"
        aria-label={t`Remove ${name}`}
        onClick={(event) => onAsk("remove", event.currentTarget)}
      >
        <Trash2 aria-hidden /> {t`Remove`}
      </AllowedButton>
    </Entry>
  );
}

/** What became of a test, with the other side's own words. */
function Tested({ outcome }: { outcome: Outcome }) {
  const t = useT();
  const { ok, answer } = outcome;
  return (
    <div className={`mt-3 flex gap-2.5 rounded-md px-3 py-2.5 ${ok ? "bg-ok-soft" : "bg-danger-soft"}`}>
      {ok ? (
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
      ) : (
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      )}
      <div className="min-w-0 flex-1 space-y-2">
        <p>
          {ok ? t`The test was taken. See whether it arrived.` : t`The test did not get through.`}{" "}
          {!ok && t(outcome.problem)}
        </p>
        {answer !== "" && <Verbatim summary={t`What the other side answered`} text={answer} />}
      </div>
    </div>
  );
}
