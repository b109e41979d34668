import { expect, it } from "vitest";
import type { Transfer } from "@/server/transfers/types";
import { standing } from "./words";

function transfer(change: Partial<Transfer>): Transfer {
  return {
    ...{ id: "1", intent: "resume", host: "a", dataset: "b/c", steps: [], state: "running", startedAt: 0 },
    ...{ source: { host: "s", snapshot: "t@u", base: null }, endedAt: null, message: null, stderr: null },
    ...{ before: 0n, sent: 0n, total: 0n, rate: null },
    ...change,
  };
}

it("tells what was there before from what came now, and when it will end", () => {
  const { percent, segments, eta } = standing(transfer({ before: 20n, sent: 30n, total: 100n, rate: 10 }));
  expect({ percent, segments, eta }).toEqual({ percent: 50, segments: { before: 20, sent: 30 }, eta: 5000 });
});

it("does not go beyond the end when the estimate was too low", () => {
  const { percent, segments, eta } = standing(transfer({ before: 90n, sent: 30n, total: 100n, rate: 10 }));
  expect({ percent, segments, eta }).toEqual({ percent: 100, segments: { before: 90, sent: 10 }, eta: 0 });
});

it("guesses nothing without an estimate or a rate", () => {
  expect(standing(transfer({ sent: 5n, total: null }))).toMatchObject({ percent: null, eta: null });
  expect(standing(transfer({ sent: 5n, total: 10n, rate: 0 })).eta).toBeNull();
});
