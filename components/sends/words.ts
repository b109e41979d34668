import type { NewSend, SendOptions, StreamKind } from "@/server/receives/new-send";
import type { SendObstacle } from "@/server/receives/types";
import { counted, type Said, say } from "@/server/say";
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
): Said[] {
  if (stream.kind === "full") {
    const { older } = stream;
    const first = say`In full: ${to.host} has no ${to.dataset} yet, so it is created.`;
    if (older === 0) return [first];
    return [
      first,
      counted(
        older,
        say`The 1 older snapshot of ${from.dataset} does not come along, and ZFS cannot add it later. If you want the history there, send the oldest snapshot first: Continue then brings the others.`,
        say`The ${older} older snapshots of ${from.dataset} do not come along, and ZFS cannot add them later. If you want the history there, send the oldest snapshot first: Continue then brings the others.`,
      ),
    ];
  }
  const { bookmark, between } = stream;
  const first = increment(stream, from.host, to.dataset);
  if (between === 0) return [first];
  if (bookmark) {
    return [
      first,
      counted(
        between,
        say`The 1 snapshot in between cannot come along: from a bookmark, ZFS sends the last snapshot only.`,
        say`The ${between} snapshots in between cannot come along: from a bookmark, ZFS sends the last snapshot only.`,
      ),
    ];
  }
  return [
    first,
    steps
      ? counted(
          between,
          say`The 1 snapshot in between comes along (-I).`,
          say`The ${between} snapshots in between come along (-I).`,
        )
      : counted(
          between,
          say`The 1 snapshot in between stays behind (-i), and cannot be added later.`,
          say`The ${between} snapshots in between stay behind (-i), and cannot be added later.`,
        ),
  ];
}

/** What an increment builds on, as both sides call it. */
function increment(
  { base, onTarget, bookmark }: Extract<StreamKind, { kind: "incremental" }>,
  host: string,
  target: string,
): Said {
  const sameName = onTarget === base.replace(/^[^@#]*/, target);
  if (bookmark) {
    return sameName
      ? say`As an increment: ${host} still has a bookmark (${base}) of the newest snapshot that ${target} has. Only what changed since is sent.`
      : say`As an increment: ${host} still has a bookmark (${base}) of the newest snapshot that ${target} has, there called ${onTarget}. Only what changed since is sent.`;
  }
  return sameName
    ? say`As an increment: both sides have ${base}; it is the same by its GUID. Only what changed since is sent.`
    : say`As an increment: both sides have ${base}, there called ${onTarget}; it is the same by its GUID. Only what changed since is sent.`;
}

/** The field that something in the way concerns: what was typed there would have to be another. */
export function fieldOf({ what }: SendObstacle): "snapshot" | "target" | "raw" | null {
  switch (what) {
    case "bad-name":
    case "same-dataset":
    case "no-such-pool":
    case "parent-missing":
    case "parent-is-volume":
    case "unfinished-receive":
    case "target-exists":
    case "nothing-in-common":
      return "target";
    case "already-there":
    case "target-ahead":
      return "snapshot";
    case "needs-raw":
    case "never-raw":
      return "raw";
    default:
      return null;
  }
}

/** Why raw is on or off, or cannot be chosen. */
export function rawWords(reason: NewSend["rawReason"] | null): Said {
  switch (reason) {
    case null:
      return say`Data that is encrypted on the source stays so on its way and on the target, which needs no key and sees nothing.`;
    case "not-encrypted":
      return say`The source is not encrypted, so this makes no difference.`;
    case "new-copy":
      return say`Recommended, as the source is encrypted: the target needs no key and sees nothing. Without it the data arrives decrypted.`;
    case "raw-copy":
      return say`Needed: the copy on the target was received raw, and takes only raw increments.`;
    case "plain-copy":
      return say`Not possible: the copy on the target was not received raw.`;
    case "unknown-copy":
      return say`Has to be as it was when the copy was made; what is left of the base does not say.`;
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
