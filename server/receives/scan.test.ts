import { describe, expect, test } from "vitest";
import { chunksOf, look } from "./scan";

describe("whether a receive is running, told from its token", () => {
  const second = 1_000;
  /** A token that moved between two readings, seen at 3 s. */
  const moved = look("b", false, look("a", false, undefined, 0), 3 * second);

  test("one reading tells nothing", () => {
    expect(look("a", false, undefined, 0)).toEqual({
      at: 0,
      fingerprint: "a",
      movedAt: null,
      byProcess: false,
      stoppedAt: null,
    });
  });

  test("a token that moved between two readings is being received, though no process shows", () => {
    expect(moved.movedAt).toBe(3 * second);
  });

  test("a token that stands still from the beginning is not", () => {
    expect(look("a", false, look("a", false, undefined, 0), 3 * second).movedAt).toBeNull();
  });

  test("it still counts as moving between two of ZFS's writes, 5 s apart, and no longer when it stands still", () => {
    const soon = look("b", false, moved, 9 * second);
    expect(soon.movedAt).toBe(3 * second);
    expect(look("b", false, soon, 10 * second).movedAt).toBeNull();
    expect(look("b", false, moved, 30 * second).movedAt).toBeNull();
  });

  test("one that goes on moving counts from its last move", () => {
    const on = look("c", false, moved, 8 * second);
    expect(on.movedAt).toBe(8 * second);
    expect(look("c", false, on, 14 * second).movedAt).toBe(8 * second);
  });

  test("once it stood still, it is at rest until it moves again", () => {
    const rested = look("b", false, moved, 10 * second);
    expect(look("b", false, rested, 11 * second).movedAt).toBeNull();
    expect(look("c", false, rested, 12 * second).movedAt).toBe(12 * second);
  });

  test("readings as far apart as the pauses on a host at rest can be compared", () => {
    expect(look("b", false, look("a", false, undefined, 0), 120 * second).movedAt).toBe(120 * second);
  });

  test("after a long silence a different token proves nothing", () => {
    const lastWeek = look("a", false, undefined, 0);
    expect(look("b", false, lastWeek, 7 * 24 * 3600 * second).movedAt).toBeNull();
    expect(look("b", false, lastWeek, 121 * second).movedAt).toBeNull();
  });

  test("where the process was seen, its end is the end at once", () => {
    const running = look("a", true, undefined, 0);
    expect(running.byProcess).toBe(true);
    expect(look("b", false, running, 3 * second)).toMatchObject({
      ...{ at: 3 * second, fingerprint: "b", movedAt: null, byProcess: false },
    });
  });

  test("a process that appears explains a moving token: its end ends that, too", () => {
    const seen = look("c", true, moved, 6 * second);
    expect(seen.movedAt).toBeNull();
    expect(look("d", false, seen, 9 * second).movedAt).toBeNull();
  });
});

describe("when a receive stopped is known", () => {
  const second = 1_000;
  const running = look("a", true, undefined, 0);
  const stopped = look("b", false, running, 3 * second);

  test("from where its process, or its token's moving, was seen to end; and stays known", () => {
    expect(Date.now() - (stopped.stoppedAt ?? 0)).toBeLessThan(second);
    expect(look("b", false, { ...stopped, stoppedAt: 42 }, 60 * second).stoppedAt).toBe(42);
    const moved = look("b", false, look("a", false, undefined, 0), 3 * second);
    expect(moved.stoppedAt).toBeNull();
    expect(look("b", false, moved, 20 * second).stoppedAt).not.toBeNull();
  });

  test("not where it stood still from the beginning, or stopped while its host was silent", () => {
    const still = look("a", false, undefined, 0);
    expect(look("a", false, still, 3 * second).stoppedAt).toBeNull();
    expect(look("b", false, running, 121 * second).stoppedAt).toBeNull();
    expect(look("c", false, stopped, 500 * second).stoppedAt).toBeNull();
  });

  test("no more once it goes on", () => {
    expect(look("b", true, stopped, 6 * second).stoppedAt).toBeNull();
    expect(look("c", false, stopped, 6 * second).stoppedAt).toBeNull();
  });
});

test("names are asked for in groups that fit into one word of a command", () => {
  const names = ["aaa", "bb", "cccc", "d", "eeeee"];
  const groups = chunksOf(names, 5);
  expect(groups).toEqual([["aaa", "bb"], ["cccc", "d"], ["eeeee"]]);
  expect(chunksOf([], 5)).toEqual([]);
});
