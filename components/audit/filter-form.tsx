"use client";

import { type ReactNode, useId } from "react";
import { useT } from "@/components/language/language";
import { Field, inputClass } from "@/components/ui/field";
import { FoldOnPhones } from "@/components/ui/fold-on-phones";
import { actWords, type Filters, outcomeWords } from "./words";

/** Which acts are shown. */
export function FilterForm({
  filters,
  hosts,
  onChange,
}: {
  filters: Filters;
  hosts: readonly string[];
  onChange: (filters: Filters) => void;
}) {
  const t = useT();
  const id = useId();
  const chosen = Object.values(filters).filter((value) => value !== "").length;
  const set = (name: keyof Filters) => (value: string) => onChange({ ...filters, [name]: value } as Filters);
  const field = (name: keyof Filters) => ({ id: `${id}-${name}`, value: filters[name], onChange: set(name) });
  return (
    <search className="mt-5 block">
      <FoldOnPhones label={chosen === 0 ? t`Filter` : t`Filter: ${chosen} chosen`}>
        <form
          aria-label={t`Which acts`}
          onSubmit={(event) => event.preventDefault()}
          className="grid gap-4 rounded-lg max-sm:mt-2 border border-line bg-surface px-4 py-4 sm:grid-cols-2 sm:px-5 lg:grid-cols-4"
        >
          <Part label={t`Who`} placeholder={t`a part of the name`} maxLength={100} {...field("actor")} />
          <Part
            label={t`Dataset`}
            placeholder={t`a part of its name`}
            maxLength={255}
            {...field("dataset")}
          />
          <OneOf label={t`Host`} {...field("host")}>
            {[...new Set([...hosts, filters.host])].filter(Boolean).map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </OneOf>
          <OneOf label={t`Act`} {...field("act")}>
            {Object.entries(actWords).map(([act, words]) => (
              <option key={act} value={act}>
                {t(words)}
              </option>
            ))}
          </OneOf>
          <OneOf label={t`Outcome`} {...field("outcome")}>
            {Object.entries(outcomeWords).map(([outcome, { words }]) => (
              <option key={outcome} value={outcome}>
                {t(words)}
              </option>
            ))}
          </OneOf>
          <Day label={t`From`} {...field("from")} />
          <Day label={t`Until, inclusive`} {...field("to")} />
        </form>
      </FoldOnPhones>
    </search>
  );
}

type Input = { id: string; label: string; value: string; onChange: (value: string) => void };

function Part({ id, label, onChange, ...input }: Input & { placeholder: string; maxLength: number }) {
  return (
    <Field id={id} label={label}>
      <input
        id={id}
        type="search"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        className={inputClass}
        {...input}
      />
    </Field>
  );
}

function OneOf({ id, label, value, onChange, children }: Input & { children: ReactNode }) {
  const t = useT();
  return (
    <Field id={id} label={label}>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)} className={inputClass}>
        <option value="">{t`Any`}</option>
        {children}
      </select>
    </Field>
  );
}

function Day({ id, label, value, onChange }: Input) {
  return (
    <Field id={id} label={label}>
      <input
        id={id}
        type="date"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={inputClass}
      />
    </Field>
  );
}
