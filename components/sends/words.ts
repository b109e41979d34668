import { plural } from "@/components/format";
import type { NewSend, SendOptions, StreamKind } from "@/server/receives/new-send";
import type { Dataset } from "@/server/zfs/output";

/** What is recommended: as much as possible goes as it lies on the source's disks. */
export const recommended: SendOptions = {
  ...{ raw: null, largeBlocks: true, compressed: true, embedded: true, steps: true, properties: false },
};

/** The part of a name after its pool, or the pool where that is all there is. */
function belowPool(dataset: string): string {
  return dataset.replace(/^[^/]*\//, "");
}

/**
 * A dataset to receive into: the same path in a pool of the target, or the last part of it where what is above is not there.
 * @param datasets of the target; empty where they are not known yet.
 * @returns empty where nothing can be suggested.
 */
export function suggestTarget(source: string, sameHost: boolean, datasets: readonly Dataset[]): string {
  const names = new Set(datasets.map(({ name }) => name));
  const pools = [...names].filter((name) => !name.includes("/"));
  const sourcePool = source.replace(/\/.*$/, "");
  const pool = (sameHost ? pools.find((name) => name !== sourcePool) : undefined) ?? pools[0];
  if (pool === undefined) return "";
  const path = belowPool(source);
  const parent = `${pool}/${path}`.replace(/\/[^/]*$/, "");
  const suggestion = names.has(parent) ? `${pool}/${path}` : `${pool}/${path.replace(/^.*\//, "")}`;
  return sameHost && suggestion === source ? `${suggestion}-copy` : suggestion;
}

/** What goes over the wire and why, in a sentence or three. */
export function streamWords(
  stream: StreamKind,
  from: { host: string; dataset: string },
  to: { host: string; dataset: string },
  steps: boolean,
): string[] {
  if (stream.kind === "full") {
    return [
      `In full: ${to.host} has no ${to.dataset} yet, so it is created.`,
      ...(stream.older > 0
        ? [
            `The ${plural(stream.older, "older snapshot")} of ${from.dataset} ${stream.older === 1 ? "does" : "do"} not come along, and ZFS cannot add ${stream.older === 1 ? "it" : "them"} later. If you want the history there, send the oldest snapshot first: Continue then brings the others.`,
          ]
        : []),
    ];
  }
  const { base, onTarget, bookmark, between } = stream;
  const called = onTarget === base.replace(/^[^@#]*/, to.dataset) ? "" : `, there called ${onTarget}`;
  const first = bookmark
    ? `As an increment: ${from.host} still has a bookmark (${base}) of the newest snapshot that ${to.dataset} has${called}. Only what changed since is sent.`
    : `As an increment: both sides have ${base}${called}; it is the same by its GUID. Only what changed since is sent.`;
  if (between === 0) return [first];
  const those = `The ${plural(between, "snapshot")} in between`;
  if (bookmark)
    return [first, `${those} cannot come along: from a bookmark, ZFS sends the last snapshot only.`];
  return [
    first,
    steps
      ? `${those} ${between === 1 ? "comes" : "come"} along (-I).`
      : `${those} ${between === 1 ? "stays" : "stay"} behind (-i), and cannot be added later.`,
  ];
}

/** Why raw is on or off, or cannot be chosen. */
export function rawWords(reason: NewSend["rawReason"] | null): string {
  switch (reason) {
    case null:
      return "Data that is encrypted on the source stays so on its way and on the target, which needs no key and sees nothing.";
    case "not-encrypted":
      return "The source is not encrypted, so this makes no difference.";
    case "new-copy":
      return "Recommended, as the source is encrypted: the target needs no key and sees nothing. Without it the data arrives decrypted.";
    case "raw-copy":
      return "Needed: the copy on the target was received raw, and takes only raw increments.";
    case "plain-copy":
      return "Not possible: the copy on the target was not received raw.";
    case "unknown-copy":
      return "Has to be as it was when the copy was made; what is left of the base does not say.";
  }
}

/** The options in ZFS's letters, those that are on. */
export function letters({ raw, largeBlocks, compressed, embedded, steps, properties }: SendOptions): string {
  const on = [
    ...[raw && "-w", largeBlocks && "-L", compressed && !raw && "-c", embedded && "-e", properties && "-p"],
    steps ? "-I" : "-i",
  ];
  return on.filter(Boolean).join(" ");
}
