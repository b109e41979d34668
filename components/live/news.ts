import { hasEnded, standing } from "@/components/transfers/words";
import { type Said, say } from "@/server/say";
import type { Transfer, TransferState } from "@/server/transfers/types";

/** How a transfer stood when it was looked at last: its state, and how many quarters of it were there. */
export type Seen = ReadonlyMap<string, { state: TransferState; quarters: number }>;

/** How all transfers stand now. */
export function seen(transfers: Iterable<Transfer>): Seen {
  return new Map(
    [...transfers].map((transfer) => [
      transfer.id,
      { state: transfer.state, quarters: quartersOf(transfer) },
    ]),
  );
}

/** What ended since transfers were looked at. One that was not known before is no news. */
export function endedSince(before: Seen, transfers: Iterable<Transfer>): Transfer[] {
  return [...transfers].filter(({ id, state }) => {
    const known = before.get(id);
    return known !== undefined && !hasEnded(known.state) && hasEnded(state);
  });
}

/** How a transfer ended, in few words: for the title of the tab, and for a notification. */
export function endWords({ dataset, state }: Pick<Transfer, "dataset" | "state">): Said {
  switch (state) {
    case "finished":
      return say`✓ Finished: ${dataset}`;
    case "failed":
      return say`✗ Failed: ${dataset}`;
    default:
      return say`Stopped: ${dataset}`;
  }
}

/** How many quarters of a transfer are there. */
export function quartersOf(transfer: Transfer): number {
  return Math.floor((standing(transfer).percent ?? 0) / 25);
}
