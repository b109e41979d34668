import { describe, expect, test } from "vitest";
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

/** Words of facts C.3–C.5 that share an entry with its example. */
const variants: [CatalogueEntry["id"], keyof Stderr, string][] = [
  ["token-damaged", "send", "cannot resume send: resume token is corrupt (invalid format)"],
  ["token-damaged", "send", "cannot resume send: resume token is corrupt (payload is not hex-encoded)"],
  ["token-damaged", "send", "cannot resume send: resume token is corrupt (decompression failed)"],
  ["token-damaged", "send", "cannot resume send: resume token is corrupt (nvlist_unpack failed)"],
  ["send-redaction-bookmark-gone", "send", "cannot resume send: nonexistent redaction bookmark provided"],
  ["send-base-vanished", "send", "warning: cannot send 'tank/a@s2': incremental source (@s1) does not exist"],
  ["send-key-not-loaded", "send", "warning: cannot send 'tank/a@s1': dataset key must be loaded"],
  ["send-io-error", "send", "warning: cannot send 'tank/a@s1': I/O error"],
  ["send-wrong-options", "send", "too many arguments\nusage:\n\tsend [-DLPbcehnpsVvw]"],
  [
    "receive-raw-base",
    "receive",
    "cannot receive resume stream: IV set guid missing. See errata 4 at https://openzfs.github.io/openzfs-docs/msg/ZFS-8000-ER.",
  ],
  [
    "receive-state-in-the-way",
    "receive",
    'cannot receive new filesystem stream: destination backup/new contains partially-complete state from "zfs receive -s".',
  ],
  [
    "receive-quota",
    "receive",
    "cannot receive incremental stream: destination backup/test space quota exceeded.",
  ],
  ["receive-permission", "receive", "cannot receive incremental stream: permission denied"],
  ["receive-checksum", "receive", "cannot receive: invalid stream (checksum mismatch)"],
  ["abort-receive-at-work", "before", "cannot destroy 'backup/new': dataset is busy"],
  ["zfs-not-found", "send", "env: ‘zfs’: No such file or directory"],
  ["zfs-not-found", "send", "env: 'zfs': No such file or directory"],
  ["zfs-not-found", "receive", "sh: 1: zfs: not found"],
  ["zfs-not-found", "receive", "zsh:1: command not found: zfs"],
  [
    "ssh-reset",
    "send",
    "Read from remote host tower: Connection reset by peer\r\nclient_loop: send disconnect: Broken pipe\r\n",
  ],
  ["ssh-reset", "send", "packet_write_wait: Connection to 192.0.2.7 port 22: Broken pipe\r\n"],
  ["ssh-closed", "receive", "Connection closed by 192.0.2.7 port 22\r\n"],
  ["ssh-login-refused", "receive", "Permission denied (publickey)."],
  ["ssh-unreachable", "send", "ssh: connect to host tower port 22: No route to host\r\n"],
  [
    "ssh-shared-connection",
    "send",
    "mux_client_request_session: session request failed: Session open refused by peer\r\n",
  ],
  ["no-such-file", "pipeline", "halfway-transfer: line 2: cd: /var/lib/halfway/x: No such file or directory"],
];

test.each(variants)("%s is recognised in %s in its other words too: %s", (id, side, words) => {
  expect(findCause({ ...quiet, [side]: words })?.entry?.id).toBe(id);
});

describe("the catalogue is sound", () => {
  test("its names are unique and stable to type", () => {
    const ids = catalogue.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
  });

  test.each(catalogue)("$id says in whole sentences what it means and what to do", (entry) => {
    for (const sentence of [entry.means, entry.todo]) {
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
