import { readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { HalfwayError } from "../errors";

export const hostName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, {
    error: "a host's name consists of letters, digits, dots, dashes and underscores",
  });

/** As for `ssh`: `user@address` or an alias from the SSH configuration. */
const destination = z
  .string()
  .regex(/^[A-Za-z0-9_.@:[\]%-]+$/)
  .refine((text) => !text.startsWith("-"));
export const portNumber = z.int().min(1).max(65535);
const port = portNumber.optional();

const localHost = z.strictObject({ name: hostName, local: z.literal(true) });

const sshHost = z.strictObject({
  name: hostName,
  ssh: z.strictObject({
    destination,
    port,
    /** An `ssh_config` to use instead of the user's own. */
    configFile: z.string().startsWith("/").optional(),
  }),
  /** Hosts that this one reaches by itself: what it receives from them need not pass Halfway's own machine. */
  reaches: z.array(z.strictObject({ host: hostName, destination, port })).optional(),
});

const hostsFile = z
  .strictObject({ hosts: z.array(z.union([localHost, sshHost])).min(1) })
  .refine(({ hosts }) => new Set(hosts.map((host) => host.name)).size === hosts.length, {
    error: "two hosts have the same name",
  })
  .refine(
    ({ hosts }) =>
      hosts.every((host) =>
        ("ssh" in host ? (host.reaches ?? []) : []).every(
          (reached) => reached.host !== host.name && hosts.some(({ name }) => name === reached.host),
        ),
      ),
    { error: "a host reaches another one that is not in the file" },
  )
  .refine(({ hosts }) => hosts.filter((host) => "local" in host).length <= 1, {
    error: "only one host can be this machine",
  });

/**
 * A machine with pools: this one, or one that the system's OpenSSH reaches.
 * @property ssh.hostKey the only key that it may show, where it was accepted in the page.
 */
export type Host =
  | z.infer<typeof localHost>
  | (z.infer<typeof sshHost> & { ssh: { hostKey?: string | undefined } });

/**
 * The hosts of the configuration: from the JSON file that `HALFWAY_CONFIG` names, else this machine alone.
 * @throws HalfwayError `BAD_INPUT` naming the file and what is wrong in it.
 */
export function loadHosts(env: Record<string, string | undefined> = process.env): Host[] {
  const file = env.HALFWAY_CONFIG;
  if (!file) return [{ name: "localhost", local: true }];
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new HalfwayError("BAD_INPUT", `HALFWAY_CONFIG: cannot read ${file}: ${String(error)}`);
  }
  const parsed = hostsFile.safeParse(content);
  if (!parsed.success)
    throw new HalfwayError("BAD_INPUT", `${file} is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.hosts;
}

/** A name that no other Halfway gives to another machine: two of them may each call their own `localhost`. */
export function uniqueName(host: Host): string {
  return "local" in host && host.name !== hostname() ? `${host.name}.${hostname()}` : host.name;
}

/** Where Halfway remembers its transfers: `HALFWAY_STATE_DIR`, else `~/.local/state/halfway`. */
export function stateDir(env: Record<string, string | undefined> = process.env): string {
  if (env.HALFWAY_STATE_DIR) return resolve(env.HALFWAY_STATE_DIR);
  return join(env.XDG_STATE_HOME ?? join(homedir(), ".local", "state"), "halfway");
}
