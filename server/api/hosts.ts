import { z } from "zod";
import { hostName } from "../hosts/config";
import { fingerprintOf } from "../hosts/fingerprint";
import { addedHost, addedWay } from "../hosts/known";
import { isInstalledHere } from "../hosts/path";
import type { HostSummary } from "./hub";
import { procedure, router } from "./init";

const named = z.strictObject({ name: hostName });

/** A host as the page of hosts shows it. */
export type ListedHost = HostSummary & {
  /** How it is reached and which key is accepted, where it was added in the page; null for one of the configuration. */
  added: { destination: string; port: number | null; hostKey: string; fingerprint: string } | null;
};

export const hostsRouter = router({
  /** All hosts, and how each answered last. */
  list: procedure.query(({ ctx: { halfway } }): ListedHost[] =>
    halfway.hostStates().map(({ receives: _, ...host }) => {
      const added = halfway.known.added(host.name);
      if (!added) return { ...host, added: null };
      const { destination, port, hostKey } = added;
      return { ...host, added: { destination, port, hostKey, fingerprint: fingerprintOf(hostKey) } };
    }),
  ),

  /** Whether the machine that Halfway runs on has ZFS: without it is no host. */
  here: procedure.query(() => ({ zfs: isInstalledHere("zfs") })),

  /** The line that lets Halfway in, for an account's `authorized_keys`; null before the first host was added. */
  line: procedure.query(({ ctx }) => ctx.halfway.known.ssh.line()),

  /** The key that a machine shows. Whoever adds it has to compare it with what the machine itself says. */
  hostKey: procedure.input(addedWay).query(({ ctx, input }) => ctx.halfway.known.keyAt(input)),

  /** What works with a host, and what would make the rest work. */
  check: procedure.input(named).query(({ ctx, input }) => ctx.halfway.checkHost(input.name)),

  /** Adds a host with the key that was shown and accepted: whoever shows another one is not talked to. */
  add: procedure
    .input(addedHost)
    .mutation(
      async ({ ctx, input }): Promise<{ line: string }> => ({ line: await ctx.halfway.addHost(input) }),
    ),

  /** Reaches it in another way from now on, or accepts another key from it. */
  update: procedure.input(addedHost).mutation(({ ctx, input }) => ctx.halfway.changeHost(input)),

  /** Lists it no longer. Nothing is changed on it. */
  remove: procedure.input(named).mutation(({ ctx, input }) => ctx.halfway.removeHost(input.name)),
});
