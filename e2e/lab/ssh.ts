import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { LabError } from "./errors";
import { type HostName, socketDir, sshConfigFile } from "./paths";
import { exec, type Finished, quote } from "./process";

const defaultTimeoutMs = 120_000;

const controlPath = (host: HostName) => join(socketDir(), `ssh-${host}`);

/** Options by which short commands share one connection, of the lab's own making; nobody else uses its socket. */
function sharedOptions(host: HostName): string[] {
  return [
    "-F",
    sshConfigFile,
    "-o",
    "BatchMode=yes",
    "-o",
    "ConnectTimeout=10",
    "-o",
    `ControlPath="${controlPath(host)}"`,
  ];
}

/**
 * Opens the shared connection. As a process of its own with no pipe to us: a connection that `ssh` leaves in the
 * background by ControlMaster=auto would keep the first command's stderr open for as long as it lives.
 */
async function ensureConnection(host: HostName): Promise<void> {
  const check = await exec("ssh", [...sharedOptions(host), "-O", "check", host], { timeoutMs: 10_000 }).catch(
    () => undefined,
  );
  if (check?.code === 0) return;
  rmSync(controlPath(host), { force: true });
  await new Promise<void>((resolve) => {
    const args = [
      ...sharedOptions(host),
      "-M",
      "-f",
      "-N",
      "-o",
      "ControlPersist=300",
      "-o",
      "ServerAliveInterval=5",
      "-o",
      "ServerAliveCountMax=3",
      host,
    ];
    const child = spawn("ssh", args, { stdio: "ignore" });
    // A failure here is not the end: the command then connects by itself and tells why it cannot.
    child.on("error", () => resolve());
    child.on("exit", () => resolve());
  });
}

/** Closes the shared connection. */
export async function closeConnection(host: HostName): Promise<void> {
  await exec("ssh", [...sharedOptions(host), "-O", "exit", host], { timeoutMs: 10_000 }).catch(() => {});
}

function firstLine(script: string): string {
  const [first = "", ...more] = script.trim().split("\n");
  return more.length > 0 ? `${first} …` : first;
}

/** Runs a script by `bash -s` in a guest. A non-zero exit is a result; only exceeding the time limit throws. */
export async function run(
  host: HostName,
  script: string,
  options: { timeoutMs?: number } = {},
): Promise<Finished> {
  await ensureConnection(host);
  // Braces make bash read all of it before it starts: a command in the script that reads its stdin eats no script.
  const input = `{ :\n${script}\n} </dev/null\n`;
  const args = [...sharedOptions(host), "-o", "ControlMaster=no", "-T", host, "bash -s"];
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  return exec("ssh", args, { input, timeoutMs, what: `A script on ${host} (${firstLine(script)})` });
}

/** As {@link run}, but a non-zero exit throws; returns stdout without the white space at its end. */
export async function sh(
  host: HostName,
  script: string,
  options: { timeoutMs?: number } = {},
): Promise<string> {
  const done = await run(host, script, options);
  if (done.code !== 0) {
    const tail = (done.stderr.trim() || done.stdout.trim()).split("\n").slice(-8).join("\n");
    throw new LabError(
      `On ${host} a script failed with exit code ${done.code}: ${firstLine(script)}\n${tail}`,
    );
  }
  return done.stdout.trimEnd();
}

/**
 * A command or, without words, a login on a guest with this process's own terminal; gives the exit code. One word is a
 * shell command line as with `ssh`; several words arrive as they are.
 */
export function attach(host: HostName, words: readonly string[]): Promise<number> {
  const command = words.length > 1 ? [words.map(quote).join(" ")] : words;
  return new Promise((resolve, reject) => {
    const child = spawn("ssh", ["-F", sshConfigFile, host, ...command], { stdio: "inherit" });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 255));
  });
}

/** Whether an ssh server greets on this port. QEMU itself accepts connections long before the guest listens. */
export function greets(port: number, limitMs = 1_500): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answer: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(false), limitMs);
    socket.once("data", (data) => end(data.toString("latin1").startsWith("SSH-")));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
}
