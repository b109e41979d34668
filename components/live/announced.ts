import { hasEnded, stateWords } from "@/components/transfers/words";
import { joined, plain, type Said, say } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";
import { quartersOf, type Seen } from "./news";

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
