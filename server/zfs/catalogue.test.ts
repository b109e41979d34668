import { describe, expect, test } from "vitest";
import { plain } from "../say";
import { type CatalogueEntry, catalogue } from "./catalogue";
import { explainFailure, findCause, type Stderr } from "./messages";

const quiet: Stderr = { before: "", send: "", receive: "", pipeline: "" };

/** Where the words of an entry can turn up: for `any` and `ssh` whatever command runs. */
const sidesOf: Record<CatalogueEntry["side"], readonly (keyof Stderr)[]> = {
  send: ["send"],
  receive: ["receive"],
  abort: ["before"],
  pipe: ["pipeline"],
  ssh: ["send", "receive", "before"],
  any: ["send", "receive", "before"],
};

const table = catalogue.flatMap((entry) =>
  sidesOf[entry.side].map((side) => ({ id: entry.id, side, entry })),
);

/** What stands around a message on real machines. */
const banner =
  "Debian GNU/Linux 12\n*** Authorised use only ***\nWarning: Permanently added 'tower' (ED25519) to the list of known hosts.\n";
const tick = "10:00:02\t2048\ttank/test@s1\n";
const ticks =
  "resume token contents:\nnvlist version: 0\n\tobject = 0x2\nfull\ttank/test@s1\t4096\nsize\t4096\n10:00:01\t1024\ttank/test@s1\n";

describe("every message is recognised as itself", () => {
  test.each(table)("$id, said by $side", ({ id, side, entry: { example } }) => {
    const recognised = (text: string) => findCause({ ...quiet, [side]: text })?.entry?.id;
    expect(recognised(example)).toBe(id);
    expect(recognised(`${example}\n`), "as a line").toBe(id);
    expect(recognised(`${banner}${ticks}${example}\n${tick}logout\n`), "among other words").toBe(id);
    expect(recognised(`${banner}${example}\n`.replaceAll(/\r?\n/g, "\r\n")), "with SSH's line ends").toBe(id);
    const odd = example.replaceAll(/\b(tank|backup)\/(\w+)/g, "$1/my $2's (old): data");
    expect(recognised(odd), "of names with spaces and quotes").toBe(id);
  });
});

const variants = table.flatMap(({ id, side, entry }) =>
  (entry.also ?? []).map((words) => ({ id, side, words })),
);

test.each(variants)("$id is recognised when $side says: $words", ({ id, side, words }) => {
  const recognised = (text: string) => findCause({ ...quiet, [side]: text })?.entry?.id;
  expect(recognised(words)).toBe(id);
  expect(recognised(`${banner}${words}\r\n`), "with SSH's line ends").toBe(id);
});

test("of words that come together it is the cause that is recognised", () => {
  const twice =
    "Read from remote host tower: Connection reset by peer\r\nclient_loop: send disconnect: Broken pipe\r\n";
  expect(findCause({ ...quiet, send: twice })?.entry?.id).toBe("ssh-reset");
  const here = "halfway-transfer: line 2: cd: /var/lib/halfway/x: No such file or directory";
  expect(findCause({ ...quiet, pipeline: here })?.entry?.id).toBe("no-such-file");
});

describe("the catalogue is sound", () => {
  test("its names are unique and stable to type", () => {
    const ids = catalogue.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
  });

  test.each(catalogue)("$id says in whole sentences what it means and what to do", (entry) => {
    for (const sentence of [entry.means, entry.todo].map(plain)) {
      expect(sentence).toMatch(/^([A-Z]|zfs (send|receive) ).*\.$/);
      expect(sentence).not.toMatch(/[.!?] [A-Z]/);
    }
  });

  test.each(catalogue)(
    "$id does not say what became of the bytes: that only ZFS knows afterwards",
    (entry) => {
      expect(`${entry.means} ${entry.todo}`).not.toMatch(/\b(is|are|was|were) (kept|lost|saved)\b/);
    },
  );

  test("what may be repeated without a person never costs anything", () => {
    const repeatable = catalogue.filter(({ then }) => then === "wait" || then === "resume");
    for (const entry of repeatable) {
      expect(entry.todo, entry.id).not.toMatch(/rollback|-F|\babort (and|it)|start over|destroy /i);
      expect(entry.state, entry.id).not.toBe("destroyed");
    }
  });

  test("a receive that still works is waited for, never aborted", () => {
    const atWork = catalogue.find(({ id }) => id === "receive-at-work");
    expect(atWork?.then).toBe("wait");
    expect(atWork?.todo).toContain("do not abort");
  });
});

const junk: [string, string][] = [
  ["letters", "a"],
  ["quotes", "'"],
  ["spaces", " "],
  ["line ends", "\n"],
  ["beginnings of send's words", "cannot send 'cannot resume send: incremental source ("],
  ["beginnings of receive's words", "cannot receive resume stream: destination 'x contains\n"],
  [
    "beginnings of destroy's words",
    "snapshot has dependent clones\nuse '-R' to destroy the following datasets:",
  ],
  [
    "beginnings of rollback's words",
    "clones of previous snapshots exist\nuse '-R' to force deletion of the following clones and dependents:",
  ],
  ["refusals", "cannot : permission denied x"],
  ["SSH's words", "ssh: connect to host \nConnection to \nTimeout, server "],
  ["shells' words", "fork: env: zfs: not found  x"],
];

describe("a megabyte of anything is read in no time:", () => {
  // A pattern that goes wrong takes hours for this; a slow machine some tenths of a second.
  test.each(junk)("%s", (_, words) => {
    const text = words.repeat(Math.ceil(1_000_000 / words.length));
    for (const { id, pattern } of catalogue) {
      const before = performance.now();
      pattern.test(text);
      expect(performance.now() - before, id).toBeLessThan(2_000);
    }
  });

  test("and what is said about it fits on the page", () => {
    const flood = "cannot frobnicate\n".repeat(60_000);
    expect(explainFailure({ ...quiet, send: flood, receive: flood })?.length).toBeLessThan(20_000);
  });
});
