import { type Part, partsOf } from "@/server/say";

/** What is said in English, and how it is said in another language; values are `{0}`, `{1}`… */
export type Catalog = Readonly<Record<string, string>>;

/** Puts a text into a language. What it has no words for stays English, and what nobody said stays as it is. */
export function translate(text: string, catalog: Catalog | null): string {
  return partsOf(text)
    .map((part) => translatePart(part, catalog))
    .join("");
}

function translatePart(part: Part, catalog: Catalog | null): string {
  if (part.kind === "words") return part.text;
  const { parts, kind } = part;
  if (kind === "value") return parts.map((inner) => translatePart(inner, catalog)).join("");
  const values = parts.filter(({ kind }) => kind !== "words").map((value) => translatePart(value, catalog));
  return pieces(keyOf(parts), catalog)
    .map((piece) => (typeof piece === "number" ? (values[piece] ?? "") : piece))
    .join("");
}

/** The words of a language for a key, in pieces; a number stands for the value with that place. */
export function pieces(key: string, catalog: Catalog | null): (string | number)[] {
  const words = catalog && Object.hasOwn(catalog, key) ? (catalog[key] ?? key) : key;
  return words.split(/(\{\d+\})/).map((piece) => {
    const place = /^\{(\d+)\}$/.exec(piece)?.[1];
    return place === undefined ? piece : Number(place);
  });
}

/** What a catalog lists a template under. */
export function keyOfTemplate(parts: readonly string[]): string {
  return parts.map((part, at) => (at < parts.length - 1 ? `${part}{${at}}` : part)).join("");
}

function keyOf(parts: readonly Part[]): string {
  let place = 0;
  return parts.map((part) => (part.kind === "words" ? part.text : `{${place++}}`)).join("");
}
