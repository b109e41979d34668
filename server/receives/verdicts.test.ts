import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { HalfwayError } from "../errors";
import { type Said, say, verbatim } from "../say";
import { factsOf, type Situation } from "./fixtures";
import type { Facts, Surroundings } from "./gather";
import { judge } from "./judge";
import type { Reading } from "./scan";
import type { PartialReceive } from "./types";
import { Verdicts } from "./verdicts";

const fake = vi.hoisted(() => ({
  gathered: [] as string[],
  answer: (_id: string): unknown => null,
}));

vi.mock("./gather", async (original) => ({
  ...(await original<typeof import("./gather")>()),
  gather: async (_: Surroundings, receive: PartialReceive) => {
    fake.gathered.push(receive.id);
    await sleep(1);
    const answer = fake.answer(receive.id);
    if (answer instanceof Error) throw answer;
    return answer;
  },
}));

const silence = new Map<string, Said>();
const surroundings: Surroundings = {
  ...{ hosts: [], poolsOf: () => null, lastFailure: () => null },
  silenceOf: (host) => silence.get(host) ?? null,
};

/** A receive of its own name, as a reading would bring it. */
function facts(name: string, situation: Situation = {}): Facts {
  const one = factsOf(situation);
  return { ...one, receive: { ...one.receive, id: `nas:${name}`, dataset: name }, readAt: Date.now() };
}

function reading(...all: Facts[]): Reading {
  return {
    receives: all.map(({ receive }) => receive),
    details: new Map(all.map(({ receive, details }) => [receive.dataset, details])),
    pools: new Set(["backup"]),
  };
}

/** Until everything that is due has been looked into. */
const settled = () => sleep(80);

/** What Halfway itself receives into. */
const own = new Set<string>();
const atWork = ({ id }: { id: string }) => own.has(id);

beforeEach(() => {
  fake.gathered = [];
  silence.clear();
  own.clear();
});

describe("verdicts are reached", () => {
  test("once for each receive, however often an unchanged list comes in meanwhile", async () => {
    const all = Array.from({ length: 20 }, (_, n) => facts(`backup/${n}`));
    fake.answer = (id) => all.find(({ receive }) => receive.id === id);
    const verdicts = new Verdicts(surroundings, () => {}, atWork);
    for (let n = 0; n < 10; n += 1) {
      verdicts.update("nas", reading(...all));
      await sleep(1);
    }
    await settled();
    expect(fake.gathered).toHaveLength(20);
    expect(all.every(({ receive }) => verdicts.of(receive)?.kind === "resumable")).toBe(true);
  });

  test("again when the target was written to, and when a transfer into it has ended", async () => {
    const before = facts("backup/a");
    fake.answer = () => before;
    const verdicts = new Verdicts(surroundings, () => {}, atWork);
    verdicts.update("nas", reading(before));
    await settled();
    verdicts.update("nas", reading({ ...before, details: { ...before.details, written: 5n } }));
    await settled();
    expect(fake.gathered).toHaveLength(2);
    verdicts.attempted("nas:backup/a");
    await settled();
    expect(fake.gathered).toHaveLength(3);
  });

  test("not while Halfway itself receives into it, and again when that has ended", async () => {
    const one = facts("backup/a");
    fake.answer = () => one;
    const verdicts = new Verdicts(surroundings, () => {}, atWork);
    verdicts.update("nas", reading(one));
    await settled();
    own.add("nas:backup/a");
    verdicts.happened("tower", ["tank/films"]);
    await settled();
    expect(fake.gathered).toHaveLength(1);
    own.clear();
    verdicts.attempted("nas:backup/a");
    await settled();
    expect(fake.gathered).toHaveLength(2);
  });

  test("again when zfs did something to the source's dataset there, and not for its namesakes elsewhere", async () => {
    const one = facts("backup/a");
    fake.answer = () => one;
    const verdicts = new Verdicts(surroundings, () => {}, atWork);
    verdicts.update("nas", reading(one));
    await settled();
    verdicts.happened("attic", ["tank/films"]);
    verdicts.happened("tower", ["tank/other", "tank/film", "tank"]);
    await settled();
    expect(fake.gathered).toHaveLength(1);
    verdicts.happened("tower", ["tank/films"]);
    await settled();
    expect(fake.gathered).toHaveLength(2);
  });

  test("again when a host comes back that may know what nobody else does", async () => {
    const lost = facts("backup/a", { answers: [], whereabouts: [] });
    fake.answer = () => lost;
    const verdicts = new Verdicts(surroundings, () => {}, atWork);
    verdicts.update("nas", reading(lost));
    await settled();
    expect(verdicts.of(lost.receive)?.kind).toBe("unknown");
    verdicts.hostChanged("attic");
    await settled();
    expect(fake.gathered).toHaveLength(2);
  });
});

describe("what is not known", () => {
  test("a target that could not be asked gives no verdict on its receives but that", async () => {
    const one = facts("backup/a");
    fake.answer = () => new HalfwayError("UNREACHABLE", say`nas did not answer.`);
    const verdicts = new Verdicts(surroundings, () => {}, atWork);
    verdicts.update("nas", reading(one));
    await settled();
    expect(verdicts.of(one.receive)).toMatchObject({ kind: "unknown", reason: "target-silent" });
  });

  test("a target that has fallen silent keeps the verdict it had", async () => {
    const one = facts("backup/a");
    fake.answer = () => one;
    const verdicts = new Verdicts(surroundings, () => {}, atWork);
    verdicts.update("nas", reading(one));
    await settled();
    silence.set("nas", verbatim("nas is off."));
    verdicts.hostChanged("nas");
    verdicts.attempted("nas:backup/a");
    await settled();
    expect(verdicts.of(one.receive)?.kind).toBe("resumable");
  });
});

test("a verdict on an earlier state, or from older facts, replaces none", async () => {
  const one = facts("backup/a");
  fake.answer = () => one;
  const verdicts = new Verdicts(surroundings, () => {}, atWork);
  verdicts.update("nas", reading(one));
  await settled();
  const older = { ...facts("backup/a", { answers: [] }), readAt: one.readAt - 1_000 };
  verdicts.put(older, judge(older));
  const other = facts("backup/a", { answers: [] });
  verdicts.put({ ...other, receive: { ...other.receive, fingerprint: "f".repeat(16) } }, judge(other));
  expect(verdicts.of(one.receive)?.kind).toBe("resumable");
});
