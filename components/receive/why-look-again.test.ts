import { expect, it } from "vitest";
import type { ListedReceive } from "@/server/api/hub";
import { whyLookAgain } from "./why-look-again";

const receive = (fingerprint: string, judgedAt: number) =>
  ({ fingerprint, verdict: { judgedAt } }) as Pick<ListedReceive, "fingerprint" | "verdict"> & {
    verdict: { judgedAt: number };
  };
const calm = {
  listed: receive("a", 1),
  seen: receive("a", 1),
  failed: false,
  notThere: false,
  answers: true,
};

it("looks again at another state and at a newer verdict, and not because of its own look", () => {
  expect(whyLookAgain(calm)).toBeNull();
  expect(whyLookAgain({ ...calm, seen: receive("a", 2) })).toBeNull();
  expect(whyLookAgain({ ...calm, seen: null })).toBeNull();
  const reasons = [receive("b", 1), receive("a", 2), null].map((listed) => whyLookAgain({ ...calm, listed }));
  expect(new Set(reasons).size).toBe(3);
  expect(reasons).not.toContain(null);
});

it("repeats a look that failed once its host answers, once for each time and for each new thing that is known", () => {
  const failed = { ...calm, seen: null, failed: true };
  expect(whyLookAgain({ ...failed, answers: false })).toBeNull();
  const why = whyLookAgain(failed);
  expect(why).not.toBeNull();
  // It fails again, with nothing else known: that is no new reason.
  expect(whyLookAgain({ ...failed })).toBe(why);
  expect(whyLookAgain({ ...failed, listed: receive("a", 2) })).not.toBe(why);
});

it("repeats it also where an earlier look had worked, and a newer verdict already was a reason", () => {
  const newer = { ...calm, listed: receive("a", 2) };
  const silent = whyLookAgain({ ...newer, failed: true, answers: false });
  expect(silent).toBe(whyLookAgain(newer));
  expect(whyLookAgain({ ...newer, failed: true })).not.toBe(silent);
});

it("takes it for an answer that there is no such receive, until somebody lists it", () => {
  const gone = { ...calm, listed: null, seen: null, failed: true, notThere: true };
  expect(whyLookAgain(gone)).toBeNull();
  expect(whyLookAgain({ ...gone, listed: receive("a", 1) })).not.toBeNull();
});
