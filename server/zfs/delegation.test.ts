import { expect, test } from "vitest";
import { type Act, acts, missingFor, parseDelegations, rightsOn } from "./delegation";

const halfway = { uid: 1000, name: "halfway", groups: ["halfway", "backup operators"] };
const sorted = (rights: Iterable<string>) => [...rights].sort();
const on = (dataset: string, said: string, account = halfway) =>
  sorted(rightsOn(dataset, parseDelegations(said), account));

/** In the form that OpenZFS prints: the dataset that was asked for first, then those above it. */
const said = `\
---- Permissions on backup/Family Films ------------------------------
Local permissions:
	user halfway rename
Descendent permissions:
	user halfway clone
---- Permissions on backup -------------------------------------------
Permission sets:
	@keep hold,@let
	@let release
Create time permissions:
	destroy,mount
Local permissions:
	user halfway quota
Descendent permissions:
	group backup operators destroy
Local+Descendent permissions:
	user (unknown: 1000) send
	user halfway @keep,create,mount,receive
	user somebody rollback
	everyone userprop
`;

test("what an account may is read from all that counts for it, by name, number, group and set", () => {
  expect(on("backup/Family Films", said)).toEqual(
    sorted([
      ...["@keep", "@let", "create", "destroy", "hold", "mount", "receive", "release", "send", "userprop"],
    ]),
  );
});

test("what counts only here, or only below, is not counted: a receive needs both", () => {
  const rights = on("backup", said);
  expect(rights).not.toContain("quota");
  expect(rights).not.toContain("destroy");
  expect(rights).toContain("receive");
  expect(on("backup/Family Films", said)).not.toContain("rename");
  expect(on("backup/Family Films", said)).not.toContain("clone");
});

test("what OpenZFS 2.3.9 printed in the lab is read, before and after its user was removed", () => {
  const printed = (who: string) =>
    [
      "---- Permissions on backup/t deleg -----------------------------------",
      "Create time permissions:",
      "\tdestroy",
      "Local permissions:",
      `\tuser ${who} quota`,
      "Descendent permissions:",
      `\tuser ${who} clone`,
      "Local+Descendent permissions:",
      "\tgroup users destroy",
      "\teveryone userprop",
      "---- Permissions on backup -------------------------------------------",
      "Permission sets:",
      "\t@tset hold,send",
      "Local+Descendent permissions:",
      `\tuser ${who} @tset,create,mount`,
      "",
    ].join("\n");
  const account = { uid: 1001, name: "tdeleg", groups: ["users"] };
  const rights = sorted(["@tset", "create", "destroy", "hold", "mount", "send", "userprop"]);
  expect(on("backup/t deleg", printed("tdeleg"), account)).toEqual(rights);
  expect(on("backup/t deleg", printed("(unknown: 1001)"), account)).toEqual(rights);
});

test("whoever creates a dataset gets nothing by that on what is there already", () => {
  const only = "---- Permissions on tank ------\nCreate time permissions:\n\tdestroy,mount\n";
  expect(on("tank", only)).toEqual([]);
});

test("a set counts as it is defined above, not below where it was given", () => {
  const sets = (at: "tank" | "tank/a", given: "tank" | "tank/a") =>
    ["tank/a", "tank"]
      .map((name) =>
        [
          `---- Permissions on ${name} ----`,
          ...(name === at ? ["Permission sets:", "\t@mine send"] : []),
          ...(name === given ? ["Local+Descendent permissions:", "\tuser halfway @mine"] : []),
        ].join("\n"),
      )
      .join("\n");
  expect(on("tank/a", sets("tank", "tank/a"))).toContain("send");
  expect(on("tank/a", sets("tank/a", "tank"))).not.toContain("send");
});

test("a name that fills its line has no dashes behind it", () => {
  const name = `tank/${"x".repeat(80)}`;
  const long = `---- Permissions on ${name} \nLocal+Descendent permissions:\n\tuser halfway send\n`;
  expect(on(name, long)).toEqual(["send"]);
});

test("nothing is delegated where nothing is said", () => {
  expect(on("tank", "")).toEqual([]);
  expect(on("other", said)).toEqual([]);
});

test.each<[Act, string[]]>([
  ["send", ["send"]],
  ["hold", ["hold"]],
  ["release", ["release"]],
  ["receive", ["create", "mount", "receive"]],
  ["rollback", ["create", "mount", "receive"]],
  ["abort", ["destroy", "mount"]],
])("%s takes %j, and says so where they are missing", (act, needed) => {
  expect(missingFor(act, new Set())).toEqual(needed);
  expect(missingFor(act, new Set(needed))).toEqual([]);
});

test("receive:append suffices to receive, but not to roll back", () => {
  const rights = new Set(["create", "mount", "receive:append", "destroy"]);
  expect(acts.filter((act) => missingFor(act, rights).length === 0)).toEqual(["receive", "abort"]);
});
