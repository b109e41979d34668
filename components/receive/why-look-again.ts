import type { ListedReceive } from "@/server/api/hub";

type Looked = { fingerprint: string; verdict: { judgedAt: number } | null };

/**
 * Why to look at a receive again: other words for each new reason, null where there is none.
 * @param seen what the last look that worked has brought.
 * @param failed whether the last look did not work; `notThere` where that is because there is no such receive.
 * @param answers whether its host answers.
 */
export function whyLookAgain({
  listed,
  seen,
  failed,
  notThere,
  answers,
}: {
  listed: Pick<ListedReceive, "fingerprint" | "verdict"> | null;
  seen: Looked | null;
  failed: boolean;
  notThere: boolean;
  answers: boolean;
}): string | null {
  const judgedAt = listed?.verdict?.judgedAt ?? 0;
  // By its own look the verdict becomes newer, too: that is no reason for another one.
  const differs =
    seen !== null &&
    (listed === null || listed.fingerprint !== seen.fingerprint || judgedAt > (seen.verdict?.judgedAt ?? 0));
  // That there is no such receive is an answer, as long as nobody lists it.
  const mayWork = failed && answers && (listed !== null || !notThere);
  return differs || mayWork ? `${mayWork} ${listed?.fingerprint} ${judgedAt}` : null;
}
