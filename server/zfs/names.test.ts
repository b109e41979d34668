import { describe, expect, test } from "vitest";
import {
  ancestors,
  datasetName,
  datasetOf,
  poolOf,
  receiveChild,
  requireDatasetName,
  snapshotName,
} from "./names";

describe("a dataset name", () => {
  test.each(["tank", "tank/home", "tank/Family Films", "tank/a-b_c.d:e", "backup/2026 11/x"])(
    "may be %s",
    (name) => {
      expect(requireDatasetName(name)).toBe(name);
    },
  );

  test.each([
    "",
    "/tank",
    "tank/",
    "tank//home",
    "-tank",
    "1tank",
    "tank/..",
    "tank/./home",
    "tank@snap",
    "tank#mark",
    "tank/%recv",
    "tank/$(reboot)",
    "tank/a;b",
    "tank/a\nb",
    "tank/ü",
    `tank/${"x".repeat(251)}`,
  ])("may not be %j", (name) => {
    expect(datasetName.safeParse(name).success).toBe(false);
    expect(() => requireDatasetName(name)).toThrow();
  });
});

test("the hidden child of a dataset is its %recv", () => {
  expect(receiveChild("backup/Family Films")).toBe("backup/Family Films/%recv");
});

test.each([
  ["tank", "tank", "tank"],
  ["tank/Family Films", "tank", "tank/Family Films"],
  ["tank/home@2026 11", "tank", "tank/home"],
  ["tank@monday", "tank", "tank"],
  ["tank/home#monday", "tank", "tank/home"],
  ["tank/home/%recv", "tank", "tank/home/%recv"],
])("%s lies in the pool %s, in the dataset %s", (name, pool, dataset) => {
  expect(poolOf(name)).toBe(pool);
  expect(datasetOf(name)).toBe(dataset);
});

test("the datasets above one are all whose quotas count, the pool first", () => {
  expect(ancestors("tank/home/Family Films")).toEqual(["tank", "tank/home"]);
  expect(ancestors("tank/home")).toEqual(["tank"]);
  expect(ancestors("tank")).toEqual([]);
});

test.each([
  ["tank/home@monday", true],
  ["tank/Family Films@2026-11-01 03:00", true],
  ["tank/home", false],
  ["tank/home#mark", false],
  ["tank/home@", false],
  ["tank/home@a@b", false],
  ["-R@monday", false],
  ["tank/home@a/b", false],
  ["tank/home@$(reboot)", false],
])("%j is the name of a snapshot: %s", (name, expected) => {
  expect(snapshotName.safeParse(name).success).toBe(expected);
});
