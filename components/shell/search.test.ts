import { expect, it } from "vitest";
import { type Entry, search } from "./search";

function entry(group: Entry["group"], name: string, detail = ""): Entry {
  return { id: `${group} ${name}`, group, name, detail, go: () => {} };
}

const names = (entries: readonly Entry[], query: string) =>
  search(entries, query).map(({ group, entries }) => [group, ...entries.map(({ name }) => name)]);

it("finds by any words of a name and of what stands beside it, in any order", () => {
  const entries = [
    entry("receives", "backup/photos", "on nas"),
    entry("receives", "backup/mail", "on tower"),
  ];
  expect(names(entries, "NAS phot")).toEqual([["receives", "backup/photos"]]);
  expect(names(entries, "backup")).toEqual([["receives", "backup/photos", "backup/mail"]]);
  expect(names(entries, "nothing")).toEqual([]);
});

it("puts first what begins as was typed", () => {
  const entries = [entry("pages", "Your account"), entry("pages", "Accounts")];
  expect(names(entries, "acc")).toEqual([["pages", "Accounts", "Your account"]]);
});

it("says how many more there are than it shows, of ten thousand as well", () => {
  const many = Array.from({ length: 10_000 }, (_, at) => entry("receives", `tank/backup/${at}`, "on nas"));
  const [found] = search(many, "backup nas");
  expect(found?.entries).toHaveLength(30);
  expect(found?.more).toBe(9_970);
});
