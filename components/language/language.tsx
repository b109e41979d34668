"use client";

import { createContext, type ReactNode, use, useContext, useMemo } from "react";
import type { Language } from "./languages";
import { catalogOf, type Translate, translator } from "./translator";

const TranslateContext = createContext<Translate>(translator("en", null));

/** `t`, which everything that is shown goes through. */
export function useT(): Translate {
  return useContext(TranslateContext);
}

/** Speaks a language to everything below it. */
export function LanguageProvider({ language, children }: { language: Language; children: ReactNode }) {
  const catalog = language === "en" ? null : use(catalogOf(language));
  const t = useMemo(() => translator(language, catalog), [language, catalog]);
  return <TranslateContext value={t}>{children}</TranslateContext>;
}
