import { describe, expect, test } from "vitest";
import { datasetName, receiveChild, requireDatasetName } from "./names";

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
