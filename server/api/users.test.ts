import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Access } from "../access/access";
import { Audit } from "../audit/audit";
import { Store } from "../store/store";
import type { Halfway } from "./halfway";
import { appRouter } from "./root";

const password = "correct horse battery";
const directory = mkdtempSync(join(tmpdir(), "halfway users "));
let store: Store;
let access: Access;

beforeEach(async () => {
  store = await Store.open(directory);
  access = await Access.open(store);
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** What somebody may call who has just typed their password. */
async function callsOf(name: string) {
  const account = await access.accounts.require(name);
  return appRouter.createCaller({
    // Nothing else of the server is asked.
    halfway: { access, audit: new Audit(store) } as Halfway,
    caller: { kind: "person", ...account, authenticatedAt: Date.now(), session: "none" },
    headers: new Headers(),
    setCookies: () => {},
  }).users;
}

test("an admin decides about others, and not about themselves", async () => {
  await access.accounts.create("alice", "admin", password);
  const users = await callsOf("alice");
  const alone = { message: "“alice” is the only admin: make another one first." };
  await expect(users.setRole({ name: "alice", role: "viewer" })).rejects.toMatchObject(alone);
  await expect(users.remove({ name: "alice" })).rejects.toMatchObject(alone);

  await users.create({ name: "Carol", role: "admin", password });
  const own = /This is your own account/;
  await expect(users.setRole({ name: "alice", role: "viewer" })).rejects.toThrow(own);
  await expect(users.setPassword({ name: "alice", password })).rejects.toThrow(own);
  await expect(users.remove({ name: " ALICE" })).rejects.toThrow(own);

  await users.setPassword({ name: "carol", password: "another long password" });
  await users.setRole({ name: "carol", role: "operator" });
  await users.remove({ name: "carol" });
  expect(await users.list()).toMatchObject([{ name: "alice", role: "admin" }]);
});
