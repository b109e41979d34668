import type { Transfer } from "@/server/transfers/types";

/** The ids of those in the queue, first to last. */
export function queueOf(transfers: readonly Transfer[]): string[] {
  return transfers
    .filter(({ state, place }) => state === "queued" && place !== null)
    .sort((one, other) => (one.place ?? 0) - (other.place ?? 0))
    .map(({ id }) => id);
}

export type QueueMove = "first" | "up" | "down";

/** For each way to move one in the queue: whom it then stands before, null for the end; nothing where it cannot move. */
export function queueMoves(
  queue: readonly string[],
  id: string,
): Record<QueueMove, { before: string | null } | null> {
  const at = queue.indexOf(id);
  const before = (index: number) => ({ before: queue[index] ?? null });
  return {
    first: at > 0 ? before(0) : null,
    up: at > 0 ? before(at - 1) : null,
    down: at >= 0 && at < queue.length - 1 ? before(at + 2) : null,
  };
}
