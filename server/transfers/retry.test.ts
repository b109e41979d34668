import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { say } from "../say";
import { catalogue, type MessageId } from "../zfs/catalogue";
import { type Interruption, patienceWith, pauseBefore, saidMeanwhile } from "./retry";
import { pauses } from "./settings";

const interrupted = (cause: MessageId | null, more: Partial<Interruption> = {}): Interruption => ({
  ...{ cause, unexplained: false, progress: false, fruitless: 1 },
  ...more,
});

describe("what time heals", () => {
  test.each([
    "ssh-silent",
    "ssh-reset",
    "ssh-closed",
    "ssh-connection-refused",
    "ssh-unreachable",
    "receive-at-work",
    "receive-interrupted",
    "send-signal",
    "pipe-killed",
    "zfs-not-loaded",
  ] as const)("%s is tried again soon", (cause) => {
    expect(patienceWith(interrupted(cause))).toBe("soon");
  });

  test.each(["receive-quota", "receive-out-of-space", "pool-suspended", "pipe-disk-full"] as const)(
    "%s is tried again after a longer pause: somebody has to make room",
    (cause) => expect(patienceWith(interrupted(cause))).toBe("space"),
  );

  test.each([
    "send-snapshot-gone",
    "send-base-gone",
    "receive-target-modified",
    "receive-needs-force",
    "receive-key-differs",
    "send-key-not-loaded",
    "send-permission",
    "receive-permission",
    "ssh-host-key",
    "ssh-login-refused",
    "delegation-off",
  ] as const)("%s is not: a person has to decide", (cause) => {
    expect(patienceWith(interrupted(cause))).toBeNull();
  });

  test("a process that was killed says nothing, and is tried again", () => {
    expect(patienceWith(interrupted(null))).toBe("soon");
    expect(patienceWith(interrupted(null, { fruitless: 21 }))).toBeNull();
  });

  test("words that nobody has explained stop it, unless bytes arrived all the same", () => {
    expect(patienceWith(interrupted(null, { unexplained: true }))).toBeNull();
    expect(patienceWith(interrupted(null, { unexplained: true, progress: true }))).toBe("soon");
  });

  test("a token that ZFS calls wrong is read afresh once, and no more", () => {
    expect(patienceWith(interrupted("receive-state-does-not-match"))).toBe("soon");
    expect(patienceWith(interrupted("receive-state-does-not-match", { fruitless: 2 }))).toBeNull();
  });

  test("nothing that needs -F or an abort is ever tried again by itself", () => {
    for (const { id, then } of catalogue) {
      if (then === "abort" || then === "resume-with-rollback")
        expect(patienceWith(interrupted(id)), id).toBeNull();
    }
  });
});

test("nobody is told to wait and resume while that happens by itself; what only they can do is said", () => {
  const message = say`The host does not answer. Wait until it answers again, then resume.`;
  expect(saidMeanwhile(message, "ssh-silent")).toEqual(
    "The SSH connection broke: the host or the network went silent. Halfway tries again by itself.",
  );
  expect(saidMeanwhile(message, "receive-quota")).toBe(message);
  expect(saidMeanwhile(message, null)).toBe(message);
});

describe("how long to wait", () => {
  const pause = (fruitless: number, patience: "soon" | "space" = "soon") =>
    pauseBefore(fruitless, patience, pauses, 0.5);

  test("not at all the first time, then ever longer, and never longer than five minutes", () => {
    expect([0, 1, 2, 3, 4, 20, 10_000].map((times) => pause(times))).toEqual([
      0, 0, 5_000, 10_000, 20_000, 300_000, 300_000,
    ]);
  });

  test("a minute at once where space is missing", () => {
    expect([1, 2, 10].map((times) => pause(times, "space"))).toEqual([60_000, 120_000, 600_000]);
  });

  test("never quite as long as anybody else, and never more than a fifth away", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.double({ min: 0, max: 1, noNaN: true }), (times, random) => {
        const [own, plain] = [pauseBefore(times, "soon", pauses, random), pause(times)];
        expect(Math.abs(own - plain)).toBeLessThanOrEqual(plain * 0.2 + 1e-6);
      }),
    );
  });
});
