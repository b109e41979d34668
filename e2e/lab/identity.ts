import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configFile, type HostName, hostDir, hostNames, keysDir, portOf, sshConfigFile } from "./paths";
import { execOk } from "./process";

/** What makes one guest differ from the other. Addresses from TEST-NET-1, MACs from QEMU's range. */
export const identities: Record<HostName, { link: string; userMac: string; linkMac: string; seed: string }> =
  {
    nas: { link: "192.0.2.1", userMac: "52:54:00:02:00:01", linkMac: "52:54:00:02:01:01", seed: "1" },
    tower: { link: "192.0.2.2", userMac: "52:54:00:02:00:02", linkMac: "52:54:00:02:01:02", seed: "2" },
  };

async function ensureKey(name: string): Promise<{ file: string; publicKey: string }> {
  const file = join(keysDir, name);
  if (!existsSync(`${file}.pub`)) {
    await execOk("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", `halfway-lab-${name}`, "-f", file]);
  }
  return { file, publicKey: readFileSync(`${file}.pub`, "utf8").trim() };
}

const bare = (publicKey: string) => publicKey.split(" ").slice(0, 2).join(" ");

/**
 * Makes the lab's keys once, and from them the identity disk of each guest: a tar that the initrd unpacks over the root
 * file system, so that no key and no name is in the image that both share.
 */
export async function ensureIdentities(): Promise<void> {
  mkdirSync(keysDir, { recursive: true, mode: 0o700 });
  const client = await ensureKey("client");
  const own = { nas: await ensureKey("root-nas"), tower: await ensureKey("root-tower") };
  const hosts = { nas: await ensureKey("host-nas"), tower: await ensureKey("host-tower") };
  for (const host of hostNames) {
    const tree = join(keysDir, `identity-${host}`);
    const put = (path: string, text: string, mode = 0o644) => {
      mkdirSync(join(tree, path, ".."), { recursive: true });
      writeFileSync(join(tree, path), text, { mode });
    };
    const { link, userMac, linkMac, seed } = identities[host];
    put("etc/hostname", `${host}\n`);
    put("etc/machine-id", `${seed.repeat(32)}\n`);
    // A fixed hostid: after a power cut the pool must not look like another machine's.
    writeFileSync(join(tree, "etc/hostid"), Buffer.from([0x0a, 0x0b, 0x0c, Number(seed)]));
    put(
      "etc/hosts",
      `127.0.0.1 localhost\n${hostNames.map((name) => `${identities[name].link} ${name}`).join("\n")}\n`,
    );
    // No gateway and no DNS: there is nowhere to go. The link takes big frames, as emulation pays per packet.
    put(
      "etc/systemd/network/10-user.network",
      `[Match]\nMACAddress=${userMac}\n[Network]\nAddress=10.0.2.15/24\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n`,
    );
    put(
      "etc/systemd/network/20-link.network",
      `[Match]\nMACAddress=${linkMac}\n[Link]\nMTUBytes=9000\n[Network]\nAddress=${link}/24\nLinkLocalAddressing=no\nIPv6AcceptRA=no\nConfigureWithoutCarrier=yes\n`,
    );
    put("etc/ssh/ssh_host_ed25519_key", readFileSync(hosts[host].file, "utf8"), 0o600);
    put("etc/ssh/ssh_host_ed25519_key.pub", `${hosts[host].publicKey}\n`);
    const peer = host === "nas" ? "tower" : "nas";
    put("etc/ssh/authorized_keys/root", `${client.publicKey}\n${own[peer].publicKey}\n`);
    put("etc/ssh/authorized_keys/halfway", `${client.publicKey}\n${own[peer].publicKey}\n`);
    put("root/.ssh/id_ed25519", readFileSync(own[host].file, "utf8"), 0o600);
    put("root/.ssh/id_ed25519.pub", `${own[host].publicKey}\n`);
    const known = hostNames.map((name) => `${name},${identities[name].link} ${bare(hosts[name].publicKey)}`);
    put("root/.ssh/known_hosts", `${known.join("\n")}\n`);
    put(
      "root/.ssh/config",
      "Host nas tower\n  BatchMode yes\n  StrictHostKeyChecking yes\n  LogLevel ERROR\n",
    );
    mkdirSync(hostDir(host), { recursive: true });
    // 0:0 whoever builds it, and folders as they must be for sshd's StrictModes.
    await execOk("tar", [
      "--owner=0",
      "--group=0",
      "--mode=go-w",
      "-cf",
      join(hostDir(host), "identity.tar"),
      "-C",
      tree,
      "etc",
      "root",
    ]);
  }
}

/** Writes the two files by which people, Halfway and the tests reach the guests. */
export function writeClientFiles(base: number): void {
  const known = join(keysDir, "known_hosts");
  const hostKey = (host: HostName) => bare(readFileSync(join(keysDir, `host-${host}.pub`), "utf8").trim());
  writeFileSync(
    known,
    hostNames.map((host) => `[127.0.0.1]:${portOf(host, base)} ${hostKey(host)}\n`).join(""),
  );
  const blocks = hostNames.map(
    (host) => `Host ${host}
  HostName 127.0.0.1
  Port ${portOf(host, base)}
  User root
  IdentityFile "${join(keysDir, "client")}"
  IdentitiesOnly yes
  UserKnownHostsFile "${known}"
  StrictHostKeyChecking yes
  LogLevel ERROR
`,
  );
  writeFileSync(sshConfigFile, blocks.join("\n"));
  const hosts = hostNames.map((name) => ({ name, ssh: { destination: name, configFile: sshConfigFile } }));
  writeFileSync(configFile, `${JSON.stringify({ hosts }, null, 2)}\n`);
}
