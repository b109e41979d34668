declare const brand: unique symbol;

/**
 * A sentence in English that can still be put into another language: invisible marks tell its own words from the values
 * in it. They are Unicode's isolates, which also keep a name that reads from right to left from turning the sentence
 * around it: U+2066 … U+2069 around what is said, U+2068 … U+2069 around each value. So a sentence stays a string in
 * JSON, in the database and as an error's message (decision 022).
 */
export type Said = string & { readonly [brand]: true };

const saidBegins = "\u2066";
const valueBegins = "\u2068";
const ends = "\u2069";
/** For whoever takes them out where `plain` cannot reach. */
export const marksOfSaid = [saidBegins, valueBegins, ends] as const;
const deepest = 100;
const marks = /[\u2066\u2068\u2069]/g;
const anyMark = /[\u2066\u2068\u2069]/;

/** Says something in English, as a whole sentence or as words that stand for themselves. Values may have been said too. */
export function say(parts: TemplateStringsArray, ...values: readonly (string | number | bigint)[]): Said {
  const text = parts
    .map((part, at) => (at < values.length ? part + marked(values[at] ?? "") : part))
    .join("");
  return `${saidBegins}${text}${ends}` as Said;
}

/** Joins what was said, in lists and paragraphs. */
export function joined(sentences: readonly Said[], between = " "): Said {
  return sentences.join(between) as Said;
}

/** Things named one after the other within a sentence: `a, b, c`. */
export function listed([first = "", ...others]: readonly string[]): Said {
  return others.reduce<Said>((before, one) => say`${before}, ${one}`, say`${first}`);
}

/** Words that are nobody's to translate: what ZFS or a person wrote. */
export function verbatim(text: string): Said {
  return plain(text) as Said;
}

/**
 * What was said once and has been a plain string since: in a database, a file, an error. Its marks are still in it; what
 * never had any is shown as it is.
 */
export function recalled(text: string): Said {
  return text as Said;
}

/** Whether a text was said, from its beginning on. */
export function isSaid(text: string): text is Said {
  return text.startsWith(saidBegins);
}

/** Which of two forms fits a count. English has these two, German too, and Chinese takes the same for both. */
export function counted(count: number, one: Said, many: Said): Said {
  return count === 1 ? one : many;
}

/** JSON with the marks in its strings written out, for all to see; whoever parses it gets the same. */
export function escapeMarks(json: string): string {
  return json.replace(marks, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);
}

/** A text as it reads in English, without marks: for whatever is not our page. */
export function plain(text: string): string {
  return anyMark.test(text) ? text.replace(marks, "") : text;
}

function marked(value: string | number | bigint): string {
  const text = String(value);
  // What was said inside of a value is still said; other marks in it mean nothing.
  return `${valueBegins}${text.includes(saidBegins) ? text : plain(text)}${ends}`;
}

/** A text in its parts: bare words, values, and what was said. The latter two have parts of their own. */
export type Part = { kind: "words"; text: string } | { kind: "value" | "said"; parts: Part[] };

/** Takes a text apart. Total: marks that do not fit together are left out. */
export function partsOf(text: string): Part[] {
  const top: Part[] = [];
  const open: Part[][] = [top];
  for (const piece of text.split(/([\u2066\u2068\u2069])/)) {
    const inner = open.at(-1) ?? top;
    if (piece === saidBegins || piece === valueBegins) {
      // Nothing of ours is as deep; whoever takes the parts apart again must not be led down without end.
      if (open.length > deepest) continue;
      const parts: Part[] = [];
      inner.push({ kind: piece === saidBegins ? "said" : "value", parts });
      open.push(parts);
    } else if (piece === ends) {
      if (open.length > 1) open.pop();
    } else if (piece !== "") {
      inner.push({ kind: "words", text: piece });
    }
  }
  return top;
}
