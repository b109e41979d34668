import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Each line of the table in SECURITY.md, and where it is tried: a file, and words of the test's title. */
const tried: Record<string, readonly [file: string, title: string][]> = {
  "somebody on the network": [
    ["server/access/guard.test.ts", "the server listens on this machine only"],
    ["server/access/guard.test.ts", "over plain HTTP from another machine"],
    ["e2e/access.spec.ts", "whoever is not signed in gets no page and no data"],
    ["e2e/access.spec.ts", "the first account is made once"],
  ],
  "who guesses passwords": [
    ["server/access/access.test.ts", "nobody learns which of them was wrong"],
    ["server/access/access.test.ts", "is refused for a while after many wrong passwords"],
    ["server/access/access.test.ts", "a right password buys no guesses at the code"],
  ],
  "a page that only looks like Halfway": [["server/access/passkeys.test.ts", "is tied to the origin"]],
  "who finds a device with a passkey": [
    ["e2e/access.spec.ts", "a passkey signs in without a password, proves once more who one is"],
  ],
  "who copies what a passkey signed": [
    ["server/access/passkeys.test.ts", "is good once, and for what it was issued for"],
    ["server/access/passkeys.test.ts", "cannot be made up, prolonged, or taken from another server"],
  ],
  "who forges or catches a provider's answer": [
    [
      "e2e/access.spec.ts",
      "what a provider is said to have answered counts for nobody but who asked, and once",
    ],
  ],
  "who has a name at the provider": [
    [
      "e2e/access.spec.ts",
      "whom the provider knows comes in with the role that it says, and nobody else does",
    ],
    ["server/access/access.test.ts", "is known by what the provider knows them by, and never by a name"],
  ],
  "who sends the proxy's header themselves": [
    ["server/access/trusted-proxy.test.ts", "is believed of nobody else"],
    [
      "server/access/trusted-proxy.test.ts",
      "where a connection comes from is known, whatever its client says",
    ],
  ],
  "a page of another site in an admin's browser": [
    ["server/api/rights.test.ts", "answers nobody who knocks from elsewhere"],
    ["server/api/rights.test.ts", "changes nothing by GET"],
    ["server/access/guard.test.ts", "(DNS rebinding)"],
    ["e2e/access.spec.ts", "the running server refuses whatever comes from elsewhere"],
  ],
  "a script that got into our own page": [
    ["server/access/access.test.ts", "is kept by the browser from scripts and other sites"],
    ["e2e/no-lab.ts", "a violated Content-Security-Policy among them"],
  ],
  "who finds an unlocked browser": [
    ["server/access/access.test.ts", "counts as fresh again once the password was typed once more"],
    ["e2e/access.spec.ts", "one sees where one is signed in, and ends that from elsewhere"],
  ],
  "who steals a session": [
    ["server/api/rights.test.ts", "answers those who may call it, and tells the others what they lack"],
    [
      "server/access/access.test.ts",
      "ends when it is signed out, when the password changes, and with its account",
    ],
  ],
  "a signed-in viewer or operator": [
    ["server/api/rights.test.ts", "every procedure there is stands in the matrix"],
    ["e2e/access.spec.ts", "what a viewer may not do says who may"],
  ],
  "who finds an API token": [
    ["server/access/access.test.ts", "is kept as a digest only, works until it is revoked"],
    ["server/access/access.test.ts", "expires, may never more than its owner"],
  ],
  "who sends strange names": [
    ["e2e/contract/injection.test.ts", "so they do in a pipeline, at both ends"],
    ["e2e/contract/injection.test.ts", "what is taken for the name of a dataset, ZFS takes for one"],
    ["e2e/bad-input.spec.ts", "a malformed dataset name"],
  ],
  "a resume token that lies": [
    ["e2e/contract/verdicts.test.ts", "a lie about the name changes nothing"],
    ["e2e/contract/verdicts.test.ts", "a raw copy is never fed anything but raw"],
  ],
  "who did it and says that they did not": [
    ["server/audit/audit.test.ts", "shows the row that was changed"],
    ["server/audit/audit.test.ts", "shows the row that is missing"],
    ["server/api/trail.test.ts", "an intent is on disk before anything is done"],
  ],
  "a machine that answers in a host's place": [
    ["e2e/hosts.spec.ts", "a host whose key has changed is not talked to until that key is accepted"],
  ],
  "a host that was taken over": [
    ["server/hosts/own-ssh.test.ts", "the line to copy allows commands and nothing else"],
    ["e2e/delegation.spec.ts", "a plain user with the delegations that the check prints, and no others"],
    ["server/zfs/output.test.ts", "what is no name of a snapshot is none, whoever says it"],
  ],
  "a stale page": [["e2e/bad-input.spec.ts", "a state that has changed"]],
};

test("each line of the threat model has a test", () => {
  const [, table = ""] = readFileSync("SECURITY.md", "utf8").split("## Who is kept out, and how\n");
  const [rows = ""] = table.split("\n## ");
  const lines = [...rows.matchAll(/^\| (?!who +\||-)(.+?) +\|/gm)].map(([, who]) => who);
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.toSorted()).toEqual(Object.keys(tried).toSorted());
  for (const [file, title] of Object.values(tried).flat()) {
    expect(readFileSync(file, "utf8"), file).toContain(title);
  }
});
