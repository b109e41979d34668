import { HalfwayError } from "../errors";
import type { Host } from "../hosts/config";
import { shellQuote } from "../hosts/quote";
import { runOn } from "../hosts/run";
import { counted, type Said, say } from "../say";
import { formatBytes } from "../zfs/bytes";
import { receive, type SendFlags, type SeriesEnd, sendSeries } from "../zfs/commands";
import { parseTotal, stderrWords } from "../zfs/output";
import { holdSteps, type Plan, sealed, type TransferPlan } from "./plan";
import { joined, type Route } from "./route";
import { type Purpose, receiveId, type SendObstacle } from "./types";

// What a new send and the continuation of a series have in common: neither goes on from a token.

/** One stream of one dataset, from snapshot to dataset. */
export type Stream = {
  source: Host;
  target: Host;
  dataset: string;
  end: SeriesEnd;
  flags: SendFlags;
  /** Whether the source's properties come along, and which of them the target leaves out; null for none. */
  properties?: { without: readonly string[] } | null;
  /** Bytes to send; null where ZFS cannot say. */
  size: bigint | null;
  cautions?: Said[];
  stays?: Plan["stays"];
  route: Route;
};

/** What has to be known to go on with a series (`-I`) that broke off before its last snapshot. */
export type Series = Required<Pick<Stream, "properties">>;

/** Plans a stream. It never carries `-F`: nothing on the target is lost by it. */
export function planSend(
  intent: Extract<Purpose, "continue" | "send">,
  stream: Stream,
): TransferPlan & { series: Series | null } {
  const { source, target, dataset, end, flags, properties = null, cautions = [], stays = null } = stream;
  const sending = sendSeries(flags, end, { properties: properties !== null });
  const receiving = receive(dataset, { rollback: false, without: properties?.without ?? [] });
  const ends = { sending, receiving };
  const { pipeline, step } = joined(source, target, ends, stream.route);
  const draft = {
    ...{ intent, receiveId: receiveId(target.name, dataset), fingerprint: "" },
    source: { host: source.name, snapshot: end.to, base: end.from },
    ...{ keeps: 0n, remaining: stream.size, losses: [], frees: 0n, stays, cautions, confirmName: null },
    steps: [step],
    holds: holdSteps(source, target, dataset, { snapshot: end.to, base: end.from }),
  };
  const plan = sealed(draft, [sending, receiving]);
  return { plan, pipeline, ends, series: end.steps && end.from !== null ? { properties } : null };
}

// An estimate from a bookmark walks the data (facts C.7).
const patience = { limitMs: 60_000 };

/**
 * Bytes that a stream would move; null where ZFS's estimate underflowed.
 * @throws HalfwayError `REFUSED` with ZFS's words where the host cannot send it.
 */
export async function estimateSend(host: Host, flags: SendFlags, end: SeriesEnd): Promise<bigint | null> {
  const output = await runOn(host, sendSeries(flags, end, { dryRun: true }), patience);
  if (output.code === 0) return parseTotal(output.stdout + output.stderr);
  throw new HalfwayError("REFUSED", say`${host.name} cannot send ${end.to}.`, stderrWords(output.stderr));
}

/**
 * Why ZFS would refuse an increment at its end, after every byte has been sent (facts A7, B4): the target has snapshots
 * newer than the base, or was written to since. Only a rollback helps; that is left to the admin, who sees what it costs.
 * @param target its snapshots oldest first, that of `base` among them.
 */
export function driftObstacles(
  target: {
    host: string;
    dataset: string;
    written: bigint;
    snapshots: readonly { name: string; guid: bigint }[];
  },
  base: bigint,
): SendObstacle[] {
  const { host, dataset, written, snapshots } = target;
  const at = snapshots.findIndex(({ guid }) => guid === base);
  const common = snapshots[at];
  const newer = snapshots.slice(at + 1);
  if (!common) return [];
  const [first] = newer;
  if (first) {
    return [
      {
        what: "newer-snapshots",
        sentence: counted(
          newer.length,
          say`${first.name} on ${host} is newer than ${common.name}, the newest snapshot that both sides have: ZFS would refuse the increment, at its end.`,
          say`${newer.length} snapshots on ${host}, from ${first.name} on, are newer than ${common.name}, the newest that both sides have: ZFS would refuse the increment, at its end.`,
        ),
        remedies: [
          {
            says: counted(
              newer.length,
              say`Roll back to ${common.name}; this destroys ${first.name} and what was changed since`,
              say`Roll back to ${common.name}; this destroys these ${newer.length} snapshots and what was changed since`,
            ),
            host,
            command: shellQuote(["zfs", "rollback", "-r", common.name]),
          },
        ],
        certain: true,
      },
    ];
  }
  if (written === 0n) return [];
  return [
    {
      what: "changed",
      sentence: say`${formatBytes(written)} were written to ${dataset} on ${host} since its newest snapshot: ZFS would refuse the increment, at its end.`,
      remedies: [
        {
          says: say`Roll it back; this undoes these changes`,
          host,
          command: shellQuote(["zfs", "rollback", common.name]),
        },
        {
          says: say`Keep it from changing again (even reading may change it)`,
          host,
          command: shellQuote(["zfs", "set", "readonly=on", dataset]),
        },
      ],
      certain: true,
    },
  ];
}
