"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Settings } from "@/server/transfers/settings";
import { NumberField } from "./number-field";
import { SaveBar } from "./save-bar";
import { SwitchField } from "./switch-field";
import { type NumberSetting, type SwitchSetting, settingsChange, settingsDraftOf } from "./words";

const fields: { key: NumberSetting; label: string; help: string }[] = [
  { key: "overall", label: "Transfers at work at once", help: "Over all hosts. More wait in the queue." },
  { key: "perHost", label: "At once on each host", help: "As the source or as the target." },
  {
    key: "stallMinutes",
    label: "Minutes until a stall",
    help: "So long without a byte, while both ends live, and a transfer is begun anew.",
  },
  {
    key: "stagesFromMiB",
    label: "Buffer and compress from, in MiB",
    help: "What is smaller goes as it is, and its progress is exact.",
  },
  { key: "keepDays", label: "Days that ended transfers are kept", help: "Then their history is forgotten." },
];

const switches: { key: SwitchSetting; label: string; help: string }[] = [
  {
    key: "retry",
    label: "Go on by itself after an interruption",
    help: "What Halfway began is tried again until it is complete. It takes nothing that was not confirmed. Without this a transfer ends at its first interruption; what was received is kept.",
  },
  {
    key: "stages",
    label: "Buffer and compress large streams",
    help: "Where both ends have bash, mbuffer and zstd. What is raw or was compressed by ZFS is not compressed once more.",
  },
  {
    key: "gentle",
    label: "Give way to everything else",
    help: "Runs both ends with nice, so that transfers take only the processor time that nobody else wants.",
  },
];

/** How transfers are carried out, all of them. */
export function TransferSettings({ saved, onSaved }: { saved: Settings; onSaved: () => Promise<void> }) {
  const trpc = useTRPC();
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
      {switches.map(({ key, label, help }) => (
        <SwitchField
          key={key}
          label={label}
          help={help}
          checked={draft[key]}
          onChange={(checked) => setDraft({ ...draft, [key]: checked })}
        />
      ))}
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
