import { describe, expect, test } from "vitest";
import { chunksOf, look } from "./scan";

describe("whether a receive is running, told from its token", () => {
  const second = 1_000;

  test("one reading tells nothing", () => {
    expect(look("a", false, undefined, 0).movedAt).toBeNull();
  });

  test("a token that moved between two readings is being received, though no process shows", () => {
    const first = look("a", false, undefined, 0);
    expect(look("b", false, first, 3 * second).movedAt).toBe(3 * second);
  });

  test("it still counts as moving between two of ZFS's writes, and no longer when it stands still", () => {
    const moved = look("b", false, look("a", false, undefined, 0), 3 * second);
    const soon = look("b", false, moved, 10 * second);
    expect(soon.movedAt).not.toBeNull();
    expect(look("b", false, soon, 30 * second).movedAt).toBeNull();
  });

  test("after a long silence a different token proves nothing", () => {
    const lastWeek = look("a", false, undefined, 0);
    expect(look("b", false, lastWeek, 7 * 24 * 3600 * second).movedAt).toBeNull();
  });

  test("where the process was seen, its end is the end at once", () => {
    const running = look("a", true, undefined, 0);
    expect(look("b", false, running, 3 * second).movedAt).toBeNull();
  });
});

test("names are asked for in groups that fit into one word of a command", () => {
  const names = ["aaa", "bb", "cccc", "d", "eeeee"];
  const groups = chunksOf(names, 5);
  expect(groups).toEqual([["aaa", "bb"], ["cccc", "d"], ["eeeee"]]);
  expect(chunksOf([], 5)).toEqual([]);
});
