import type { PlainError } from "@/components/live/errors";
import type { ListedReceive } from "@/server/api/hub";

export type Failure = { receive: ListedReceive; error: PlainError };

/** The server asks all hosts anew before each. */
export const atOnce = 3;

/**
 * Starts one after the other, a few at a time, until all are tried or nothing is to be had from trying more.
 * @param start gives what went wrong, or null.
 * @param onDone how many have been answered.
 */
export async function startAll(
  receives: readonly ListedReceive[],
  {
    start,
    onDone,
    isStopped,
  }: {
    start: (receive: ListedReceive) => Promise<PlainError | null>;
    onDone: (done: number) => void;
    isStopped: () => boolean;
  },
): Promise<{ started: ReadonlySet<string>; failures: Failure[]; untried: number }> {
  const waiting = [...receives];
  const started = new Set<string>();
  const failures: Failure[] = [];
  let over = false;
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const error = await start(next);
      if (error === null) started.add(next.id);
      else {
        failures.push({ receive: next, error });
        over ||= isForAll(error);
      }
      onDone(started.size + failures.length);
      if (over || isStopped()) return;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { started, failures, untried: waiting.length };
}

/**
 * What is refused for a while, or to this person, is not asked for a thousand times. Nor is a server that does not answer: of
 * each that it was asked for nobody would know whether it goes on.
 */
function isForAll({ reason }: PlainError): boolean {
  return reason === "TOO_MANY" || reason === "FORBIDDEN" || reason === "NO_ANSWER";
}
