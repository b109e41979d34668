/** The languages that the page speaks, by the names their speakers give them. */
export const languages = { en: "English", de: "Deutsch", zh: "简体中文" } as const;
export type Language = keyof typeof languages;

/** Where a browser keeps which language was chosen. */
export const languageCookie = "halfway-language";

/**
 * The language to answer in: the chosen one, or else the first of those the browser asks for that is spoken here.
 * @param acceptLanguage the request's header, RFC 9110, 12.5.4.
 */
export function languageFor(chosen: string | undefined, acceptLanguage: string | null): Language {
  if (isLanguage(chosen)) return chosen;
  const wanted = (acceptLanguage ?? "")
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
      return { language: tag.split("-")[0], weight: Number(weight) || 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  return wanted.map(({ language }) => language).find(isLanguage) ?? "en";
}

function isLanguage(name: string | undefined): name is Language {
  return name !== undefined && Object.hasOwn(languages, name);
}
