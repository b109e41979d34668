import { LabError } from "./errors";
import type { HostName } from "./paths";
import { quote, sleep } from "./process";
import { run, sh } from "./ssh";

/** Words after `tc filter … parent` that match one TCP connection by the port of its far end. */
const matches = (word: "sport" | "dport", port: string) =>
  `protocol ip u32 match ip ${word} ${port} 0xffff match ip protocol 6 0xff action drop`;

/** The network card by which a guest is reached from outside. */
const nic = "$(ip -o route get 10.0.2.2 | sed 's/.* dev \\([^ ]*\\).*/\\1/')";

/**
 * From now on a guest's packets of one SSH connection, the one that process `pid` serves, vanish in both directions, as
 * when a firewall on the way forgets it: neither end is told. New connections work.
 */
export async function forgetConnection(host: HostName, pid: string): Promise<void> {
  const port = await sh(
    host,
    `tr '\\0' '\\n' </proc/${quote(pid)}/environ | sed -n 's/^SSH_CONNECTION=[^ ]* \\([0-9]*\\) .*/\\1/p' | grep .`,
  );
  await sh(
    host,
    `tc qdisc add dev ${nic} clsact
tc filter add dev ${nic} ingress ${matches("sport", port)}
tc filter add dev ${nic} egress ${matches("dport", port)}`,
  );
}

/** Lets every connection of a guest pass again. */
export async function rememberConnections(host: HostName): Promise<void> {
  await run(host, `tc qdisc del dev ${nic} clsact`);
}

/** Restarts a guest's sshd as an upgrade of it on a bad day does: every session ends, too. Returns when it is back. */
export async function restartSshd(host: HostName): Promise<void> {
  const mainPid = () => run(host, "systemctl show --property=MainPID ssh", { timeoutMs: 5_000 });
  const { stdout: before } = await mainPid();
  // By systemd, as it ends the session that asks for it, too.
  await sh(
    host,
    `systemd-run --quiet --collect --on-active=0.2 --timer-property=AccuracySec=10ms bash -c "systemctl stop ssh; pkill '^sshd'; systemctl start ssh"`,
  );
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(200)) {
    const now = await mainPid().catch(() => undefined);
    if (now?.code === 0 && now.stdout !== before) return;
  }
  throw new LabError(`sshd on ${host} did not come back. Run power-cut and power-on.`);
}

/** Sets a guest's clock to this machine's time plus so many seconds. */
export async function setClock(host: HostName, aheadSeconds: number): Promise<void> {
  await sh(host, `date -s @${Math.round(Date.now() / 1000) + aheadSeconds} >/dev/null`);
}
