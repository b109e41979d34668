/*
 * For whoever owns the machine and stands outside: makes an admin, or sets a password anew. Works beside a running server,
 * on the same file. Passwords are made here and printed once, so that none stands in a shell's history.
 */

import { existsSync } from "node:fs";
import { Accounts, accountName, randomPassword } from "./access/accounts";
import { sentence } from "./errors";
import { stateDir } from "./hosts/config";
import { Store } from "./store/store";

const usage = `Usage: npm run admin -- create-admin NAME     makes an account that may do everything
       npm run admin -- reset-password NAME   sets a new password, ends all sessions, drops the second factor`;

async function run(command: string | undefined, given: string | undefined): Promise<string> {
  if ((command !== "create-admin" && command !== "reset-password") || given === undefined)
    throw new Error(usage);
  const name = accountName.safeParse(given);
  if (!name.success) throw new Error(`“${given}” cannot be an account: ${name.error.issues[0]?.message}.`);
  const directory = stateDir(process.env);
  // A mistyped directory must not become a second memory that no server reads.
  if (!existsSync(directory))
    throw new Error(`${directory} does not exist: HALFWAY_STATE_DIR names the server's.`);
  const store = await Store.openFile(directory);
  try {
    const accounts = await Accounts.open(store);
    const password = randomPassword();
    switch (command) {
      case "create-admin":
        await accounts.create(name.data, "admin", password);
        break;
      case "reset-password":
        await accounts.setPassword(name.data, password);
        await accounts.dropSecondFactor(name.data);
        break;
    }
    return `The password of ${name.data} is now: ${password}`;
  } finally {
    await store.close();
  }
}

try {
  console.log(await run(process.argv[2], process.argv[3]));
} catch (error) {
  console.error(sentence(error));
  process.exitCode = 1;
}
