"use client";

import { type ReactNode, useEffect, useId, useRef } from "react";
import { Field, inputClass } from "@/components/ui/field";
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
  problems: Partial<Record<PolicyField, string>>;
  onChange: (draft: PolicyDraft) => void;
}) {
  const id = useId();
  const name = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);
  const set = (change: Partial<PolicyDraft>) => onChange({ ...draft, ...change });
  const text = (field: "name" | "hosts" | "datasets", label: string, help: ReactNode) => (
    <Field id={`${id}-${field}`} label={label} help={problems[field] ?? help}>
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
        <div className="sm:col-span-2">{text("name", "Name", "Transfers that it begins bear it.")}</div>
        {text(
          "hosts",
          "Hosts",
          <>
            The host that receives. <code>*</code> is any, <code>{"{nas,attic}"}</code> one of two.
          </>,
        )}
        {text(
          "datasets",
          "Datasets",
          <>
            <code>backup/**</code> is all below backup, <code>backup/*</code> one level of it, <code>**</code>{" "}
            any.
          </>,
        )}
      </div>
      <fieldset>
        <legend className="font-medium">What it does</legend>
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
                {modeWords[mode]}
              </label>
              <p id={`${id}-${mode}-help`} className="col-start-2 text-xs/5 text-muted">
                {modeHelp[mode]}
              </p>
            </div>
          ))}
        </div>
      </fieldset>
      {draft.mode !== "off" && (
        <>
          <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
            <NumberField
              label="Minutes to stand still"
              help="So long must no byte have arrived: whoever began it may go on with it. Counted while Halfway runs."
              problem={problems.idleMinutes}
              value={draft.idleMinutes}
              onChange={(idleMinutes) => set({ idleMinutes })}
            />
            <NumberField
              label="Times to begin the same receive"
              help="A transfer that was begun tries again by itself; this counts only new ones."
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

/** The hours of the day when something may be begun. */
function Hours({
  draft: { window },
  problem,
  onChange,
}: {
  draft: PolicyDraft;
  problem: string | undefined;
  onChange: (change: Pick<PolicyDraft, "window">) => void;
}) {
  const id = useId();
  return (
    <fieldset aria-describedby={`${id}-help`}>
      <legend className="font-medium">Hours</legend>
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
          <label htmlFor={`${id}-some`}>Begin only at some hours</label>
        </span>
        {window && (
          <span className="flex flex-wrap items-center gap-2">
            <label htmlFor={`${id}-from`}>from</label>
            <input
              id={`${id}-from`}
              type="time"
              value={window.from}
              onChange={(event) => onChange({ window: { ...window, from: event.target.value } })}
              className={`${inputClass} w-auto!`}
            />
            <label htmlFor={`${id}-to`}>to</label>
            <input
              id={`${id}-to`}
              type="time"
              value={window.to}
              onChange={(event) => onChange({ window: { ...window, to: event.target.value } })}
              className={`${inputClass} w-auto!`}
            />
          </span>
        )}
      </div>
      <p id={`${id}-help`} className="mt-1 text-xs/5 text-muted">
        {problem ??
          "By the clock of Halfway's machine, and over midnight where the end is earlier. What was begun goes on afterwards."}
      </p>
    </fieldset>
  );
}
