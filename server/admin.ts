/*
 * For whoever owns the machine and stands outside: makes an admin, sets a password anew, or says whether the audit trail is as
 * it was written. Works beside a running server, on the same file. Passwords are made here and printed once, so that none
 * stands in a shell's history.
 */

import { existsSync } from "node:fs";
import { Accounts, accountName, randomPassword } from "./access/accounts";
import { Audit } from "./audit/audit";
import { type Verification, verify } from "./audit/chain";
import { sentence } from "./errors";
import { stateDir } from "./hosts/config";
import { Store } from "./store/store";

const usage = `Usage: npm run admin -- create-admin NAME     makes an account that may do everything
       npm run admin -- reset-password NAME   sets a new password, ends all sessions, passkeys and API tokens,
                                              drops the second factor
       npm run admin -- verify-audit [HASH]   says whether the audit trail is as it was written, and where it is not;
                                              with the hash of an entry, whether that one is still in it`;

async function run(command: string | undefined, given: string | undefined): Promise<string> {
  switch (command) {
    case "create-admin":
    case "reset-password":
      if (given === undefined) throw new Error(usage);
      return withStore((store) => setPassword(store, command, given));
    case "verify-audit":
      return withStore(async ({ db }) => verdictOn(await verify(db, given), given));
    default:
      throw new Error(usage);
  }
}

async function withStore(act: (store: Store) => Promise<string>): Promise<string> {
  const directory = stateDir(process.env);
  // A mistyped directory must not become a second memory that no server reads.
  if (!existsSync(directory))
    throw new Error(`${directory} does not exist: HALFWAY_STATE_DIR names the server's.`);
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
  if (!name.success) throw new Error(`“${given}” cannot be an account: ${name.error.issues[0]?.message}.`);
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
  console.error(sentence(error));
  process.exitCode = 1;
}
