import { shellQuote } from "../hosts/quote";
import { joined, type Said, say } from "../say";
import { formatBytes } from "../zfs/bytes";
import type { SendFlags } from "../zfs/commands";
import { poolOf } from "../zfs/names";
import type { Limit, Pool } from "../zfs/output";
import type { Obstacle } from "./types";

// What stands in the way of any stream, be it the rest of one or a new one.

/** A pool in which nothing works, or nothing can be written. */
export function poolObstacles(host: string, pool: Pool, writes: boolean): Obstacle[] {
  const { name, health, readonly } = pool;
  if (health === "SUSPENDED") {
    return [
      {
        what: "pool-suspended",
        sentence: say`The pool ${name} on ${host} is suspended: its disks stopped answering, and so does everything on it.`,
        remedies: [
          { says: say`See which disk is the matter`, host, command: shellQuote(["zpool", "status", name]) },
          { says: say`When the disks are back`, host, command: shellQuote(["zpool", "clear", name]) },
        ],
        certain: true,
      },
    ];
  }
  if (readonly && writes) {
    return [
      {
        what: "pool-readonly",
        sentence: say`The pool ${name} on ${host} is imported for reading only.`,
        remedies: [
          {
            says: say`Import it for writing`,
            host,
            command: `${shellQuote(["zpool", "export", name])} && ${shellQuote(["zpool", "import", name])}`,
          },
        ],
        certain: true,
      },
    ];
  }
  return [];
}

export function keyObstacle(
  what: "target-key" | "source-key",
  host: string,
  root: string,
  sentence: Said,
): Obstacle {
  const command = shellQuote(["zfs", "load-key", root]);
  return { what, sentence, remedies: [{ says: say`Load the key`, host, command }], certain: true };
}

/** The pool features that streams of each kind need, as of `recv_begin_check_feature_flags_impl`. */
export function missingFeatures(
  host: string,
  { name, features }: Pool,
  flags: SendFlags,
  redacted: boolean,
): Obstacle[] {
  const needed = [
    ...(flags.largeBlocks ? ["large_blocks"] : []),
    ...(flags.embedded ? ["embedded_data", "lz4_compress"] : []),
    ...(flags.compressed && !flags.raw ? ["lz4_compress"] : []),
    ...(flags.raw ? ["encryption"] : []),
    ...(redacted ? ["redacted_datasets"] : []),
  ];
  const missing = [...new Set(needed)].filter((feature) => features.get(feature) === "disabled");
  return missing.map((feature) => ({
    what: "missing-feature",
    sentence: say`The pool ${name} on ${host} lacks the feature ${feature} that this stream needs.`,
    remedies: [
      {
        says: say`Enable it (it cannot be disabled again)`,
        host,
        command: shellQuote(["zpool", "set", `feature@${feature}=enabled`, name]),
      },
    ],
    certain: true,
  }));
}

/** Less than this says nothing about how well data can be compressed, or how full a dataset is. */
export const enoughToTell = 1024n * 1024n;

/** What a stream needs is an estimate: only where it is far off does it count as certain. */
export function lackOfSpace(
  what: "rest" | "send",
  needed: bigint,
  { host, dataset }: { host: string; dataset: string },
  { available, limits }: { available: bigint; limits: readonly Limit[] },
): Obstacle[] {
  if (available >= needed) return [];
  // What is needed is an estimate, but not one that is ten times too high.
  const certain = available * 10n < needed;
  const [need, room] = [formatBytes(needed), formatBytes(available)];
  const short = {
    rest: say`The rest needs about ${need}, but ${dataset} on ${host} may grow by ${room} only.`,
    send: say`This send needs about ${need}, but ${dataset} on ${host} may grow by ${room} only.`,
  }[what];
  const limit = tightest(limits, available);
  if (limit) {
    const tooTight = limits.filter((one) => leftOf(one) < needed);
    return [
      {
        what: "quota",
        sentence: joined([
          short,
          say`The ${limit.property} of ${limit.dataset} is ${formatBytes(limit.limit)}.`,
        ]),
        remedies: tooTight.map(({ dataset: name, property, used }) => ({
          says: say`Raise the ${property} of ${name}`,
          host,
          command: shellQuote(["zfs", "set", `${property}=${wholeMiB(used + needed + needed / 10n)}`, name]),
        })),
        certain,
      },
    ];
  }
  const pool = poolOf(dataset);
  return [
    {
      what: "space",
      sentence: joined([short, say`The pool ${pool} is full, or reserved for others.`]),
      remedies: [
        {
          says: say`See what holds the space`,
          host,
          command: shellQuote(["zfs", "list", "-o", "space", "-r", pool]),
        },
      ],
      certain,
    },
  ];
}

/** The quota that leaves no more than ZFS says is available; null where it is the pool that is full. */
function tightest(limits: readonly Limit[], available: bigint): Limit | null {
  const [first] = limits.toSorted((a, b) => Number(leftOf(a) - leftOf(b)));
  // ZFS keeps a little back, hence not exactly.
  return first && leftOf(first) <= available + enoughToTell ? first : null;
}

function leftOf({ limit, used }: Limit): bigint {
  return limit > used ? limit - used : 0n;
}

function wholeMiB(bytes: bigint): string {
  return `${bytes / enoughToTell + 1n}M`;
}

/** What a plain send of an encrypted dataset means. */
export function decryptedWords(
  dataset: string,
  source: string,
  target: string,
  encryptedThere: boolean,
): Said {
  return encryptedThere
    ? say`${dataset} is encrypted on ${source}, but this stream is not raw: ${target} gets it decrypted and encrypts it with a key of its own.`
    : say`${dataset} is encrypted on ${source}, but this stream is not raw: ${target} gets it decrypted, and it will lie there unencrypted.`;
}
