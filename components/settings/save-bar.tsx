"use client";

import { LoaderCircle, Save } from "lucide-react";
import { useT } from "@/components/language/language";
import type { PlainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { RefusableButton } from "@/components/ui/refusable-button";
import { type Said, say } from "@/server/say";

const words = {
  settings: { save: say`Save the settings`, discard: say`Discard the changes of the settings` },
  policies: { save: say`Save the policies`, discard: say`Discard the changes of the policies` },
} as const;

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
  what: keyof typeof words;
  changed: boolean;
  wrong: Said | null;
  saving: boolean;
  error: PlainError | null;
  onSave: () => void;
  onDiscard: () => void;
}) {
  const t = useT();
  const { save, discard } = words[what];
  const refusal = wrong ?? (changed ? null : say`Nothing has been changed.`);
  return (
    <div className="space-y-3">
      {error && <ErrorProblem error={error} />}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <RefusableButton
          tone="primary"
          label={t(save)}
          refusal={refusal === null ? null : t(refusal)}
          disabled={saving}
          onClick={onSave}
        >
          {saving ? <LoaderCircle aria-hidden className="animate-spin" /> : <Save aria-hidden />}
          {saving ? t`Saving…` : t(save)}
        </RefusableButton>
        {changed && (
          <>
            <Button disabled={saving} onClick={onDiscard} aria-label={t(discard)}>
              {t`Discard changes`}
            </Button>
            <p className="text-attention">{t(wrong ?? say`Not saved yet.`)}</p>
          </>
        )}
      </div>
    </div>
  );
}
