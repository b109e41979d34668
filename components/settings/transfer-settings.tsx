"use client";

import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { type Said, say } from "@/server/say";
import type { Settings } from "@/server/transfers/settings";
import { NumberField } from "./number-field";
import { ReadOnly } from "./read-only";
import { SaveBar } from "./save-bar";
import { SwitchField } from "./switch-field";
import { type NumberSetting, type SwitchSetting, settingsChange, settingsDraftOf } from "./words";

const fields: { key: NumberSetting; label: Said; help: Said }[] = [
  {
    key: "overall",
    label: say`Transfers at work at once`,
    help: say`Over all hosts. More wait in the queue.`,
  },
  { key: "perHost", label: say`At once on each host`, help: say`As the source or as the target.` },
  {
    key: "stallMinutes",
    label: say`Minutes until a stall`,
    help: say`After this long without a byte, while both ends are alive, a transfer is ended and begun anew.`,
  },
  {
    key: "stagesFromMiB",
    label: say`Buffer and compress from, in MiB`,
    help: say`What is smaller goes as it is, and its progress is exact.`,
  },
  {
    key: "keepDays",
    label: say`Days that ended transfers are kept`,
    help: say`Then their history is forgotten.`,
  },
];

const switches: { key: SwitchSetting; label: Said; help: Said }[] = [
  {
    key: "retry",
    label: say`Go on by itself after an interruption`,
    help: say`What Halfway began is tried again until it is complete. It takes nothing that was not confirmed. Without this a transfer ends at its first interruption; what was received is kept.`,
  },
  {
    key: "stages",
    label: say`Buffer and compress large streams`,
    help: say`Where both ends have bash, mbuffer and zstd. What is raw or was compressed by ZFS is not compressed once more.`,
  },
  {
    key: "gentle",
    label: say`Give way to everything else`,
    help: say`Runs both ends with nice, so that transfers take only the processor time that nobody else wants.`,
  },
];

/** How transfers are carried out, all of them. */
export function TransferSettings({ saved, onSaved }: { saved: Settings; onSaved: () => Promise<void> }) {
  const t = useT();
  const trpc = useTRPC();
  const [draft, setDraft] = useState(() => settingsDraftOf(saved));
  const update = useMutation(trpc.settings.update.mutationOptions({ onSuccess: onSaved }));
  const { change, problems } = settingsChange(draft, saved);
  const mayNot = useRefusal("settings.update");
  if (mayNot !== null) return <SettingsRead settings={saved} mayNot={mayNot} />;
  const [wrong] = fields.filter(({ key }) => problems[key] !== undefined);
  return (
    <form
      aria-label={t`Transfers`}
      onSubmit={(event) => event.preventDefault()}
      className="mt-3 space-y-5 rounded-lg border border-line bg-surface px-4 py-4 sm:px-5"
    >
      <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
        {fields.map(({ key, label, help }) => (
          <NumberField
            key={key}
            label={t(label)}
            help={t(help)}
            problem={problems[key]}
            value={draft[key]}
            onChange={(text) => setDraft({ ...draft, [key]: text })}
          />
        ))}
      </div>
      {switches.map(({ key, label, help }) => (
        <SwitchField
          key={key}
          label={t(label)}
          help={t(help)}
          checked={draft[key]}
          onChange={(checked) => setDraft({ ...draft, [key]: checked })}
        />
      ))}
      <SaveBar
        what="settings"
        changed={Object.keys(change).length > 0 || wrong !== undefined}
        wrong={wrong ? say`${wrong.label}: ${problems[wrong.key] ?? ""}` : null}
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

/** The same for whoever may look at them only. */
function SettingsRead({ settings, mayNot }: { settings: Settings; mayNot: string }) {
  const t = useT();
  return (
    <div className="mt-3 space-y-4">
      <ReadOnly mayNot={mayNot} />
      <dl className="divide-y divide-line rounded-lg border border-line bg-surface px-4 sm:px-5">
        {fields.map(({ key, label, help }) => (
          <Setting key={key} name={t(label)} help={t(help)}>
            {settings[key].toLocaleString(t.language)}
          </Setting>
        ))}
        {switches.map(({ key, label, help }) => (
          <Setting key={key} name={t(label)} help={t(help)}>
            {settings[key] ? t`yes` : t`no`}
          </Setting>
        ))}
      </dl>
    </div>
  );
}

function Setting({ name, help, children }: { name: string; help: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-x-6 py-3">
      <dt className="min-w-0">
        <span className="font-medium">{name}</span>
        <span className="block text-xs/5 text-muted">{help}</span>
      </dt>
      <dd className="shrink-0 font-medium">{children}</dd>
    </div>
  );
}
