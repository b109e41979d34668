import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { badConfiguration, HalfwayError, sentence } from "../errors";
import { say } from "../say";
import { type Host, hostName, portNumber } from "./config";
import { writeDurably } from "./durable";
import { fingerprintOf } from "./fingerprint";
import { addressIn, fetchHostKey, hostKey, knownAs } from "./host-key";
import { OwnSsh, ownKeyFile } from "./own-ssh";
import { isInstalledHere } from "./path";

/** `user@address`, with nothing in it that ssh would take for an option, a pattern or an alias. */
const login = z
  .string()
  .trim()
  .max(300)
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]*@(?:[A-Za-z0-9][A-Za-z0-9._-]*|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9_.-]+)?)$/,
    {
      error: say`Write the login as user@address, for example halfway@tower.lan.`,
    },
  );

/** How a host is reached that people add in the page. */
export const addedWay = z.strictObject({ destination: login, port: portNumber.nullable() });

/** A host that was added in the page, with the key that was accepted for it. */
export const addedHost = addedWay.extend({ name: hostName, hostKey });
export type AddedHost = z.output<typeof addedHost>;

const addedFile = z.strictObject({ hosts: z.array(addedHost) });
/** Some keep the file of their configuration in the same directory, and call it `hosts.json`. */
const fileName = "added-hosts.json";

/** What hosts that were added in the page need, in the state directory, and nobody could make anew. */
export const hostFiles = [fileName, ownKeyFile] as const;

/** The one host there is where the configuration names none. */
const thisMachine: Host = { name: "localhost", local: true };

/**
 * All hosts of this Halfway: those of its configuration, and those that were added in the page. The latter stand in a JSON
 * file beside the database: a database that is damaged or lost must not hide what is half-received on them (decision 21).
 */
export class KnownHosts {
  readonly ssh: OwnSsh;
  readonly #all: Host[];
  #added: readonly AddedHost[];

  private constructor(
    private readonly file: string,
    /** The hosts of the configuration, at this moment: this machine is one once it has ZFS. */
    private readonly configured: () => readonly Host[],
    directory: string,
  ) {
    this.ssh = new OwnSsh(directory);
    this.#added = readAdded(file);
    this.#all = this.#added.map((one) => this.#hostOf(one));
  }

  /**
   * @param hosts those of the configuration; null for this machine alone, as soon as it has ZFS.
   * @throws HalfwayError `BAD_INPUT` where a file cannot be read or is wrong: hosts must not be missing without a word.
   */
  static open(
    { hosts, stateDir }: { hosts: readonly Host[] | null; stateDir: string },
    hasZfs = () => isInstalledHere("zfs"),
  ): KnownHosts {
    const file = join(stateDir, fileName);
    const known = new KnownHosts(file, () => hosts ?? (hasZfs() ? [thisMachine] : []), stateDir);
    const twice = known.#added.find(({ name }) => hosts?.some((host) => host.name === name));
    if (twice) {
      throw badConfiguration(
        `The host ${twice.name} is in the file that HALFWAY_CONFIG names, and was added in the page, too (${file}). Take one of them away, or rename it.`,
      );
    }
    known.lookForMore();
    if (known.#added.length > 0) known.ssh.accept(known.#added);
    return known;
  }

  /**
   * Hosts of the configuration that are there only now: ZFS may be installed while Halfway runs. One that was added in the page
   * keeps its name.
   */
  lookForMore(): Host[] {
    const more = this.configured().filter(({ name }) => this.#at(name) < 0);
    this.#all.unshift(...more);
    return more;
  }

  /** The same array for good: whoever holds it sees hosts come and go. */
  get all(): readonly Host[] {
    return this.#all;
  }

  /**
   * The key that a machine shows, for people to compare. Nothing else is asked of it.
   * @throws HalfwayError `UNREACHABLE`
   */
  async keyAt({
    destination,
    port,
  }: z.output<typeof addedWay>): Promise<{ hostKey: string; fingerprint: string }> {
    const key = await fetchHostKey(destination, port);
    return { hostKey: key, fingerprint: fingerprintOf(key) };
  }

  /** A host as it was added; undefined for one of the configuration, or none. */
  added(name: string): AddedHost | undefined {
    return this.#added.find((host) => host.name === name);
  }

  /** @throws HalfwayError `CONFLICT` where there is one of that name or at that address, `REFUSED` where it cannot be written. */
  add(host: AddedHost): Host {
    if (this.#all.some(({ name }) => name === host.name)) {
      throw new HalfwayError("CONFLICT", say`There is a host named “${host.name}” already.`);
    }
    this.#requireOwnAddress(host);
    this.#write([...this.#added, host]);
    const made = this.#hostOf(host);
    this.#all.push(made);
    return made;
  }

  /** @throws HalfwayError `NOT_FOUND`, `CONFLICT` and `REFUSED` as above. */
  change(host: AddedHost): Host {
    this.#requireAdded(host.name);
    this.#requireOwnAddress(host);
    this.#write(this.#added.map((one) => (one.name === host.name ? host : one)));
    const made = this.#hostOf(host);
    this.#all[this.#at(host.name)] = made;
    return made;
  }

  /** @throws HalfwayError `NOT_FOUND` and `REFUSED` as above. */
  remove(name: string): void {
    this.#requireAdded(name);
    this.#write(this.#added.filter((one) => one.name !== name));
    this.#all.splice(this.#at(name), 1);
  }

  /** @throws HalfwayError `NOT_FOUND` for none, `REFUSED` for one of the configuration. */
  #requireAdded(name: string): void {
    if (this.added(name)) return;
    if (this.#at(name) < 0) throw new HalfwayError("NOT_FOUND", say`There is no host named “${name}”.`);
    throw new HalfwayError(
      "REFUSED",
      say`${name} was not added in the page: it is changed where Halfway is configured (HALFWAY_CONFIG).`,
    );
  }

  /** One machine under two names would be listed twice; and of each only one key is accepted. */
  #requireOwnAddress({ name, destination, port }: AddedHost): void {
    const place = knownAs(addressIn(destination), port);
    const other = this.#added.find(
      (one) => one.name !== name && knownAs(addressIn(one.destination), one.port) === place,
    );
    if (other) throw new HalfwayError("CONFLICT", say`${place} is the host ${other.name} already.`);
  }

  #at(name: string): number {
    return this.#all.findIndex((host) => host.name === name);
  }

  #hostOf({ name, destination, port, hostKey }: AddedHost): Host {
    const way = { destination, port: port ?? undefined };
    return { name, ssh: { ...way, configFile: this.ssh.configFile, hostKey } };
  }

  /** First what ssh goes by: a host that is listed must not be reached by other rules. */
  #write(added: readonly AddedHost[]): void {
    try {
      this.ssh.accept(added);
      writeDurably(this.file, `${JSON.stringify({ hosts: added }, null, 2)}\n`);
    } catch (error) {
      try {
        this.ssh.accept(this.#added);
      } catch {
        // What ssh goes by is written anew at the next start.
      }
      throw new HalfwayError(
        "REFUSED",
        say`Nothing was changed: ${this.file} cannot be written. ${sentence(error)}`,
      );
    }
    this.#added = added;
  }
}

function readAdded(file: string): AddedHost[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw badConfiguration(`The hosts that were added in the page cannot be read: ${sentence(error)}`);
  }
  try {
    return addedFile.parse(JSON.parse(text)).hosts;
  } catch (error) {
    const how = error instanceof z.ZodError ? z.prettifyError(error) : sentence(error);
    throw badConfiguration(
      `${file}, with the hosts that were added in the page, is not valid. Mend it, or move it away to add them anew.\n${how}`,
    );
  }
}
