"use client";

import { LoaderCircle, Save } from "lucide-react";
import { useRefusal } from "@/components/account/me";
import type { PlainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { RefusableButton } from "@/components/ui/refusable-button";
import type { Act } from "@/server/api/rights";

/**
 * Nothing counts before it is saved: the button for that, and the way back.
 * @param wrong what keeps it from being saved; null where nothing does.
 */
export function SaveBar({
  act,
  what,
  changed,
  wrong,
  saving,
  error,
  onSave,
  onDiscard,
}: {
  /** What saving is. */
  act: Act;
  what: string;
  changed: boolean;
  wrong: string | null;
  saving: boolean;
  error: PlainError | null;
  onSave: () => void;
  onDiscard: () => void;
}) {
  const mayNot = useRefusal(act);
  return (
    <div className="space-y-3">
      {error && <ErrorProblem error={error} />}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <RefusableButton
          tone="primary"
          label={`Save the ${what}`}
          refusal={mayNot ?? wrong ?? (changed ? null : "Nothing has been changed.")}
          disabled={saving}
          onClick={onSave}
        >
          {saving ? <LoaderCircle aria-hidden className="animate-spin" /> : <Save aria-hidden />}
          {saving ? "Saving…" : `Save the ${what}`}
        </RefusableButton>
        {changed && (
          <>
            <Button disabled={saving} onClick={onDiscard} aria-label={`Discard the changes of the ${what}`}>
              Discard changes
            </Button>
            <p className="text-attention">{wrong ?? "Not saved yet."}</p>
          </>
        )}
      </div>
    </div>
  );
}
