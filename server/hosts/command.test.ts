import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { onHost } from "./command";
import type { Host } from "./config";

const reached = (destination: string): Host => ({ name: "tower", ssh: { destination } });
/** The last word of `ssh`: what the login shell of the host parses. */
const lineFor = (destination: string, argv: readonly [string, ...string[]]) =>
  onHost(reached(destination), argv, "own").at(-1) ?? "";

test("a plain user finds zfs where Debian keeps it, and their own programs first", () => {
  const line = lineFor("halfway@tower", ["sh", "-c", 'echo "$PATH"; echo "$LC_ALL"']);
  // What sshd gives a plain user.
  const env = { NODE_ENV: "test", PATH: "/usr/local/bin:/usr/bin:/bin" } as const;
  expect(execFileSync("/bin/sh", ["-c", line], { encoding: "utf8", env })).toBe(
    "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin\nC\n",
  );
});

test("root, and who an alias stands for, are taken as they are", () => {
  expect(lineFor("root@tower", ["zfs", "list"])).toBe("env LC_ALL=C zfs list");
  expect(lineFor("tower", ["zfs", "list"])).toBe("env LC_ALL=C zfs list");
});

test("what a person pastes names the configuration that Halfway goes by, and shares no connection", () => {
  const ssh = {
    destination: "root@tower",
    port: 2222,
    configFile: "/var/lib/halfway/ssh/config",
    hostKey: "x",
  };
  const words = onHost({ name: "tower", ssh }, ["zfs", "list"], "own");
  expect(words.slice(0, 3)).toEqual(["ssh", "-F", "/var/lib/halfway/ssh/config"]);
  expect(words).toContain("ControlPath=none");
  expect(words.slice(-5)).toEqual(["-p", "2222", "--", "root@tower", "env LC_ALL=C zfs list"]);
});
