/*
 * For whoever owns the machine and stands outside: makes an admin, sets a password anew, or says whether the audit trail is as
 * it was written, or the configuration right. Works beside a running server, on the same file. Passwords are made here and
 * printed once, so that none stands in a shell's history.
 */

import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { Accounts, accountName, randomPassword } from "./access/accounts";
import { Audit } from "./audit/audit";
import { type Verification, verify } from "./audit/chain";
import { loadConfiguration } from "./configuration/configuration";
import type { Configuration } from "./configuration/read";
import { exampleFile } from "./configuration/written";
import { exitCodeFor, sentence } from "./errors";
import { hostFiles } from "./hosts/known";
import { plain } from "./say";
import { backUp, restore } from "./store/backup";
import { Store } from "./store/store";
import { formatBytes } from "./zfs/bytes";

/** How this program is called: packages bring a name of its own. */
const us = process.env.HALFWAY_COMMAND ?? "npm run admin --";

const commands = [
  ["create-admin NAME", "makes an account that may do everything"],
  [
    "reset-password NAME",
    "sets a new password, ends all sessions, passkeys and API tokens,",
    "drops the second factor",
  ],
  [
    "verify-audit [HASH]",
    "says whether the audit trail is as it was written, and where it is not;",
    "with the hash of an entry, whether that one is still in it",
  ],
  ["backup FILE", "writes all that cannot be made anew into one new file, also while the server runs"],
  [
    "restore FILE",
    "puts a backup in the place of what there is, which is kept beside it; while no",
    "server runs",
  ],
  ["check-config", "says whether the configuration is right, without starting anything"],
  ["example-config", "prints a configuration file with every setting, commented out"],
] as const;

const usage = commands
  .map(([command, ...words], at) => {
    const begin = `${at === 0 ? "Usage:" : "      "} ${us} ${command.padEnd(20)} `;
    return begin + words.join(`\n${" ".repeat(begin.length)}`);
  })
  .join("\n");

async function run(command: string | undefined, given: string | undefined): Promise<string> {
  switch (command) {
    case "create-admin":
    case "reset-password":
      if (given === undefined) throw new Error(usage);
      return withStore((store) => setPassword(store, command, given));
    case "verify-audit":
      return withStore(async ({ db }) => verdictOn(await verify(db, given), given));
    case "backup":
    case "restore":
      if (given === undefined) throw new Error(usage);
      return command === "backup" ? backedUp(resolve(given)) : restored(resolve(given));
    case "check-config":
      return checked(loadConfiguration(process.env));
    case "example-config":
      return exampleFile().trimEnd();
    default:
      throw new Error(usage);
  }
}

function checked({ file, warnings, address, port, stateDir, hosts }: Configuration): string {
  return [
    ...warnings,
    `${file ?? "The environment"} is right. Halfway would listen on ${address}, port ${port}, and keep its state in ${stateDir}.`,
    hosts === null
      ? "It names no hosts: this machine is one as soon as it has ZFS, all others are added in the page."
      : hosts.length === 0
        ? "It configures no host: all are added in the page."
        : `It configures: ${hosts.map(({ name }) => name).join(", ")}. Others are added in the page.`,
  ].join("\n");
}

async function backedUp(file: string): Promise<string> {
  const { stateDir } = loadConfiguration(process.env);
  const { files } = await backUp(stateDir, file, hostFiles);
  const { size } = statSync(file);
  return [
    `${file} has everything of ${stateDir} that cannot be made anew (${formatBytes(BigInt(size))}): the database${files.map((name) => `, ${name}`).join("")}.`,
    "It was read through, and is whole. Who can read it can be anybody here, and log in on the hosts: keep it as a secret.",
  ].join("\n");
}

async function restored(file: string): Promise<string> {
  const { stateDir } = loadConfiguration(process.env);
  const { madeAt, host, version, files, aside, ended } = await restore(stateDir, file, hostFiles);
  await withStore(async (store) => {
    const deed = new Audit(store).deed({ act: "admin restore", actor: "npm run admin", subject: madeAt });
    await deed.intend(true);
    deed.end("done");
    await store.settled();
    return "";
  });
  return [
    `${stateDir} is as it was at ${madeAt} on ${host} (Halfway ${version}): the database${files.map((name) => `, ${name}`).join("")}.`,
    aside === null ? "There was nothing there before." : `What was there before is kept in ${aside}.`,
    ...(ended === 0
      ? []
      : [
          `Transfers that were under way then have been ended: ${ended}. What they received is listed as ever.`,
        ]),
    "Accounts, passwords, sessions and API tokens are those of then, too: whoever was removed since is back.",
  ].join("\n");
}

async function withStore(act: (store: Store) => Promise<string>): Promise<string> {
  const { stateDir: directory } = loadConfiguration(process.env);
  // A mistyped directory must not become a second memory that no server reads.
  if (!existsSync(directory))
    throw new Error(`${directory} does not exist: HALFWAY_CONFIG or HALFWAY_STATE_DIR names the server's.`);
  const store = await Store.openFile(directory);
  try {
    return await act(store);
  } finally {
    await store.close();
  }
}

async function setPassword(
  store: Store,
  command: "create-admin" | "reset-password",
  given: string,
): Promise<string> {
  const name = accountName.safeParse(given);
  if (!name.success) {
    throw new Error(`“${given}” cannot be an account. ${plain(name.error.issues[0]?.message ?? "")}`);
  }
  const accounts = await Accounts.open(store);
  const deed = new Audit(store).deed({ act: `admin ${command}`, actor: "npm run admin", subject: name.data });
  await deed.intend(true);
  const password = randomPassword();
  try {
    switch (command) {
      case "create-admin":
        await accounts.create(name.data, "admin", password);
        break;
      case "reset-password":
        await accounts.setPassword(name.data, password);
        await accounts.dropSecondFactor(name.data);
        break;
    }
    deed.end("done");
  } catch (error) {
    deed.end("failed", sentence(error));
    throw error;
  } finally {
    await store.settled();
  }
  return `The password of ${name.data} is now: ${password}`;
}

/** @throws Error where the chain does not hold, so that scripts notice it. */
function verdictOn(found: Verification, given: string | undefined): string {
  if (!found.holds) {
    throw new Error(`The audit trail does not hold. It breaks at entry ${found.entry}. ${found.problem}`);
  }
  if (given !== undefined && found.known === null) {
    throw new Error(
      "No entry has this hash: the end of the trail was cut off since it was noted, or it was mistyped. What there is, is as written.",
    );
  }
  if (!found.last) return "The audit trail is empty.";
  const { id, at, hash } = found.last;
  return [
    `The audit trail holds: ${id === 1 ? "its one entry is" : `all ${id} entries are`} as written, and none is missing between them.`,
    ...(found.known === null
      ? []
      : [`The hash that you gave is that of entry ${found.known}: nothing up to there is missing.`]),
    `The last is of ${new Date(at).toISOString()} and has the hash ${hash}`,
    "Keep that elsewhere: given to verify-audit later it shows whether the end was cut off since.",
  ].join("\n");
}

try {
  console.log(await run(process.argv[2], process.argv[3]));
} catch (error) {
  console.error(plain(sentence(error)));
  process.exitCode = exitCodeFor(error);
}
