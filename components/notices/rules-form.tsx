"use client";

import { useMutation } from "@tanstack/react-query";
import { LoaderCircle, Save } from "lucide-react";
import { useId, useState } from "react";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { languages } from "@/components/language/languages";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { NumberField } from "@/components/settings/number-field";
import { SwitchField } from "@/components/settings/switch-field";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Field, inputClass } from "@/components/ui/field";
import { FieldProblem } from "@/components/ui/field-problem";
import { RefusableButton } from "@/components/ui/refusable-button";
import type { Kind } from "@/server/notices/news";
import type { NoticeLanguage, NoticeSettings } from "@/server/notices/settings";
import {
  draftOf,
  type Problems,
  type RuleDraft,
  ruleOrder,
  ruleWords,
  type SettingsDraft,
  settingsOf,
  whereWords,
} from "./words";

/** What is told, when and in which language; nothing counts before it is saved. */
export function RulesForm({
  saved,
  zone,
  onSaved,
}: {
  saved: NoticeSettings;
  /** The time zone of Halfway's machine. */
  zone: string;
  onSaved: () => void;
}) {
  const t = useT();
  const trpc = useTRPC();
  const refusal = useRefusal("notices.saveSettings");
  const [draft, setDraft] = useState(() => draftOf(saved));
  const save = useMutation(trpc.notices.saveSettings.mutationOptions({ onSuccess: onSaved }));
  const { settings, problems } = settingsOf(draft);
  const changed = JSON.stringify(settings) !== JSON.stringify(saved) || Object.keys(problems).length > 0;
  const [wrong = null] = Object.values(problems);
  const error = plainError(save.error);
  return (
    <form
      aria-label={t`What is told`}
      onSubmit={(event) => event.preventDefault()}
      className="mt-3 space-y-5"
    >
      {refusal !== null && <p className="text-muted">{t(refusal)}</p>}
      <fieldset disabled={refusal !== null} className="min-w-0 space-y-5">
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {ruleOrder.map((kind) => (
            <li key={kind} className="px-4 py-3.5 sm:px-5">
              <Rule
                kind={kind}
                rule={draft.rules[kind]}
                problem={problems[kind]}
                onChange={(rule) => setDraft({ ...draft, rules: { ...draft.rules, [kind]: rule } })}
              />
            </li>
          ))}
        </ul>
        <div className="space-y-5 rounded-lg border border-line bg-surface px-4 py-4 sm:px-5">
          <QuietHours draft={draft} zone={zone} problems={problems} onChange={setDraft} />
          <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
            <NumberField
              label={t`Hours before the same is told again`}
              help={t`Where something comes back that was over: a host that comes and goes is one message in so many hours.`}
              problem={problems.rest}
              value={draft.restHours}
              onChange={(restHours) => setDraft({ ...draft, restHours })}
            />
            <LanguageChoice
              value={draft.language}
              onChange={(language) => setDraft({ ...draft, language })}
            />
          </div>
        </div>
      </fieldset>
      {error && <ErrorProblem error={error} />}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <RefusableButton
          tone="primary"
          refusal={
            refusal !== null
              ? t(refusal)
              : wrong !== null
                ? t(wrong)
                : changed
                  ? null
                  : t`Nothing was changed here.`
          }
          disabled={save.isPending}
          onClick={() => save.mutate(settings)}
        >
          {save.isPending ? <LoaderCircle aria-hidden className="animate-spin" /> : <Save aria-hidden />}
          {save.isPending ? t`Saving…` : t`Save what is told`}
        </RefusableButton>
        {changed && (
          <>
            <Button
              disabled={save.isPending}
              onClick={() => {
                save.reset();
                setDraft(draftOf(saved));
              }}
            >
              {t`Discard these changes`}
            </Button>
            <p className="text-attention">{wrong === null ? t`Not saved so far.` : t(wrong)}</p>
          </>
        )}
      </div>
    </form>
  );
}

/** One rule: whether it is on, and then after how long, for what, and whether it may wake somebody. */
function Rule({
  kind,
  rule,
  problem,
  onChange,
}: {
  kind: Kind;
  rule: RuleDraft;
  problem: Problems[Kind];
  onChange: (rule: RuleDraft) => void;
}) {
  const t = useT();
  const id = useId();
  const { label, help } = ruleWords[kind];
  const { on, urgent, hosts, datasets, after } = rule;
  const pattern = (name: "hosts" | "datasets", words: string, value: string) => (
    <Field id={`${id}-${name}`} label={words}>
      <input
        id={`${id}-${name}`}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        maxLength={300}
        value={value}
        aria-invalid={value.trim() === "" || undefined}
        onChange={(event) => onChange({ ...rule, [name]: event.target.value })}
        className={`${inputClass} aria-invalid:border-danger`}
      />
    </Field>
  );
  return (
    <fieldset>
      <legend className="sr-only">{t(label)}</legend>
      <SwitchField
        label={t(label)}
        help={t(help)}
        checked={on}
        onChange={(next) => onChange({ ...rule, on: next })}
      />
      {on && (
        <div className="mt-2 space-y-2 pl-7">
          {after !== null && (
            <NumberField
              label={kind === "old" ? t`After so many days` : t`After so many minutes`}
              help=""
              problem={problem}
              value={after}
              onChange={(text) => onChange({ ...rule, after: text })}
            />
          )}
          <details>
            <summary className="cursor-pointer rounded py-1 text-xs/5 text-muted wrap-anywhere hover:text-ink pointer-coarse:py-3">
              {t(whereWords(rule))} · {urgent ? t`urgent` : t`waits for the end of the quiet hours`}
            </summary>
            <div className="mt-2 mb-1 grid gap-x-5 gap-y-3 sm:grid-cols-2">
              {pattern("hosts", t`On hosts like`, hosts)}
              {datasets !== null && pattern("datasets", t`In datasets like`, datasets)}
              <div className="sm:col-span-2">
                <SwitchField
                  label={t`Urgent`}
                  help={t`Does not wait for the end of the quiet hours.`}
                  checked={urgent}
                  onChange={(next) => onChange({ ...rule, urgent: next })}
                />
              </div>
            </div>
          </details>
        </div>
      )}
    </fieldset>
  );
}

/** The hours in which only what is urgent is told. */
function QuietHours({
  draft,
  zone,
  problems,
  onChange,
}: {
  draft: SettingsDraft;
  zone: string;
  problems: Problems;
  onChange: (draft: SettingsDraft) => void;
}) {
  const t = useT();
  const id = useId();
  const { quiet } = draft;
  const time = (name: "from" | "to", words: string, value: string) => (
    <Field id={`${id}-${name}`} label={words}>
      <input
        id={`${id}-${name}`}
        type="time"
        value={value}
        onChange={(event) => onChange({ ...draft, quiet: quiet && { ...quiet, [name]: event.target.value } })}
        className={`${inputClass} w-auto!`}
      />
    </Field>
  );
  return (
    <fieldset className="space-y-3">
      <legend className="sr-only">{t`Quiet hours`}</legend>
      <SwitchField
        label={t`Quiet hours`}
        help={t`Only what is urgent is told then; the rest comes in one message when they end.`}
        checked={quiet !== null}
        onChange={(on) => onChange({ ...draft, quiet: on ? { from: "22:00", to: "07:00" } : null })}
      />
      {quiet && (
        <div className="flex flex-wrap items-start gap-x-5 gap-y-3 pl-7">
          {time("from", t`Begins at`, quiet.from)}
          {time("to", t`Ends at`, quiet.to)}
          <div className="w-full sm:w-72">
            <Field
              id={`${id}-zone`}
              label={t`Time zone`}
              help={
                problems.zone ? (
                  <FieldProblem text={problems.zone} />
                ) : (
                  t`Empty for that of Halfway's machine, ${zone}.`
                )
              }
            >
              <input
                id={`${id}-zone`}
                autoComplete="off"
                autoCapitalize="off"
                autoCorrect="off"
                spellCheck={false}
                maxLength={64}
                placeholder={zone}
                value={draft.zone}
                aria-invalid={problems.zone !== undefined || undefined}
                aria-describedby={`${id}-zone-help`}
                onChange={(event) => onChange({ ...draft, zone: event.target.value })}
                className={`${inputClass} aria-invalid:border-danger`}
              />
            </Field>
          </div>
          {problems.quiet && <FieldProblem text={problems.quiet} />}
        </div>
      )}
    </fieldset>
  );
}

function LanguageChoice({
  value,
  onChange,
}: {
  value: NoticeLanguage;
  onChange: (language: NoticeLanguage) => void;
}) {
  const t = useT();
  const id = useId();
  return (
    <Field id={id} label={t`Language of the messages`}>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value as NoticeLanguage)}
        className={`${inputClass} max-w-60`}
      >
        {Object.entries(languages).map(([language, words]) => (
          <option key={language} value={language} lang={language}>
            {words}
          </option>
        ))}
      </select>
    </Field>
  );
}
