import { expect, it } from "vitest";
import type { PlainError } from "@/components/live/errors";
import type { ListedReceive } from "@/server/api/hub";
import { atOnce, startAll } from "./start-all";

const receives = Array.from({ length: 40 }, (_, at) => ({ id: `nas:${at}` }) as ListedReceive);
const failing = (reason: PlainError["reason"]): PlainError => ({ reason, sentence: "", stderr: "" });

async function startWith(answer: (at: number) => PlainError | null, isStopped = (_done: number) => false) {
  const asked: string[] = [];
  let done = 0;
  const outcome = await startAll(receives, {
    start: async ({ id }) => {
      asked.push(id);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return answer(asked.length);
    },
    onDone: (now) => {
      done = now;
    },
    isStopped: () => isStopped(done),
  });
  return { ...outcome, asked };
}

it("starts each once, and goes on after one that is refused", async () => {
  let refused = 0;
  const { started, failures, untried, asked } = await startWith(() =>
    refused++ === 5 ? failing("CONFLICT") : null,
  );
  expect([started.size, failures.length, untried]).toEqual([39, 1, 0]);
  expect(new Set(asked).size).toBe(40);
});

it.each(["NO_ANSWER", "TOO_MANY", "FORBIDDEN"] as const)(
  "tries no more after %s: what was asked for meanwhile is in doubt, and the rest was not tried",
  async (reason) => {
    const { started, failures, untried } = await startWith(() => failing(reason));
    expect(started.size).toBe(0);
    expect(failures.length).toBeLessThanOrEqual(atOnce);
    expect(failures.length + untried).toBe(40);
  },
);

it("starts no more once it is told to stop", async () => {
  const { started, untried } = await startWith(
    () => null,
    (done) => done >= 10,
  );
  expect(started.size).toBeLessThan(10 + atOnce);
  expect(started.size + untried).toBe(40);
});
