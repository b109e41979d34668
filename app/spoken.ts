import type { Metadata } from "next";
import { cookies, headers } from "next/headers";
import { type Language, languageCookie, languageFor } from "@/components/language/languages";
import { catalogOf, type Translate, translator } from "@/components/language/translator";
import { type Theme, themeCookie, themeOf } from "@/components/shell/theme";

/** The language of whoever asks. */
export async function spoken(): Promise<Language> {
  const chosen = (await cookies()).get(languageCookie)?.value;
  return languageFor(chosen, (await headers()).get("accept-language"));
}

/** The same, for what is said outside of components. */
export async function spokenT(): Promise<Translate> {
  const language = await spoken();
  return translator(language, language === "en" ? null : await catalogOf(language));
}

/** What a page is called, in the language of whoever asks. */
export async function titled(title: (t: Translate) => string): Promise<Metadata> {
  return { title: title(await spokenT()) };
}

/** The theme that the browser of whoever asks was told to show. */
export async function themed(): Promise<Theme> {
  return themeOf((await cookies()).get(themeCookie)?.value);
}
