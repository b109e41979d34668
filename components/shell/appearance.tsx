"use client";

import { ChevronDown } from "lucide-react";
import { type ReactNode, useId } from "react";
import { useT } from "@/components/language/language";
import { type Language, languages } from "@/components/language/languages";
import { type Theme, themes } from "./theme";
import { useLanguage, useTheme } from "./use-appearance";
import { themeWords } from "./words";

/** Language and theme, where there is nobody yet whose menu could have them. */
export function Appearance() {
  const t = useT();
  const [language, changeLanguage] = useLanguage();
  const [theme, changeTheme] = useTheme();
  return (
    <div className="mt-6 flex flex-wrap justify-center gap-x-4 gap-y-2">
      <Select
        label={t`Language`}
        value={language}
        onChange={(value) => changeLanguage(value as Language)}
        options={Object.entries(languages).map(([value, name]) => (
          <option key={value} value={value} lang={value}>
            {name}
          </option>
        ))}
      />
      <Select
        label={t`Theme`}
        value={theme}
        onChange={(value) => changeTheme(value as Theme)}
        options={themes.map((value) => (
          <option key={value} value={value}>
            {t(themeWords[value])}
          </option>
        ))}
      />
    </div>
  );
}

function Select({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: ReactNode;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="relative text-muted hover:text-ink">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        className="h-11 cursor-pointer appearance-none rounded-md bg-transparent pr-7 pl-2 text-sm hover:bg-sunken lg:h-8 pointer-coarse:h-11"
      >
        {options}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute inset-y-0 right-2 my-auto size-3.5" />
    </div>
  );
}
