import { isMap, isNode, isScalar, LineCounter, parseDocument, type YAMLMap } from "yaml";

/** A path into what a file says: keys of maps, and places in lists. */
export type Path = readonly PropertyKey[];

/** What a file of the configuration says, and on which line it says it. */
export type Source = { value: unknown; line: (path: Path) => number };

/** Why a file cannot be read as YAML, and where. */
export type Unreadable = { line: number; words: string };

/** Reads YAML, and so JSON, too. */
export function readYaml(text: string): Source | { unreadable: Unreadable[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      unreadable: document.errors.map(({ message, pos }) => ({
        line: lines.linePos(pos[0]).line,
        // Behind a colon it may quote the file, and so a secret.
        words: message.split(":", 1)[0] ?? "",
      })),
    };
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch {
    return { unreadable: [{ line: 1, words: "An alias (*name) stands for nothing, or for too much" }] };
  }
  const offsetOf = (node: unknown) => (isNode(node) ? (node.range?.[0] ?? 0) : 0);
  const line = (path: Path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const parent = document.getIn(path.slice(0, length - 1), true);
      const key = path[length - 1];
      const pair = isMap(parent) ? pairOf(parent, key) : undefined;
      const node = pair ? pair.key : document.getIn(path.slice(0, length), true);
      if (node !== undefined) return lines.linePos(offsetOf(node)).line;
    }
    return 1;
  };
  // A file of comments alone says nothing, and that is nothing wrong.
  return { value: value ?? {}, line };
}

function pairOf(map: YAMLMap, key: PropertyKey | undefined) {
  return map.items.find((pair) => (isScalar(pair.key) ? pair.key.value : pair.key) === key);
}
