import { createElement, Fragment, type ReactNode } from "react";
import { say } from "@/server/say";
import type { Language } from "./languages";
import { type Catalog, keyOfTemplate, pieces, translate } from "./translate";

/** Puts texts into a language. */
export type Translate = {
  /** Something that was said elsewhere; words that nobody said come back as they are. */
  (text: string): string;
  /** What is said here: t`Resume ${dataset}`. */
  (parts: TemplateStringsArray, ...values: readonly (string | number | bigint)[]): string;
  /** The same with elements among the values: t.rich`Checked ${<Ago at={at} />}.` */
  rich(parts: TemplateStringsArray, ...values: readonly ReactNode[]): ReactNode;
  /** For `Intl` and `lang`. */
  language: Language;
};

const loading = new Map<Language, Promise<Catalog>>();

/** The words of a language other than English. Nobody loads those of a language that is not theirs. */
export function catalogOf(language: Exclude<Language, "en">): Promise<Catalog> {
  const begun = loading.get(language);
  if (begun) return begun;
  const catalog = catalogs[language]();
  loading.set(language, catalog);
  return catalog;
}

const catalogs: Record<Exclude<Language, "en">, () => Promise<Catalog>> = {
  de: async () => (await import("./de")).catalog,
  zh: async () => (await import("./zh")).catalog,
};

/** @param catalog null for English, which needs none. */
export function translator(language: Language, catalog: Catalog | null): Translate {
  const t = (first: string | TemplateStringsArray, ...values: readonly (string | number | bigint)[]) =>
    translate(typeof first === "string" ? first : say(first, ...values), catalog);
  const rich = (parts: TemplateStringsArray, ...values: readonly ReactNode[]) => {
    const said = pieces(keyOfTemplate(parts), catalog).map((piece) => {
      const value = typeof piece === "number" ? values[piece] : piece;
      return typeof value === "string" ? translate(value, catalog) : value;
    });
    return createElement(Fragment, null, ...said);
  };
  return Object.assign(t, { rich, language });
}
