import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { HalfwayError, sentence } from "../errors";
import { say } from "../say";
import { writeDurably } from "./durable";
import { addressIn, knownAs } from "./host-key";
import { runOn } from "./run";

/** What of it cannot be made anew, in the state directory: the rest is written at each start. */
export const ownKeyFile = "ssh/id_ed25519";

const here = { name: "this machine", local: true } as const;

/** A host's key, and where it shows it. */
export type KnownKey = { destination: string; port: number | null; hostKey: string };

/**
 * Halfway's own SSH, for the hosts that were added in the page: one key, the host keys that were accepted, and an
 * `ssh_config` that allows nothing else. Nothing of the user's own configuration or agent is used for them.
 */
export class OwnSsh {
  readonly #dir: string;

  /** @param stateDir see `stateDir`. */
  constructor(stateDir: string) {
    this.#dir = join(stateDir, "ssh");
  }

  /** The `ssh_config` to name with `-F`. */
  get configFile(): string {
    return join(this.#dir, "config");
  }

  get #keyFile(): string {
    return join(dirname(this.#dir), ownKeyFile);
  }

  /** Writes down which host keys are accepted: those, and no others. Where that stands there already no disk is needed. */
  accept(keys: readonly KnownKey[]): void {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    const knownHosts = join(this.#dir, "known_hosts");
    keep(knownHosts, knownHostsLines(keys));
    keep(this.configFile, configFor(this.#keyFile, knownHosts));
  }

  /**
   * The line that lets Halfway in, for an account's `authorized_keys`; null where no key was made yet.
   * @throws HalfwayError `REFUSED` where the key cannot be read.
   */
  async line(): Promise<string | null> {
    if (!existsSync(this.#keyFile)) return null;
    // From the private key itself: a public one beside it might be another one's.
    const { code, stdout, stderr } = await runOn(here, ["ssh-keygen", "-y", "-f", this.#keyFile]);
    if (code !== 0) {
      throw new HalfwayError("REFUSED", say`Halfway's SSH key ${this.#keyFile} cannot be read.`, stderr);
    }
    return authorizedKeysLine(stdout, hostname());
  }

  /**
   * The same, with a key that is made where there is none.
   * @throws HalfwayError `REFUSED` where it cannot be made or read.
   */
  async ensureLine(): Promise<string> {
    this.#making ??= this.#make().finally(() => {
      this.#making = null;
    });
    await this.#making;
    const line = await this.line();
    if (line === null) throw new HalfwayError("REFUSED", say`There is no key in ${this.#dir}.`);
    return line;
  }

  #making: Promise<void> | null = null;

  async #make(): Promise<void> {
    if (existsSync(this.#keyFile)) return;
    try {
      mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new HalfwayError("REFUSED", say`Halfway cannot write to ${this.#dir}. ${sentence(error)}`);
    }
    const argv = [
      "ssh-keygen",
      "-q",
      "-t",
      "ed25519",
      "-N",
      "",
      "-C",
      "halfway",
      "-f",
      this.#keyFile,
    ] as const;
    const { code, stderr } = await runOn(here, argv);
    if (code !== 0) throw new HalfwayError("REFUSED", say`Halfway's SSH key could not be made.`, stderr);
  }
}

function keep(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeDurably(path, text);
}

/** What lets a key in by SSH, to run commands and for nothing else: no terminal, no forwarding. */
export function authorizedKeysLine(publicKey: string, machine: string): string {
  const [kind = "", blob = ""] = publicKey.trim().split(/\s+/);
  return `restrict ${kind} ${blob} halfway@${machine}`;
}

/** The accepted keys as `known_hosts` has them. */
export function knownHostsLines(keys: readonly KnownKey[]): string {
  return keys
    .map(({ destination, port, hostKey }) => `${knownAs(addressIn(destination), port)} ${hostKey}\n`)
    .join("");
}

/** Lets ssh show this key and trust those hosts, and nothing else, whatever the user's own configuration says. */
export function configFor(keyFile: string, knownHosts: string): string {
  return [
    "# Written by Halfway, for the hosts that were added in its page. Changes are overwritten.",
    `IdentityFile ${configWord(keyFile)}`,
    "IdentitiesOnly yes",
    "IdentityAgent none",
    `UserKnownHostsFile ${configWord(knownHosts)}`,
    "GlobalKnownHostsFile /dev/null",
    "StrictHostKeyChecking yes",
    "UpdateHostKeys no",
    "",
  ].join("\n");
}

/** A path as one word of an `ssh_config`, with nothing in it that stands for something else. */
function configWord(path: string): string {
  return `"${path.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%")}"`;
}
