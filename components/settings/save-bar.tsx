"use client";

import { LoaderCircle, Save } from "lucide-react";
import type { PlainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { RefusableButton } from "@/components/ui/refusable-button";

/**
 * Nothing counts before it is saved: the button for that, and the way back.
 * @param wrong what keeps it from being saved; null where nothing does.
 */
export function SaveBar({
  what,
  changed,
  wrong,
  saving,
  error,
  onSave,
  onDiscard,
}: {
  what: string;
  changed: boolean;
  wrong: string | null;
  saving: boolean;
  error: PlainError | null;
  onSave: () => void;
  onDiscard: () => void;
}) {
  return (
    <div className="space-y-3">
      {error && <ErrorProblem error={error} />}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <RefusableButton
          tone="primary"
          label={`Save the ${what}`}
          refusal={wrong ?? (changed ? null : "Nothing has been changed.")}
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
