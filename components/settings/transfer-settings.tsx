"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Settings } from "@/server/transfers/settings";
import { NumberField } from "./number-field";
import { SaveBar } from "./save-bar";
import { type NumberSetting, settingsChange, settingsDraftOf } from "./words";

const fields: { key: NumberSetting; label: string; help: string }[] = [
  { key: "overall", label: "Transfers at work at once", help: "Over all hosts. More wait in the queue." },
  { key: "perHost", label: "At once on each host", help: "As the source or as the target." },
  {
    key: "stallMinutes",
    label: "Minutes until a stall",
    help: "So long without a byte, while both ends live, and a transfer is begun anew.",
  },
  { key: "keepDays", label: "Days that ended transfers are kept", help: "Then their history is forgotten." },
];

/** How transfers are carried out, all of them. */
export function TransferSettings({ saved, onSaved }: { saved: Settings; onSaved: () => Promise<void> }) {
  const trpc = useTRPC();
  const id = useId();
  const [draft, setDraft] = useState(() => settingsDraftOf(saved));
  const update = useMutation(trpc.settings.update.mutationOptions({ onSuccess: onSaved }));
  const { change, problems } = settingsChange(draft, saved);
  const [wrong] = fields.filter(({ key }) => problems[key] !== undefined);
  return (
    <form
      aria-label="Transfers"
      onSubmit={(event) => event.preventDefault()}
      className="mt-3 space-y-5 rounded-lg border border-line bg-surface px-4 py-4 sm:px-5"
    >
      <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
        {fields.map(({ key, label, help }) => (
          <NumberField
            key={key}
            label={label}
            help={help}
            problem={problems[key]}
            value={draft[key]}
            onChange={(text) => setDraft({ ...draft, [key]: text })}
          />
        ))}
      </div>
      <div className="grid grid-cols-[auto_1fr] gap-x-3">
        <input
          id={id}
          type="checkbox"
          checked={draft.retry}
          aria-describedby={`${id}-help`}
          onChange={(event) => setDraft({ ...draft, retry: event.target.checked })}
          className="mt-0.5 size-4 accent-accent pointer-coarse:size-6"
        />
        <label htmlFor={id} className="font-medium">
          Go on by itself after an interruption
        </label>
        <p id={`${id}-help`} className="col-start-2 text-xs/5 text-muted">
          What Halfway began is tried again until it is complete. It takes nothing that was not confirmed.
          Without this a transfer ends at its first interruption; what was received is kept.
        </p>
      </div>
      <SaveBar
        act="settings.update"
        what="settings"
        changed={Object.keys(change).length > 0 || wrong !== undefined}
        wrong={wrong ? `${wrong.label}: ${problems[wrong.key]}` : null}
        saving={update.isPending}
        error={plainError(update.error)}
        onSave={() => update.mutate(change)}
        onDiscard={() => {
          update.reset();
          setDraft(settingsDraftOf(saved));
        }}
      />
    </form>
  );
}
