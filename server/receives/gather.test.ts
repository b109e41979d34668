import { describe, expect, test } from "vitest";
import { sourceAnswer } from "./gather";

const failed = (stderr: string, code: number | null = 255) =>
  sourceAnswer("tower", { code, stdout: "", stderr });

describe("what a host says when asked for the rest of a send", () => {
  test("an estimate is a yes", () => {
    const answer = sourceAnswer("tower", { code: 0, stdout: "full\ttank/a@s\t60\nsize\t60\n", stderr: "" });
    expect(answer).toEqual({
      host: "tower",
      answer: "can-send",
      estimate: { snapshot: "tank/a@s", base: null, size: 60n },
    });
  });

  test.each([
    "cannot resume send: 'tank/a@s' used in the initial send no longer exists\n",
    "cannot resume send: 'tank/a@s' is no longer the same snapshot used in the initial send\n",
    "cannot resume send: incremental source 0xabc no longer exists\n",
  ])("zfs's own no is a no: %s", (stderr) => {
    expect(failed(stderr).answer).toBe("cannot-send");
  });

  // Whoever reads "destroyed" aborts terabytes: none of these says anything about the snapshot.
  test.each([
    ["The ZFS modules are not loaded.\nTry running '/sbin/modprobe zfs' as root to load them.\n", 1],
    ["sh: 1: zfs: not found\n", 127],
    ["cannot open 'tank': permission denied\n", 255],
    ["", null],
  ])("anything else is no answer: %j", (stderr, code) => {
    expect(failed(stderr, code).answer).toBe("silent");
  });
});
