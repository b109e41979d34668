import { hasEnded, standing, stateWords } from "@/components/transfers/words";
import { joined, plain, type Said, say } from "@/server/say";
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

/** Of more than these one would hear the last long after it happened. */
const namedAtMost = 3;

/** What there is to say about transfers since they were looked at: that one begins, ends or waits, and each quarter of it. */
export function newsSince(before: Seen, transfers: Iterable<Transfer>): Said[] {
  const news = [...transfers].flatMap((transfer): Said[] => {
    const { id, dataset, host, state, message } = transfer;
    const known = before.get(id);
    // What both began and ended while nothing was heard is told by the page.
    if (!known && hasEnded(state)) return [];
    if (known?.state !== state) {
      const words = say`${dataset} on ${host}: ${stateWords[state]}.`;
      // How it ended often begins with the same word.
      if (message !== null && plain(message).startsWith(`${plain(stateWords[state])}.`))
        return [say`${dataset} on ${host}: ${message as Said}`];
      return [message === null ? words : joined([words, message as Said])];
    }
    const quarters = quartersOf(transfer);
    if (state !== "running" || quarters <= known.quarters || quarters >= 4) return [];
    return [say`${dataset} on ${host}: ${quarters * 25} % received.`];
  });
  return news.length > namedAtMost ? [say`News of ${news.length} transfers.`] : news;
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

function quartersOf(transfer: Transfer): number {
  return Math.floor((standing(transfer).percent ?? 0) / 25);
}
