import { describe, expect, test } from "vitest";
import type { PartialReceive, Verdict } from "../receives/types";
import { say } from "../say";
import { decide, isWithin, type Policy, type Standing } from "./policies";

const nightly: Policy = {
  ...{ id: "8a0c2d8e-6f1c-4a0e-9d4e-0b7a4c1f5a10", name: "nightly", hosts: "*", datasets: "backup/**" },
  ...{ mode: "resume", idleMinutes: 10, window: null, attempts: 2 },
};
const now = new Date(2026, 10, 23, 3, 0);
const still = (minutes: number, more: Partial<Standing> = {}): Standing => ({
  ...{ stillSince: now.getTime() - minutes * 60_000, begun: () => 0, active: false, stopped: false },
  ...more,
});

function receive(
  dataset: string,
  verdict: Partial<Verdict> = {},
  more: Partial<PartialReceive> = {},
): PartialReceive {
  return {
    ...{ id: `nas:${dataset}`, host: "nas", dataset, type: "filesystem", fingerprint: "0123456789abcdef" },
    ...{
      token: { ok: false, problem: say`` },
      stateIn: "%recv",
      spaceHeld: 0n,
      began: 0,
      activity: { kind: "idle", since: null },
    },
    verdict: {
      ...{ kind: "resumable", sentence: "It can be finished.", evidence: [], cautions: [], source: null },
      ...{ remaining: null, judgedAt: 0, ...verdict },
      refusals: { resume: null, "resume-with-rollback": null, "start-over": null, abort: null },
    } as Verdict,
    ...more,
  };
}

const said = (policies: readonly Policy[], one: PartialReceive, standing = still(60), at = now) =>
  decide(policies, one, standing, at);

describe("a policy", () => {
  test("resumes what has stood still for long enough", () => {
    expect(said([nightly], receive("backup/photos"))).toMatchObject({ what: "resume", because: null });
    expect(said([nightly], receive("backup/photos"), still(9.5))?.because).toEqual(
      "It has to stand still for one more minute.",
    );
    expect(said([nightly], receive("backup/photos"), still(60, { stillSince: null }))?.what).toBe("not-now");
  });

  test("concerns only what its patterns name, spaces, dots and depth included", () => {
    expect(said([nightly], receive("backup/Family Films/.old"))?.what).toBe("resume");
    expect(said([nightly], receive("tank/photos"))).toBeNull();
    expect(said([{ ...nightly, datasets: "backup/*" }], receive("backup/a/b"))).toBeNull();
    expect(said([{ ...nightly, hosts: "office-*" }], receive("backup/a"))).toBeNull();
  });

  test("only asks where it says so, and leaves alone what it says to leave alone", () => {
    expect(said([{ ...nightly, mode: "ask" }], receive("backup/a"))?.what).toBe("ask");
    expect(said([{ ...nightly, mode: "off" }, nightly], receive("backup/a"))?.what).toBe("off");
  });

  test("the first one that fits counts", () => {
    const mail: Policy = { ...nightly, name: "mail", datasets: "backup/mail", mode: "off" };
    expect(said([mail, nightly], receive("backup/mail"))?.policy.name).toBe("mail");
    expect(said([mail, nightly], receive("backup/other"))?.policy.name).toBe("nightly");
  });

  test.each(["resumable-with-rollback", "blocked", "unresumable", "zombie", "unknown", "receiving"] as const)(
    "never touches what is %s: no -F, no abort, no guess",
    (kind) => {
      const one = receive("backup/a", { kind, sentence: say`the verdict's words` } as Partial<Verdict>);
      expect(said([nightly], one)).toMatchObject({ what: "not-now", because: "the verdict's words" });
    },
  );

  test("never goes on where something looks wrong, or nobody has judged yet", () => {
    expect(
      said([nightly], receive("backup/a", { cautions: [say`It asks for plain data.`] }))?.because,
    ).toEqual("It asks for plain data.");
    expect(said([nightly], receive("backup/a", {}, { verdict: null }))?.what).toBe("not-now");
  });

  test("does not begin what is being received, or what Halfway is at work on", () => {
    const busy = receive("backup/a", {}, { activity: { kind: "receiving", by: "other", evidence: say`` } });
    expect(said([nightly], busy)?.what).toBe("not-now");
    expect(said([nightly], receive("backup/a"), still(60, { active: true }))?.what).toBe("not-now");
  });

  test("does not go on with what somebody has stopped", () => {
    expect(said([nightly], receive("backup/a"), still(60, { stopped: true }))?.what).toBe("not-now");
  });

  test("gives up after as many beginnings as it allows", () => {
    expect(said([nightly], receive("backup/a"), still(60, { begun: () => 1 }))?.what).toBe("resume");
    expect(said([nightly], receive("backup/a"), still(60, { begun: () => 2 }))?.because).toEqual(
      "It was begun 2 times by this policy: that is all it allows.",
    );
  });

  test("begins in its window only", () => {
    const policy = { ...nightly, window: { from: "22:00", to: "06:00" } };
    expect(said([policy], receive("backup/a"))?.what).toBe("resume");
    const noon = new Date(2026, 10, 23, 12, 0);
    expect(decide([policy], receive("backup/a"), { ...still(60), stillSince: 0 }, noon)?.because).toEqual(
      "Only between 22:00 and 06:00.",
    );
  });
});

test.each([
  ["09:00", "17:00", 8, 59, false],
  ["09:00", "17:00", 9, 0, true],
  ["09:00", "17:00", 17, 0, false],
  ["22:00", "06:00", 23, 30, true],
  ["22:00", "06:00", 5, 59, true],
  ["22:00", "06:00", 6, 0, false],
  ["00:00", "00:00", 12, 0, false],
])("from %s to %s at %i:%i: %s", (from, to, hours, minutes, inside) => {
  expect(isWithin({ from, to }, new Date(2026, 0, 1, hours, minutes))).toBe(inside);
});
