import { expect, test } from "vitest";
import type { Finding } from "@/server/hosts/findings";
import { say } from "@/server/say";
import { keyFileOf, portIn, sinceWords, verdictWords } from "./words";

const found = (...states: Finding["state"][]) => ({
  findings: states.map((state): Finding => ({ what: "zfs", state, says: say``, stderr: "", fixes: [] })),
});

test.each([
  [found("ok", "ok"), "All is well."],
  [found("ok", "note"), "It works; 1 thing could be better."],
  [found("problem", "ok"), "1 thing does not work."],
  [found("problem", "problem", "note", "note"), "2 things do not work. 2 things could be better."],
])("a check comes to a sentence: %#", (check, words) => {
  expect(verdictWords(check)).toEqual(words);
});

test("how long a host has been as it is", () => {
  expect(sinceWords({ status: "offline", since: 0 }, 120_000)).toEqual("offline for 2 min");
});

test.each([
  ["", null],
  ["22", 22],
  [" 2222 ", 2222],
  ["0", undefined],
  ["65536", undefined],
  ["2e3", undefined],
  ["ssh", undefined],
])("the port “%s” is %s", (text, port) => {
  expect(portIn(text)).toEqual(port);
});

test("people compare the key with the file that has it", () => {
  expect(keyFileOf("ssh-ed25519 AAAA")).toEqual("/etc/ssh/ssh_host_ed25519_key.pub");
  expect(keyFileOf("ecdsa-sha2-nistp256 AAAA")).toEqual("/etc/ssh/ssh_host_ecdsa_key.pub");
  expect(keyFileOf("ssh-rsa AAAA")).toEqual("/etc/ssh/ssh_host_rsa_key.pub");
});
