import { onHost } from "../hosts/command";
import type { Host } from "../hosts/config";
import type { Pipeline } from "../hosts/pipeline";
import { shellQuote } from "../hosts/quote";
import type { Tool, Tools } from "../hosts/tools";
import { say } from "../say";
import type { Argv, SendFlags } from "../zfs/commands";
import type { Step } from "./plan";

/** What ZFS is told at both ends of a stream. */
export type Ends = { sending: Argv; receiving: Argv };

/** How a stream gets from its source to its target, and what it passes on the way. */
export type Route = {
  /** The source as the target itself reaches it; null where the stream goes through Halfway's own machine. */
  fetchedFrom: Host | null;
  /** `zstd` at both ends. */
  compressed: boolean;
  /** `mbuffer` at both ends. */
  buffered: boolean;
  /** `nice` at both ends. */
  gentle: boolean;
};

/** What people want of all routes. */
export type Manners = {
  /** Whether streams of at least so many MiB are buffered and compressed. */
  stages: boolean;
  stagesFromMiB: number;
  /** Whether transfers give way to everything else that wants the processors. */
  gentle: boolean;
};

/** What is known of one stream. */
export type Traffic = {
  source: Host;
  target: Host;
  /** Bytes to come; null where ZFS cannot say. */
  size: bigint | null;
  flags: SendFlags;
  /** Whether it has to be held back, which is done on Halfway's own machine. */
  limited: boolean;
};

/** Finds the route of a stream. */
export type FindRoute = (traffic: Traffic) => Promise<Route>;

/** Nothing but `zfs` and `ssh`: works between any two hosts. */
export const plainRoute: Route = { fetchedFrom: null, compressed: false, buffered: false, gentle: false };

/** Finds routes by what the hosts have. */
export function routesBy(tools: Tools, manners: () => Manners): FindRoute {
  return async (traffic) => {
    const [atSource, atTarget] = await Promise.all([tools.of(traffic.source), tools.of(traffic.target)]);
    return routeOf(traffic, atSource, atTarget, manners());
  };
}

/**
 * The shortest route that the hosts can go. Raw and compressed streams (`-w`, `-c`) are not packed once more, and small
 * ones get no stages: they would only blur how far they have come.
 */
export function routeOf(
  { source, target, size, flags, limited }: Traffic,
  atSource: ReadonlySet<Tool>,
  atTarget: ReadonlySet<Tool>,
  { stages, stagesFromMiB, gentle }: Manners,
): Route {
  const both = (tool: Tool) => atSource.has(tool) && atTarget.has(tool);
  const same = source.name === target.name;
  const large = size !== null && size >= BigInt(stagesFromMiB) << 20n;
  const staged = stages && large && both("bash");
  const reached = limited || !atTarget.has("bash") ? null : reachedFrom(target, source);
  return {
    fetchedFrom: reached && ("local" in reached || atTarget.has("ssh")) ? reached : null,
    compressed: staged && both("zstd") && !same && !flags.compressed && !flags.raw,
    buffered: staged && both("mbuffer"),
    gentle: gentle && both("nice"),
  };
}

/** The source as a remote target reaches it, if it does. A target that is this machine fetches everything itself. */
function reachedFrom(target: Host, source: Host): Host | null {
  if ("local" in target) return null;
  if (source.name === target.name) return { name: source.name, local: true };
  const known = target.reaches?.find(({ host }) => host === source.name);
  return known ? { name: source.name, ssh: { destination: known.destination, port: known.port } } : null;
}

/** How much a buffer takes: enough for what a target writes in one go, little for a machine with 1 GiB. */
const buffer: Argv = ["mbuffer", "-q", "-m", "64M"];
/** Packs as hard as leaves the line busy. */
const pack: Argv = ["zstd", "-q", "-c", "--adapt"];
const unpack: Argv = ["zstd", "-q", "-c", "-d"];

/** Both ends joined over a route: what runs, and the step that shows exactly that. */
export function joined(
  source: Host,
  target: Host,
  { sending, receiving }: Ends,
  route: Route,
): { pipeline: Pipeline; step: Step } {
  const { fetchedFrom, compressed, buffered, gentle } = route;
  const given = (argv: Argv): Argv => (gentle ? ["nice", "-n", "19", ...argv] : argv);
  const buffers = buffered ? [buffer] : [];
  const sender = [sending, ...(compressed ? [pack] : []), ...buffers].map(given);
  const receiver = [...buffers, ...(compressed ? [unpack] : []), receiving].map(given);
  const part = (host: Host, stages: readonly Argv[]) => ({ host: host.name, command: piped(stages) });
  if (fetchedFrom) {
    const same = "local" in fetchedFrom;
    const fetching = same ? given(sending) : onHost(fetchedFrom, inOne(sender), "own");
    const receive = onHost(target, fetchingInOne(fetching, receiver), "own");
    return {
      pipeline: { before: null, send: null, receive },
      step: {
        says: same
          ? say`Send and receive on ${target.name}`
          : say`Receive on ${target.name}, which fetches it from ${source.name} itself`,
        command: shellQuote(receive),
        parts: [...(same ? [] : [part(source, sender)]), part(target, [fetching, ...receiver])],
      },
    };
  }
  const send = onHost(source, inOne(sender), "own");
  const receive = onHost(target, inOne(receiver), "own");
  return {
    pipeline: { before: null, send, receive },
    step: {
      says: say`Send from ${source.name}, receive on ${target.name}`,
      command: `${shellQuote(send)} | ${shellQuote(receive)}`,
      parts: [part(source, sender), part(target, receiver)],
    },
  };
}

function piped(stages: readonly Argv[]): string {
  return stages.map(shellQuote).join(" | ");
}

/** Some commands as one. It fails when any of them does: what `zfs send` says must not get lost behind a buffer. */
function inOne(stages: readonly Argv[]): Argv {
  const [only] = stages;
  return only && stages.length === 1 ? only : ["bash", "-c", `set -o pipefail; ${piped(stages)}`];
}

/** The same for both ends in one place: the sender's words, and so the progress, come out as its output. */
function fetchingInOne(fetching: Argv, receiver: readonly Argv[]): Argv {
  const line = `${shellQuote(fetching)} 2>&3 | ${piped(receiver)}`;
  return ["bash", "-c", `set -o pipefail; { ${line}; } 3>&1 >/dev/null`];
}
