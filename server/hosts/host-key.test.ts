import { expect, test } from "vitest";
import { fingerprintOf } from "./fingerprint";
import { addressIn, bestKey, knownAs } from "./host-key";

const ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const ecdsa = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB";

test("of the keys that a host shows the best is taken, whatever their order", () => {
  const said = `# 127.0.0.1:22 SSH-2.0-OpenSSH_9.2p1\n127.0.0.1 ${ecdsa}\n127.0.0.1 ${ed25519}\n`;
  expect(bestKey(said)).toBe(ed25519);
  expect(bestKey(`[tower]:2222 ${ecdsa}\n`)).toBe(ecdsa);
});

test("what is no key is none", () => {
  expect(bestKey("")).toBeNull();
  expect(bestKey("# tower:22 SSH-2.0-dropbear\n")).toBeNull();
  expect(bestKey("tower ssh-dss AAAA\ntower ssh-ed25519 AAAA;rm\n")).toBeNull();
});

test("the fingerprint is the one that ssh and ssh-keygen print", () => {
  // A published one: https://docs.github.com/authentication/keeping-your-account-and-data-secure
  const github = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
  expect(fingerprintOf(github)).toBe("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
});

test.each([
  ["Tower.lan", null, "tower.lan"],
  ["tower.lan", 22, "tower.lan"],
  ["tower.lan", 2222, "[tower.lan]:2222"],
  ["fe80::1%eth0", 22, "fe80::1%eth0"],
  ["::1", 2222, "[::1]:2222"],
])("%s on port %s is known as ssh looks it up", (address, port, name) => {
  expect(knownAs(address, port)).toBe(name);
});

test("the address is what follows the user", () => {
  expect(addressIn("halfway@tower.lan")).toBe("tower.lan");
});
