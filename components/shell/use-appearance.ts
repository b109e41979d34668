"use client";

import { useRouter } from "next/navigation";
import { useSyncExternalStore } from "react";
import { useT } from "@/components/language/language";
import { type Language, languageCookie } from "@/components/language/languages";
import { remember } from "@/components/ui/remember";
import { barColours, type Theme, themeCookie, themeOf } from "./theme";

const listeners = new Set<() => void>();

/** The theme of this browser, and how to change it. */
export function useTheme(): [theme: Theme, change: (theme: Theme) => void] {
  const theme = useSyncExternalStore<Theme>(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => themeOf(document.documentElement.dataset.theme),
    () => "system",
  );
  return [theme, changeTheme];
}

function changeTheme(theme: Theme): void {
  remember(themeCookie, theme);
  document.documentElement.dataset.theme = theme;
  for (const scheme of ["light", "dark"] as const) {
    document
      .querySelector(`meta[name="theme-color"][media*="${scheme}"]`)
      ?.setAttribute("content", barColours[theme === "system" ? scheme : theme]);
  }
  for (const listener of listeners) listener();
}

/** The language of this browser, and how to change it. What the page holds and what somebody typed stays. */
export function useLanguage(): [language: Language, change: (language: Language) => void] {
  const { language } = useT();
  const router = useRouter();
  return [
    language,
    (next) => {
      remember(languageCookie, next);
      router.refresh();
    },
  ];
}
