import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findingsOf } from "../../server/hosts/findings";
import { catalogue } from "../../server/zfs/catalogue";
import { pages } from "./pages";

test.each(Object.entries(pages))("%s says what the code says; npm run docs writes it anew", (path, page) => {
  // Not by toEqual: it overlooks the invisible marks of what is said, and files must have none.
  expect(readFileSync(path, "utf8") === page()).toBe(true);
});

test("whoever searches for ZFS's words finds them, and where to go on", () => {
  const page = pages["docs/messages.md"]();
  for (const { id, example, also = [] } of catalogue) {
    expect(page).toContain(`### ${id}\n`);
    for (const line of [example, ...also].flatMap((words) => words.split(/\r?\n/)))
      expect(page).toContain(line);
  }
});

test.each(Object.entries(pages))(
  "%s bears none of the marks by which sentences are translated",
  (_, page) => {
    expect(page()).not.toMatch(/[\u2066\u2068\u2069]/);
  },
);

test("the guide names the very lines that the check of a host gives", () => {
  const nothing = {
    pools: [{ name: "tank", health: "ONLINE" }],
    datasets: 1,
    complete: true,
    undelegated: [],
  };
  const { rights } = findingsOf(
    { name: "nas", ssh: { destination: "halfway-ssh@nas.lan" } },
    null,
    {
      ...{ reached: true, system: "Linux", hasPs: true, skewMs: 0, tools: new Set() },
      account: { uid: 1000, name: "halfway-ssh", groups: [] },
      version: { ok: true, value: "2.3.9" },
      zfs: { ok: true, value: { ...nothing, places: ["tank/backups"], delegations: new Map() } },
    },
    0,
  );
  const lines = rights.flatMap(({ fixes }) => fixes.map(({ command }) => command));
  expect(lines).toHaveLength(3);
  const guide = readFileSync("docs/guide.md", "utf8");
  for (const line of lines) expect(guide).toContain(`\n${line}\n`);
});

test("the guide tells where the first account is made in the words of the log", () => {
  const said = readFileSync("server/access/access.ts", "utf8");
  const [, words = ""] = /`(halfway: there is no account yet\.[^$]*)\$\{/.exec(said) ?? [];
  expect(words).not.toBe("");
  expect(readFileSync("docs/guide.md", "utf8")).toContain(words);
});
