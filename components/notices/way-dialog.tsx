"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { SwitchField } from "@/components/settings/switch-field";
import type { Asking } from "@/components/ui/asking";
import { Field, inputClass } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import type { ListedWay } from "@/server/notices/notices";
import type { WayKind } from "@/server/notices/ways";
import {
  encryptionNames,
  isComplete,
  newWay,
  type WayDraft,
  type WayField,
  wayDraftOf,
  wayFields,
  wayInputOf,
  wayNames,
} from "./words";

/**
 * Adds a way, or changes one.
 * @param way null for a new one.
 */
export function WayDialog({ way, opener, onDone, onGone }: { way: ListedWay | null } & Asking) {
  const t = useT();
  const trpc = useTRPC();
  const id = useId();
  const [open, setOpen] = useState(true);
  const [draft, setDraft] = useState<WayDraft>(() => (way ? wayDraftOf(way) : newWay("ntfy")));
  const save = useMutation(
    trpc.notices.saveWay.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        onDone(t`${draft.name.trim()} is saved. Test it: nobody is told by a way that does not work.`);
      },
    }),
  );
  return (
    <FormDialog
      title={way ? t`Change ${way.name}` : t`Add a way`}
      about={t`How a message gets to you. Passwords, tokens and webhook addresses are kept on this machine, and never shown again.`}
      verb={t`Save`}
      doing={t`Saving…`}
      ready={isComplete(draft)}
      busy={save.isPending}
      error={plainError(save.error)}
      opener={() => opener}
      open={open}
      onSubmit={() => save.mutate(wayInputOf(draft))}
      onClose={() => setOpen(false)}
      onGone={onGone}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field id={`${id}-kind`} label={t`Kind`}>
          <select
            id={`${id}-kind`}
            value={draft.kind}
            disabled={way !== null}
            onChange={(event) => {
              const { name, on } = draft;
              setDraft({ ...newWay(event.target.value as WayKind), name, on });
            }}
            className={inputClass}
          >
            {(Object.keys(wayNames) as WayKind[]).map((kind) => (
              <option key={kind} value={kind}>
                {t(wayNames[kind])}
              </option>
            ))}
          </select>
        </Field>
        <Field id={`${id}-name`} label={t`Name`} help={t`What it is called here.`}>
          <input
            id={`${id}-name`}
            required
            maxLength={80}
            autoComplete="off"
            aria-describedby={`${id}-name-help`}
            value={draft.name}
            onChange={(event) => setDraft({ ...draft, name: event.target.value })}
            className={inputClass}
          />
        </Field>
        {wayFields[draft.kind].map((field) => (
          <WayInputField
            key={`${draft.kind} ${field.name}`}
            field={field}
            draft={draft}
            onChange={setDraft}
          />
        ))}
      </div>
      <SwitchField
        label={t`Switched on`}
        help={t`What waits for a way that is switched off is let go.`}
        checked={draft.on}
        onChange={(on) => setDraft({ ...draft, on })}
      />
    </FormDialog>
  );
}

/** One thing that a way has to know. */
function WayInputField({
  field,
  draft,
  onChange,
}: {
  field: WayField;
  draft: WayDraft;
  onChange: (draft: WayDraft) => void;
}) {
  const t = useT();
  const id = useId();
  const { name, label, help, secret, needed, type } = field;
  const typed = secret ? draft.secrets[name] : draft.open[name];
  const kept = secret && typed === null;
  const set = (value: string) =>
    onChange(
      secret
        ? { ...draft, secrets: { ...draft.secrets, [name]: value } }
        : { ...draft, open: { ...draft.open, [name]: value } },
    );
  const shared = {
    id,
    "aria-describedby": `${id}-help`,
    className: inputClass,
  };
  return (
    <Field id={id} label={t(label)} help={kept ? t`It is set. Type another one to replace it.` : t(help)}>
      {type === "encryption" ? (
        <select {...shared} value={typed ?? ""} onChange={(event) => set(event.target.value)}>
          {Object.entries(encryptionNames).map(([value, words]) => (
            <option key={value} value={value}>
              {t(words)}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          // Nobody can check an address that does not show; what is saved is never shown again.
          type={secret && name !== "url" ? "password" : "text"}
          inputMode={type === "number" ? "numeric" : undefined}
          required={needed && !kept}
          maxLength={2_000}
          // A browser's own password has no business here.
          autoComplete={secret ? "new-password" : "off"}
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          placeholder={kept ? "••••••••" : undefined}
          value={typed ?? ""}
          onChange={(event) => set(event.target.value)}
        />
      )}
    </Field>
  );
}
