/** What ZFS says it has just done (facts A17). */
export type ZfsEvent = {
  pool: string;
  /** For example `receive`, `resume receive`, `finish receiving`, `destroy`; else the class of the event. */
  what: string;
  /** The dataset it concerns, without a snapshot's name or `/%recv`; null for events of a whole pool. */
  dataset: string | null;
};

/**
 * Takes the output of `zpool events -f -H -v` piece by piece, and gives the events that are complete: each is a line
 * with time and class, indented `key = value` lines, and an empty line.
 */
export class EventReader {
  #rest = "";

  /** @param chunk what arrived now, cut anywhere. */
  read(chunk: string): ZfsEvent[] {
    const blocks = (this.#rest + chunk).split("\n\n");
    // An event has some twenty short lines; something that never ends is not one.
    this.#rest = (blocks.pop() ?? "").slice(-longest);
    return blocks.flatMap((block) => (block.length < longest ? (parseEvent(block) ?? []) : []));
  }
}

const longest = 16 * 1024;

function parseEvent(block: string): ZfsEvent | null {
  const pool = textOf(block, "pool");
  const what = textOf(block, "history_internal_name") ?? textOf(block, "class");
  if (pool === null || what === null) return null;
  const dataset = textOf(block, "history_dsname");
  return { pool, what, dataset: dataset?.replace(/@.*$|\/%recv$/s, "") ?? null };
}

function textOf(block: string, key: string): string | null {
  return new RegExp(`^[ \\t]+${key} = "(.*)"[ \\t]*$`, "m").exec(block)?.[1] ?? null;
}
