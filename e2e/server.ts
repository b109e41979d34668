import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pipelineIdentity, signalPipeline } from "../server/hosts/pipeline";
import { accountOn, showing, type TestAccount } from "./account";

export type ServerOptions = {
  port: number;
  /** The hosts file, usually the lab's. */
  configFile: string;
  /** Where it remembers transfers. */
  stateDir: string;
  /** Whether the first account is left to be made. */
  untouched?: boolean;
  /** Further settings. */
  env?: Record<string, string>;
  /** What is started instead of the product itself: a program that serves it on `PORT`. */
  program?: readonly [command: string, ...args: string[]];
};

const startsWithin = 30_000;

/** The product as people run it: the production build under `npm start`. */
export class RunningServer {
  #child: ChildProcess | null = null;
  #account: TestAccount | null = null;
  #log = "";
  #said = 0;

  constructor(private readonly options: ServerOptions) {}

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  /** Who may do everything here; known once it was started. */
  get account(): TestAccount {
    if (!this.#account) throw new Error("The server has not been started yet.");
    return this.#account;
  }

  /** What it has said lately. */
  get log(): string {
    return this.#log;
  }

  /** How many bytes it has said since it was made. */
  get said(): number {
    return this.#said;
  }

  /** What lets a request in. */
  get headers(): { authorization: string } {
    return showing(this.account);
  }

  /** Where it remembers things. */
  get stateDir(): string {
    return this.options.stateDir;
  }

  /** Its process, while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    const { port, configFile, stateDir, untouched, env } = this.options;
    const [command, ...args] = this.options.program ?? [
      "node",
      ...["--disable-warning=ExperimentalWarning", "--import", "tsx", "server/start.ts"],
    ];
    if (await answers(`${this.url}/healthz`)) {
      throw new Error(
        `Port ${port} is taken by another server. Stop it, or choose another port: PORT=3001 npm run …`,
      );
    }
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        NODE_ENV: "production",
        NEXT_TELEMETRY_DISABLED: "1",
        PORT: String(port),
        HALFWAY_CONFIG: configFile,
        HALFWAY_STATE_DIR: stateDir,
        ...env,
      },
    });
    this.#child = child;
    // What an earlier one said is over: its set-up token most of all.
    this.#log = "";
    const collect = (chunk: Buffer) => {
      this.#said += chunk.length;
      this.#log = `${this.#log}${chunk}`.slice(-8_000);
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    for (const until = Date.now() + startsWithin; Date.now() < until; await sleep(100)) {
      if (child.exitCode !== null) break;
      if (await answers(`${this.url}/healthz`)) {
        if (!untouched) this.#account = await accountOn(this.url, stateDir, () => this.#log);
        return;
      }
    }
    await this.stop();
    throw new Error(`The server did not start on port ${port}:\n${this.#log}`);
  }

  /** Resolves when its process has ended, whoever ended it. */
  async gone(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise((resolve) => child.once("exit", resolve));
  }

  /** Ends it as a service manager would; resolves with the milliseconds that took. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return 0;
    const began = Date.now();
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await Promise.race([ended, sleep(10_000).then(() => child.kill("SIGKILL"))]);
    return Date.now() - began;
  }
}

/** Ends every transfer that servers with this state directory have left running. What was received stays. */
export function stopTransfers(stateDir: string): void {
  const root = join(stateDir, "transfers");
  if (!existsSync(root)) return;
  for (const id of readdirSync(root)) {
    for (const attempt of readdirSync(join(root, id))) {
      const identity = pipelineIdentity(join(root, id, attempt));
      if (identity) signalPipeline(identity, "SIGTERM");
    }
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  }
}
