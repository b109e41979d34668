import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { authorizedKeysLine, OwnSsh } from "./own-ssh";

let directory = "";
let ssh: OwnSsh;

beforeEach(() => {
  // What an admin may call a directory, and an ssh_config would take for something else.
  directory = join(mkdtempSync(join(tmpdir(), "halfway ssh ")), 'at 100%h "here"');
  mkdirSync(directory);
  ssh = new OwnSsh(directory);
});
afterEach(() => rmSync(join(directory, ".."), { recursive: true, force: true }));

const key = { destination: "halfway@Tower.lan", port: 2222, hostKey: "ssh-ed25519 AAAA" };

test("the line to copy allows commands and nothing else, and says whose it is", () => {
  expect(authorizedKeysLine("ssh-ed25519 AAAAC3 somebody@elsewhere\n", "nas")).toBe(
    "restrict ssh-ed25519 AAAAC3 halfway@nas",
  );
});

test("a key is made once, for nobody else to read, also where two ask for it at the same time", async () => {
  expect(await ssh.line()).toBeNull();
  const lines = await Promise.all([ssh.ensureLine(), ssh.ensureLine()]);
  expect(new Set([...lines, await ssh.ensureLine(), await new OwnSsh(directory).line()]).size).toBe(1);
  expect(lines[0]).toMatch(/^restrict ssh-ed25519 AAAA\S+ halfway@\S+$/);
  expect(statSync(join(directory, "ssh", "id_ed25519")).mode & 0o777).toBe(0o600);
  expect(statSync(join(directory, "ssh")).mode & 0o777).toBe(0o700);
});

test("ssh goes by that key and by the accepted host keys alone, whatever the directory is called", () => {
  ssh.accept([key]);
  expect(readFileSync(join(directory, "ssh", "known_hosts"), "utf8")).toBe(
    "[tower.lan]:2222 ssh-ed25519 AAAA\n",
  );
  const said = execFileSync("ssh", ["-F", ssh.configFile, "-T", "-G", key.destination], { encoding: "utf8" });
  const settings = said.split("\n");
  expect(settings).toContain("identitiesonly yes");
  expect(settings).toContain("identityagent none");
  expect(settings).toContain("stricthostkeychecking true");
  expect(settings).toContain("updatehostkeys false");
  expect(settings).toContain("globalknownhostsfile /dev/null");
  const own = join(directory, "ssh");
  // It takes %% for % when it opens the file.
  const identities = settings.filter((line) => line.startsWith("identityfile "));
  expect(identities).toEqual([`identityfile ${own.replaceAll("%", "%%")}/id_ed25519`]);
  expect(settings).toContain(`userknownhostsfile ${own}/known_hosts`);
});

test("a key that is accepted no longer is not known any more", () => {
  ssh.accept([key]);
  ssh.accept([]);
  expect(readFileSync(join(directory, "ssh", "known_hosts"), "utf8")).toBe("");
});
