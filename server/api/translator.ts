import { type Catalog, translate } from "../../components/language/translate";
import type { Translate } from "../notices/message";
import type { NoticeLanguage } from "../notices/settings";

const catalogs: Record<NoticeLanguage, () => Promise<Catalog | null>> = {
  en: async () => null,
  de: async () => (await import("../../components/language/de")).catalog,
  zh: async () => (await import("../../components/language/zh")).catalog,
};

/**
 * The words of a language, for what leaves the house: the same that the page shows. Only here does the server look into the
 * page's catalogues; whoever needs them is given this function.
 */
export async function translatorOf(language: NoticeLanguage): Promise<Translate> {
  const catalog = await catalogs[language]();
  return (text) => translate(text, catalog);
}
