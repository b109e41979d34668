/** Something that the palette leads to. `name` and `detail` are as they are shown; all of them are searched. */
export type Entry = {
  id: string;
  group: "pages" | "actions" | "transfers" | "receives";
  name: string;
  detail: string;
  go: () => void;
};

/** So many of one kind are shown; who looks for another one types more of its name. */
const shownOfEach = 30;

/** What was found, and how many more there are than are shown. */
export type Found = { group: Entry["group"]; entries: Entry[]; more: number };

/**
 * Entries in whose words every word of the query is found, by groups; of each group those first whose name begins with it,
 * else as they came. Nothing typed finds everything.
 */
export function search(entries: readonly Entry[], query: string): Found[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<Entry["group"], { first: Entry[]; rest: Entry[] }>();
  for (const entry of entries) {
    const name = entry.name.toLowerCase();
    const text = `${name} ${entry.detail.toLowerCase()}`;
    if (!wanted.every((word) => text.includes(word))) continue;
    let group = groups.get(entry.group);
    if (!group) {
      group = { first: [], rest: [] };
      groups.set(entry.group, group);
    }
    (wanted[0] !== undefined && name.startsWith(wanted[0]) ? group.first : group.rest).push(entry);
  }
  return [...groups].map(([group, { first, rest }]) => {
    const all = [...first, ...rest];
    return { group, entries: all.slice(0, shownOfEach), more: Math.max(0, all.length - shownOfEach) };
  });
}
