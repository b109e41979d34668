import { hostname } from "node:os";
import { z } from "zod";
import { say } from "../say";

export const hostName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, {
    error: say`A host's name consists of letters, digits, dots, dashes and underscores.`,
  });

/** As for `ssh`: `user@address` or an alias from the SSH configuration. */
const destination = z.string().regex(/^(?!-)[A-Za-z0-9_.@:[\]%-]+$/, {
  error: "a destination is user@address, or an alias of your SSH configuration",
});
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

/** The hosts of the configuration. */
export const hostList = z
  .array(z.union([localHost, sshHost], { error: "a host is this machine (local: true) or reached by ssh" }))
  .refine((hosts) => new Set(hosts.map((host) => host.name)).size === hosts.length, {
    error: "two hosts have the same name",
  })
  .refine(
    (hosts) =>
      hosts.every((host) =>
        ("ssh" in host ? (host.reaches ?? []) : []).every(
          (reached) => reached.host !== host.name && hosts.some(({ name }) => name === reached.host),
        ),
      ),
    { error: "a host reaches another one that is not in the file" },
  )
  .refine((hosts) => hosts.filter((host) => "local" in host).length <= 1, {
    error: "only one host can be this machine",
  });

/**
 * A machine with pools: this one, or one that the system's OpenSSH reaches.
 * @property ssh.hostKey the only key that it may show, where it was accepted in the page.
 */
export type Host =
  | z.infer<typeof localHost>
  | (z.infer<typeof sshHost> & { ssh: { hostKey?: string | undefined } });

/** A name that no other Halfway gives to another machine: two of them may each call their own `localhost`. */
export function uniqueName(host: Host): string {
  return "local" in host && host.name !== hostname() ? `${host.name}.${hostname()}` : host.name;
}
