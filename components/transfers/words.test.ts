import { expect, it } from "vitest";
import { plain } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";
import { missingWords } from "./continue-words";
import { limitHelp, mebibytes, rateOf } from "./limit-words";
import { queueMoves, queueOf } from "./queue-words";
import { comesNextWords, finishedBetween, standing, toContinue } from "./words";

const flags = { raw: false, largeBlocks: false, compressed: false, embedded: false };

function transfer(change: Partial<Transfer>): Transfer {
  return {
    ...{ id: "1", intent: "resume", host: "a", dataset: "b/c", steps: [], state: "running", startedAt: 0 },
    ...{ source: { host: "s", snapshot: "t@u", base: null }, endedAt: null, message: null, stderr: null },
    ...{ before: 0n, sent: 0n, total: 0n, rate: null, flags, cause: null, left: null },
    ...{ by: "the page", attempt: 1, retryAt: null, place: null, limit: null, notHeld: null },
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

it("names what is missing, and does not list a hundred snapshots", () => {
  const some = { dataset: "backup/team", isNew: false, snapshots: ["@s4", "@s5"] };
  expect(missingWords(some)).toEqual("backup/team: 2 newer snapshots (@s4, @s5)");
  const many = { dataset: "backup/team/a", isNew: true, snapshots: ["@1", "@2", "@3", "@4"] };
  expect(missingWords(many)).toEqual("backup/team/a, all of it: 4 snapshots (@1 … @4)");
});

function ended(id: string, dataset: string, change: Partial<Transfer> = {}): Transfer {
  return transfer({ id, dataset, state: "finished", endedAt: 1_000, ...change });
}

it("asks what comes next after the newest transfer into a dataset only, and only if that finished lately", () => {
  const newestFirst = [
    ended("new", "a"),
    ended("older", "a"),
    ended("again", "b", { state: "failed" }),
    ended("before", "b"),
    ended("last week", "d", { endedAt: -7 * 24 * 3600_000 }),
  ];
  expect([...toContinue(newestFirst, 2_000)]).toEqual(["new"]);
  // The tab stays open: a day later it is no news any more.
  expect([...toContinue(newestFirst, 2_000 + 24 * 3600_000)]).toEqual([]);
});

it("asks after the newest three only, and once for a tree", () => {
  const from = (snapshot: string): Partial<Transfer> => ({ source: { host: "s", snapshot, base: null } });
  const newestFirst = [
    ended("child", "b/team/alice", from("t/team/alice@1")),
    ended("elsewhere", "b/team/bob", from("t/bob@1")),
    ended("top", "b/team", from("t/team@5")),
    ended("third", "b/third"),
    ended("fourth", "b/fourth"),
  ];
  expect([...toContinue(newestFirst, 2_000)]).toEqual(["elsewhere", "top", "third"]);
});

it("asks again after transfers between the same two hosts only", () => {
  const one = ended("1", "b/one");
  const transfers = [
    one,
    ended("2", "b/two"),
    ended("3", "b/three", { host: "other" }),
    ended("4", "b/four", { source: { host: "other", snapshot: "t@u", base: null } }),
    ended("5", "b/five", { state: "failed" }),
  ];
  expect(finishedBetween(transfers, one)).toEqual(2);
});

it("says when a transfer goes on, and as which attempt", () => {
  const words = (change: Partial<Transfer>) => plain(comesNextWords(transfer(change), 1_000));
  expect(words({ state: "queued", attempt: 0, place: 2 })).toContain("Number 2 in the queue");
  expect(words({ state: "waiting", attempt: 2, retryAt: 13_000 })).toEqual(
    "Interrupted; attempt 3 begins in 12 s.",
  );
  expect(words({ state: "waiting", attempt: 2, retryAt: 500 })).toContain("as soon as there is room");
  expect(words({ state: "running", attempt: 1 })).toEqual("");
  expect(words({ state: "running", attempt: 4 })).toEqual("Attempt 4.");
  expect(words({ state: "failed", attempt: 4 })).toEqual("");
});

it("knows whom to stand before in the queue, and where there is nowhere to go", () => {
  const queue = queueOf([
    transfer({ id: "b", state: "queued", place: 2 }),
    transfer({ id: "x", state: "running" }),
    transfer({ id: "c", state: "queued", place: 3 }),
    transfer({ id: "a", state: "queued", place: 1 }),
  ]);
  expect(queue).toEqual(["a", "b", "c"]);
  expect(queueMoves(queue, "a")).toEqual({ first: null, up: null, down: { before: "c" } });
  expect(queueMoves(queue, "b")).toEqual({
    first: { before: "a" },
    up: { before: "a" },
    down: { before: null },
  });
  expect(queueMoves(queue, "c")).toEqual({ first: { before: "a" }, up: { before: "b" }, down: null });
  expect(queueMoves(queue, "gone")).toEqual({ first: null, up: null, down: null });
});

it("takes a rate as people type it, and gives it back the same", () => {
  expect(rateOf(" 20 ")).toEqual(20 * 1024 * 1024);
  expect(rateOf("0,5")).toEqual(512 * 1024);
  expect(mebibytes(512 * 1024)).toEqual("0.5");
  for (const wrong of ["", "fast", "-1", "0", "1e9", "1.2.3", "99999999"])
    expect(rateOf(wrong)).toBeTypeOf("string");
});

it("says beforehand when a limit interrupts", () => {
  expect(plain(limitHelp(transfer({ state: "running", limit: null })))).toContain("interrupted");
  expect(plain(limitHelp(transfer({ state: "running", limit: 5 })))).toMatch(/^Another rate counts at once/);
  expect(plain(limitHelp(transfer({ state: "waiting", limit: null })))).not.toContain("interrupted");
});
