import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { keyOfTemplate } from "./translate";

const root = join(import.meta.dirname, "../..");

/** Every text in the source that is said: the templates of say`…`, t`…` and t.rich`…`. */
function said(): Set<string> {
  const keys = new Set<string>();
  for (const room of ["app", "components", "server"]) {
    for (const name of readdirSync(join(root, room), { recursive: true, encoding: "utf8" })) {
      if (!/\.tsx?$/.test(name) || /\.test\.tsx?$|fixtures?\.ts$/.test(name)) continue;
      const text = readFileSync(join(root, room, name), "utf8");
      const visit = (node: ts.Node): void => {
        if (ts.isTaggedTemplateExpression(node) && /^(say|t|t\.rich)$/.test(node.tag.getText())) {
          keys.add(keyOfTemplate(partsOf(node.template)));
        }
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
    }
  }
  return keys;
}

function partsOf(template: ts.TemplateLiteral): string[] {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return [template.text];
  return [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)];
}

const inSource = said();

describe.each(["de", "zh"])("in %s", (language) => {
  const entries = readdirSync(join(import.meta.dirname, language))
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) =>
      Object.entries<string>(JSON.parse(readFileSync(join(import.meta.dirname, language, name), "utf8"))),
    );
  const words = new Map(entries);

  it("everything that is said anywhere can be said", () => {
    // What has no letters, such as a number in brackets, is the same everywhere.
    const missing = [...inSource].filter((key) => /\p{L}/u.test(key) && !words.has(key));
    expect(missing).toEqual([]);
  });

  it("nothing is kept that nobody says any more, or twice", () => {
    expect([...words.keys()].filter((key) => !inSource.has(key))).toEqual([]);
    const keys = entries.map(([key]) => key);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it("no value gets lost, and none is made up", () => {
    const values = (text: string) => [...new Set(text.match(/\{\d+\}/g))].sort();
    const wrong = entries.filter(([key, text]) => values(key).join() !== values(text).join());
    expect(wrong).toEqual([]);
  });
});
