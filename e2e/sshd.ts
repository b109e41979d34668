import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { greets } from "./lab";

const program = "/usr/sbin/sshd";

/** A real sshd on loopback, with host keys and accepted keys of its own, that lets in the user who runs it. */
export class Sshd {
  readonly #dir = mkdtempSync(join(tmpdir(), "halfway-sshd-"));
  #child: ChildProcess | null = null;

  private constructor(readonly port: number) {}

  static async start(): Promise<Sshd> {
    const sshd = new Sshd(await freePort());
    sshd.#changeHostKey();
    sshd.authorize("");
    await sshd.#listen();
    return sshd;
  }

  /** `user@address`, as Halfway is told. */
  get login(): string {
    return `${userInfo().username}@127.0.0.1`;
  }

  /** What ssh-keygen says of the key it shows. */
  get fingerprint(): string {
    const said = execFileSync("ssh-keygen", ["-lf", `${this.#hostKey}.pub`], { encoding: "utf8" });
    return said.split(" ")[1] ?? "";
  }

  /** Lets in whom this line of an `authorized_keys` names, and nobody else. */
  authorize(line: string): void {
    writeFileSync(join(this.#dir, "authorized_keys"), `${line}\n`);
  }

  /** Comes back with another host key, like a machine that was set up anew. */
  async comeBackChanged(): Promise<void> {
    await this.#end();
    this.#changeHostKey();
    await this.#listen();
  }

  async stop(): Promise<void> {
    await this.#end();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #changeHostKey(): void {
    rmSync(this.#hostKey, { force: true });
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", this.#hostKey], { stdio: "ignore" });
  }

  get #hostKey(): string {
    return join(this.#dir, "host_key");
  }

  async #listen(): Promise<void> {
    const config = join(this.#dir, "sshd_config");
    writeFileSync(
      config,
      [
        ...["ListenAddress 127.0.0.1", `Port ${this.port}`, `HostKey ${this.#hostKey}`, "PidFile none"],
        ...[`AuthorizedKeysFile ${this.#dir}/authorized_keys`, "StrictModes no", "UsePAM no"],
        ...["PasswordAuthentication no", "KbdInteractiveAuthentication no", ""],
      ].join("\n"),
    );
    // Where root starts it, it wants an empty directory that only root may write.
    if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    const log: Buffer[] = [];
    const child = spawn(program, ["-D", "-e", "-f", config], { stdio: ["ignore", "ignore", "pipe"] });
    child.stderr?.on("data", (words: Buffer) => log.push(words));
    this.#child = child;
    for (const until = Date.now() + 10_000; Date.now() < until && child.exitCode === null; ) {
      if (await greets(this.port)) return;
    }
    throw new Error(`sshd did not start: ${Buffer.concat(log)}`);
  }

  /** With the connections it has: they would outlive it. */
  async #end(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child?.pid || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    for (const pid of [...childrenOf(child.pid), child.pid]) end(pid);
    await ended;
  }
}

/** A connection that has ended meanwhile needs no ending. */
function end(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  const children = text === "" ? [] : text.split(" ").map(Number);
  return [...children.flatMap(childrenOf), ...children];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
