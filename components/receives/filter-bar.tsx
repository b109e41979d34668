"use client";

import { Search, X } from "lucide-react";
import { type Ref, useId } from "react";
import { useT } from "@/components/language/language";
import { Button } from "@/components/ui/button";
import { inputClass } from "@/components/ui/field";
import { FoldOnPhones } from "@/components/ui/fold-on-phones";
import { type Filters, isNarrowed, type Kind, kinds, type Sort, sorts } from "./order";

/** Which receives are shown, and in what order. */
export function FilterBar({
  filters,
  hosts,
  search,
  onChange,
}: {
  filters: Filters;
  /** Names of those that can be chosen. */
  hosts: readonly string[];
  search: Ref<HTMLInputElement>;
  onChange: (filters: Filters) => void;
}) {
  const t = useT();
  const id = useId();
  const narrowed = isNarrowed(filters);
  const set = [filters.host, filters.kind, filters.sort].filter((value) => value !== "").length;
  // A host that is gone stays chosen until somebody chooses another one.
  const names = filters.host === "" || hosts.includes(filters.host) ? hosts : [filters.host, ...hosts];
  return (
    <search
      aria-label={t`Which receives`}
      className="grid gap-2 min-[26rem]:grid-cols-2 sm:flex sm:flex-wrap"
    >
      <div className="relative min-w-0 min-[26rem]:col-span-2 sm:min-w-64 sm:flex-1">
        <Search
          aria-hidden
          className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-muted"
        />
        <input
          ref={search}
          type="search"
          aria-label={t`Search dataset and source names`}
          placeholder={t`Dataset or source`}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={255}
          value={filters.q}
          onChange={(event) => onChange({ ...filters, q: event.target.value })}
          className={`${inputClass} pl-9`}
        />
      </div>
      <FoldOnPhones label={set === 0 ? t`Filter and order` : t`Filter and order: ${set} chosen`}>
        {names.length > 1 && (
          <Choice
            id={`${id}-host`}
            label={t`Host`}
            value={filters.host}
            all={t`All hosts`}
            options={names.map((name) => [name, name])}
            onChoose={(host) => onChange({ ...filters, host })}
          />
        )}
        <Choice
          id={`${id}-kind`}
          label={t`State`}
          value={filters.kind}
          all={t`In any state`}
          options={Object.entries(kinds).map(([kind, words]) => [kind, t(words)])}
          onChoose={(kind) => onChange({ ...filters, kind: kind as Kind | "" })}
        />
        <Choice
          id={`${id}-sort`}
          wide
          label={t`Order`}
          value={filters.sort === "" ? "need" : filters.sort}
          options={Object.entries(sorts).map(([sort, words]) => [sort, t(words)])}
          onChoose={(sort) => onChange({ ...filters, sort: sort === "need" ? "" : (sort as Sort) })}
        />
      </FoldOnPhones>
      {/* Always there, so that nothing moves when it works, and the focus is not lost when it does not. */}
      <Button
        tone="quiet"
        disabled={!narrowed}
        className={`lg:h-9 ${narrowed ? "" : "max-sm:hidden"}`}
        onClick={() => onChange({ ...filters, q: "", host: "", kind: "" })}
      >
        <X aria-hidden /> {t`Clear`}
      </Button>
    </search>
  );
}

function Choice({
  id,
  label,
  value,
  all,
  options,
  wide = false,
  onChoose,
}: {
  id: string;
  label: string;
  value: string;
  /** What leaves out nothing, where there is such a choice. */
  all?: string;
  options: readonly (readonly [value: string, words: string])[];
  /** Whether it has a line for itself where there is room for two. */
  wide?: boolean;
  onChoose: (value: string) => void;
}) {
  return (
    <select
      id={id}
      aria-label={label}
      value={value}
      onChange={(event) => onChoose(event.target.value)}
      className={`${inputClass} sm:w-auto sm:max-w-72 ${wide ? "min-[26rem]:max-sm:col-span-2" : ""}`}
    >
      {all !== undefined && <option value="">{all}</option>}
      {options.map(([option, words]) => (
        <option key={option} value={option}>
          {words}
        </option>
      ))}
    </select>
  );
}
