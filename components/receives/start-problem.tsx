"use client";

import { Undo2, X } from "lucide-react";
import { useT } from "@/components/language/language";
import type { PlainError } from "@/components/live/errors";
import { useOpenPlan } from "@/components/plans/plan-dialog";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import type { ListedReceive } from "@/server/api/hub";
import { wayToFinish } from "./words";

/** Why Resume did not start. The server has judged anew by then: another way that it offers is the cure. */
export function StartProblem({
  error,
  receive,
  onDismiss,
}: {
  error: PlainError;
  receive: ListedReceive;
  onDismiss: () => void;
}) {
  const t = useT();
  const openPlan = useOpenPlan();
  const way = wayToFinish(receive);
  return (
    <ErrorProblem error={error}>
      {way?.intent === "resume-with-rollback" && (
        <Button onClick={() => openPlan(receive, way.intent)}>
          <Undo2 aria-hidden /> {t`Resume with rollback…`}
        </Button>
      )}
      <Button onClick={onDismiss}>
        <X aria-hidden /> {t`Dismiss`}
      </Button>
    </ErrorProblem>
  );
}
