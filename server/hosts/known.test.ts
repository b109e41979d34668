import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Host } from "./config";
import { addedHost, KnownHosts } from "./known";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "halfway known "));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const open = (hosts: Host[] = [{ name: "localhost", local: true }]) =>
  KnownHosts.open({ stateDir: directory, hosts });
const file = () => join(directory, "added-hosts.json");
const tower = {
  ...{ name: "tower", destination: "halfway@tower.lan", port: null, hostKey: "ssh-ed25519 AAAA" },
};
const names = ({ all }: KnownHosts) => all.map(({ name }) => name);

test("a host that was added is there at once, for whoever holds the list, and after a restart", () => {
  const known = open();
  const { all } = known;
  known.add(tower);
  expect(all.map(({ name }) => name)).toEqual(["localhost", "tower"]);
  const again = open();
  expect(again.all).toEqual(all);
  expect(again.added("tower")).toEqual(tower);
  known.remove("tower");
  expect(all).toHaveLength(1);
  expect(names(open())).toEqual(["localhost"]);
});

test("it is reached by Halfway's own configuration, and by no other", () => {
  expect(open().add({ ...tower, port: 2222 })).toEqual({
    name: "tower",
    ssh: {
      ...{ destination: "halfway@tower.lan", port: 2222, hostKey: "ssh-ed25519 AAAA" },
      configFile: join(directory, "ssh", "config"),
    },
  });
});

test("one that is changed keeps its place, and its former key is not accepted any more", () => {
  const known = open();
  known.add(tower);
  known.add({ ...tower, name: "nas", destination: "halfway@nas.lan" });
  known.change({ ...tower, hostKey: "ssh-ed25519 BBBB" });
  expect(names(known)).toEqual(["localhost", "tower", "nas"]);
  const accepted = readFileSync(join(directory, "ssh", "known_hosts"), "utf8");
  expect(accepted).toBe("tower.lan ssh-ed25519 BBBB\nnas.lan ssh-ed25519 AAAA\n");
});

test("two of one name or at one address are refused, and what is configured is not changed here", () => {
  const known = open();
  known.add(tower);
  const conflict = expect.objectContaining({ code: "CONFLICT" });
  expect(() => known.add({ ...tower, destination: "x@elsewhere" })).toThrow(conflict);
  expect(() => known.add({ ...tower, name: "localhost" })).toThrow(conflict);
  expect(() => known.add({ ...tower, name: "again", destination: "root@TOWER.lan", port: 22 })).toThrow(
    conflict,
  );
  expect(() => known.remove("localhost")).toThrow(expect.objectContaining({ code: "REFUSED" }));
  expect(() => known.change({ ...tower, name: "nobody" })).toThrow(
    expect.objectContaining({ code: "NOT_FOUND" }),
  );
  expect(names(known)).toEqual(["localhost", "tower"]);
});

test("what cannot be written changes nothing", () => {
  const known = open();
  known.add(tower);
  rmSync(directory, { recursive: true });
  writeFileSync(directory, "no directory");
  expect(() => known.remove("tower")).toThrow(expect.objectContaining({ code: "REFUSED" }));
  expect(names(known)).toEqual(["localhost", "tower"]);
  rmSync(directory);
});

test("a disk that is full keeps nobody from starting: what ssh goes by stands there already", () => {
  open().add(tower);
  // Where this is a directory, nothing new can be written.
  for (const name of ["known_hosts", "config"]) mkdirSync(join(directory, "ssh", `${name}.new`));
  expect(names(open())).toEqual(["localhost", "tower"]);
});

test.each([
  ["is no JSON", "{"],
  ["has a host without a key", '{"hosts":[{"name":"tower","destination":"a@b","port":null}]}'],
])("a file that %s stops Halfway with its name: hosts are never missing without a word", (_what, content) => {
  writeFileSync(file(), content);
  expect(() => open()).toThrow(file());
  expect(existsSync(file())).toBe(true);
});

test("a host that is both configured and added stops it, too", () => {
  open().add(tower);
  expect(() => open([{ name: "tower", ssh: { destination: "tower" } }])).toThrow(
    "The host tower is in the file that HALFWAY_CONFIG names",
  );
});

test.each(["halfway@tower.lan", "root@192.168.1.2", "backup.user@fe80::1%eth0", "_sys@a"])(
  "%s is a login",
  (destination) => {
    expect(addedHost.safeParse({ ...tower, destination }).success).toBe(true);
  },
);

test.each([
  ...["tower.lan", "@tower", "halfway@", "-oProxyCommand=x@tower", "a@-oProxyCommand=x", "a b@tower"],
  ...["a@tower;id", "a@b@c", "a@*", "a@b,c", "a@10.0.0.0/8", "a@b\nc d"],
])("%j is no login", (destination) => {
  expect(addedHost.safeParse({ ...tower, destination }).success).toBe(false);
});

test("this machine is a host as soon as it has ZFS, and is looked for only where no file names the hosts", () => {
  let hasZfs = false;
  const known = KnownHosts.open({ stateDir: directory, hosts: null }, () => hasZfs);
  known.add(tower);
  expect(known.lookForMore()).toEqual([]);
  hasZfs = true;
  expect(known.lookForMore()).toEqual([{ name: "localhost", local: true }]);
  expect(known.lookForMore()).toEqual([]);
  expect(names(known)).toEqual(["localhost", "tower"]);
  const listed = KnownHosts.open({ stateDir: directory, hosts: [] }, () => hasZfs);
  expect(listed.lookForMore()).toEqual([]);
  expect(names(listed)).toEqual(["tower"]);
});

test("a host that was added as localhost before there was ZFS keeps its name, also after a restart", () => {
  const start = (hasZfs: boolean) => KnownHosts.open({ stateDir: directory, hosts: null }, () => hasZfs);
  start(false).add({ ...tower, name: "localhost" });
  const known = start(true);
  expect(known.lookForMore()).toEqual([]);
  expect(known.all).toMatchObject([{ name: "localhost", ssh: { destination: tower.destination } }]);
});
