"use client";

import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { useT } from "@/components/language/language";
import { type Language, languages } from "@/components/language/languages";
import { type Theme, themes } from "./theme";
import { useLanguage, useTheme } from "./use-appearance";
import { themeWords } from "./words";

/** Theme and language, in a menu. It stays open: one looks at the one, and takes the other. */
export function AppearanceItems() {
  const t = useT();
  const [language, changeLanguage] = useLanguage();
  const [theme, changeTheme] = useTheme();
  return (
    <>
      <Choice label={t`Theme`} value={theme} onChange={(value) => changeTheme(value as Theme)}>
        {themes.map((value) => (
          <Choose key={value} value={value}>
            {t(themeWords[value])}
          </Choose>
        ))}
      </Choice>
      <Choice label={t`Language`} value={language} onChange={(value) => changeLanguage(value as Language)}>
        {Object.entries(languages).map(([value, name]) => (
          <Choose key={value} value={value} lang={value}>
            {name}
          </Choose>
        ))}
      </Choice>
    </>
  );
}

function Choice({
  label,
  value,
  onChange,
  children,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}) {
  return (
    <Menu.Group className="border-t border-line py-1 last-of-type:border-b">
      <Menu.GroupLabel className="px-3 pt-1 text-xs text-muted">{label}</Menu.GroupLabel>
      <Menu.RadioGroup value={value} onValueChange={onChange}>
        {children}
      </Menu.RadioGroup>
    </Menu.Group>
  );
}

function Choose({ value, lang, children }: { value: string; lang?: string; children: ReactNode }) {
  return (
    <Menu.RadioItem
      value={value}
      lang={lang}
      closeOnClick={false}
      className="flex min-h-11 cursor-pointer items-center gap-2.5 rounded-md px-3 outline-none select-none data-highlighted:bg-sunken lg:min-h-8 pointer-coarse:min-h-11"
    >
      <span className="grid size-4 place-items-center">
        <Menu.RadioItemIndicator>
          <Check aria-hidden className="size-4 text-accent" />
        </Menu.RadioItemIndicator>
      </span>
      {children}
    </Menu.RadioItem>
  );
}
