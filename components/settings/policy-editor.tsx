"use client";

import { type ReactNode, useEffect, useId, useRef } from "react";
import { useT } from "@/components/language/language";
import { Field, inputClass } from "@/components/ui/field";
import { FieldProblem } from "@/components/ui/field-problem";
import type { Said } from "@/server/say";
import type { Policy } from "@/server/transfers/policies";
import { NumberField } from "./number-field";
import { modeHelp, modeWords, type PolicyDraft, type PolicyField } from "./words";

/** Everything that can be said of one policy. */
export function PolicyEditor({
  draft,
  problems,
  onChange,
}: {
  draft: PolicyDraft;
  problems: Partial<Record<PolicyField, Said>>;
  onChange: (draft: PolicyDraft) => void;
}) {
  const t = useT();
  const id = useId();
  const name = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);
  const set = (change: Partial<PolicyDraft>) => onChange({ ...draft, ...change });
  const text = (field: "name" | "hosts" | "datasets", label: string, help: ReactNode) => (
    <Field id={`${id}-${field}`} label={label} help={problemOr(problems[field], help)}>
      <input
        id={`${id}-${field}`}
        ref={field === "name" ? name : undefined}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        maxLength={field === "name" ? 80 : 300}
        value={draft[field]}
        aria-invalid={problems[field] !== undefined || undefined}
        aria-describedby={`${id}-${field}-help`}
        onChange={(event) => set({ [field]: event.target.value })}
        className={`${inputClass} aria-invalid:border-danger`}
      />
    </Field>
  );
  return (
    <div className="mt-4 space-y-5 border-t border-line pt-4">
      <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
        <div className="sm:col-span-2">{text("name", t`Name`, t`Transfers that it begins bear it.`)}</div>
        {text(
          "hosts",
          t`Hosts`,
          t.rich`The host that receives. ${<code>*</code>} is any, ${<code>{"{nas,attic}"}</code>} one of two.`,
        )}
        {text(
          "datasets",
          t`Datasets`,
          t.rich`${<code>backup/**</code>} is all below backup, ${<code>backup/*</code>} one level of it, ${<code>**</code>} any.`,
        )}
      </div>
      <fieldset>
        <legend className="font-medium">{t`What it does`}</legend>
        <div className="mt-1.5 space-y-2">
          {(["resume", "ask", "off"] as const satisfies Policy["mode"][]).map((mode) => (
            <div key={mode} className="grid grid-cols-[auto_1fr] gap-x-3">
              <input
                id={`${id}-${mode}`}
                type="radio"
                name={`${id}-mode`}
                checked={draft.mode === mode}
                aria-describedby={`${id}-${mode}-help`}
                onChange={() => set({ mode })}
                className="mt-0.5 size-4 accent-accent pointer-coarse:size-6"
              />
              <label htmlFor={`${id}-${mode}`} className="font-medium">
                {t(modeWords[mode])}
              </label>
              <p id={`${id}-${mode}-help`} className="col-start-2 text-xs/5 text-muted">
                {t(modeHelp[mode])}
              </p>
            </div>
          ))}
        </div>
      </fieldset>
      {draft.mode !== "off" && (
        <>
          <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
            <NumberField
              label={t`Minutes to stand still`}
              help={t`So long must no byte have arrived: whoever began it may go on with it. Counted while Halfway runs.`}
              problem={problems.idleMinutes}
              value={draft.idleMinutes}
              onChange={(idleMinutes) => set({ idleMinutes })}
            />
            <NumberField
              label={t`Times to begin the same receive`}
              help={t`A transfer that was begun tries again by itself; this counts only new ones.`}
              problem={problems.attempts}
              value={draft.attempts}
              onChange={(attempts) => set({ attempts })}
            />
          </div>
          <Hours draft={draft} problem={problems.window} onChange={set} />
        </>
      )}
    </div>
  );
}

/** What is wrong with a field, or else its help. */
function problemOr(problem: Said | undefined, help: ReactNode): ReactNode {
  return problem === undefined ? help : <FieldProblem text={problem} />;
}

/** The hours of the day when something may be begun. */
function Hours({
  draft: { window },
  problem,
  onChange,
}: {
  draft: PolicyDraft;
  problem: Said | undefined;
  onChange: (change: Pick<PolicyDraft, "window">) => void;
}) {
  const t = useT();
  const id = useId();
  return (
    <fieldset aria-describedby={`${id}-help`}>
      <legend className="font-medium">{t`Hours`}</legend>
      <div className="mt-1.5 flex flex-wrap items-center gap-x-5 gap-y-2">
        <span className="flex items-center gap-2">
          <input
            id={`${id}-some`}
            type="checkbox"
            checked={window !== null}
            onChange={(event) =>
              onChange({ window: event.target.checked ? { from: "22:00", to: "06:00" } : null })
            }
            className="size-4 accent-accent pointer-coarse:size-6"
          />
          <label htmlFor={`${id}-some`}>{t`Begin only at some hours`}</label>
        </span>
        {window && (
          <>
            <Hour
              id={`${id}-from`}
              label={t`from`}
              at={window.from}
              onSet={(from) => onChange({ window: { ...window, from } })}
            />
            <Hour
              id={`${id}-to`}
              label={t`to`}
              at={window.to}
              onSet={(to) => onChange({ window: { ...window, to } })}
            />
          </>
        )}
      </div>
      <p id={`${id}-help`} className="mt-1 text-xs/5 text-muted">
        {problemOr(
          problem,
          t`By the clock of Halfway's machine, and over midnight where the end is earlier. What was begun goes on afterwards.`,
        )}
      </p>
    </fieldset>
  );
}

function Hour({
  id,
  label,
  at,
  onSet,
}: {
  id: string;
  label: string;
  at: string;
  onSet: (at: string) => void;
}) {
  return (
    <span className="flex items-center gap-2">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="time"
        value={at}
        onChange={(event) => onSet(event.target.value)}
        className={`${inputClass} w-auto!`}
      />
    </span>
  );
}
