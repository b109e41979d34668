import { hasEnded } from "@/components/transfers/words";
import type { Transfer } from "@/server/transfers/types";

/** So many of what has ended are news; the rest is history. */
const endedShown = 8;

/** Transfers as the drawer shows them: what runs, what waits in the order it will run, what ended last. */
export function grouped(transfers: readonly Transfer[]): Record<"running" | "waiting" | "ended", Transfer[]> {
  const waits = ({ state }: Transfer) => state === "queued" || state === "waiting";
  return {
    running: transfers
      .filter((transfer) => !hasEnded(transfer.state) && !waits(transfer))
      .sort((a, b) => a.startedAt - b.startedAt),
    // What has begun already comes before what stands in the queue.
    waiting: transfers
      .filter(waits)
      .sort((a, b) => (a.place ?? 0) - (b.place ?? 0) || (a.retryAt ?? 0) - (b.retryAt ?? 0)),
    ended: transfers
      .filter(({ state }) => hasEnded(state))
      .sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
      .slice(0, endedShown),
  };
}
