import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Each line of the table in SECURITY.md, and where it is tried: a file, and words of the test's title. */
const tried: Record<string, readonly [file: string, title: string][]> = {
  "somebody on the network": [
    ["server/configuration/configuration.test.ts", "the server listens on this machine only"],
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
  "who reads messages of Halfway on their way": [
    ["server/notices/rules.test.ts", "no token and no address is in what is told"],
    ["server/notices/notices.test.ts", "no resume token, whoever said it"],
    ["server/notices/notices.test.ts", "gives none of its secrets back"],
  ],
  "an admin after the secrets of a way": [
    [
      "server/notices/notices.test.ts",
      "gives none of its secrets back, and keeps them unless they are typed anew",
    ],
    ["server/notices/notices.test.ts", "does not take its token elsewhere"],
    ["server/notices/notices.test.ts", "does not repeat its secret when the other side does"],
  ],
  "an admin who lets Halfway knock elsewhere": [
    ["server/api/rights.test.ts", "answers those who may call it, and tells the others what they lack"],
    [
      "server/notices/notices.test.ts",
      "goes nowhere else by a redirect, and a flood of an answer is not read",
    ],
    ["server/notices/notices.test.ts", "says what went wrong in a word, and nothing of what was answered"],
  ],
  "a server that takes messages": [
    ["server/notices/notices.test.ts", "of thousands of events a program gets what its server takes"],
    ["server/notices/notices.test.ts", "does not repeat a part of its address"],
    ["server/notices/notices.test.ts", "who takes a message and never ends the answer gets it once"],
    ["server/notices/notices.test.ts", "one that fails or hangs holds up no other"],
  ],
  "who may look, and reads logs and the past": [
    ["server/transfers/log.test.ts", "progress and tokens are none of it"],
    ["server/transfers/log.test.ts", "from the middle of a token nothing of it is read"],
    ["server/transfers/log.test.ts", "come in parts that are bounded"],
    ["server/transfers/log.test.ts", "who reads on from within a line makes nobody else miss it"],
  ],
  "who sends what nobody can read": [
    ["server/wire.test.ts", "changes nothing but itself, whatever its names are"],
    ["server/wire.test.ts", "what only looks like a number stays what it is"],
    ["server/api/rights.test.ts", "input that no reader gets to the end of"],
    ["server/access/guard.test.ts", "that is too long, or does not say how long it is"],
  ],
  "who scrapes metrics": [
    ["server/notices/metrics.test.ts", "all who ask at one time share one look"],
    ["server/api/scrape.test.ts", "metrics take the token of a viewer"],
    ["e2e/notices.spec.ts", "health is for everybody and says nothing"],
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
