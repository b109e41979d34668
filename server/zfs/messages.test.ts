import { describe, expect, test } from "vitest";
import { explainFailure, verbatim } from "./messages";

const quiet = { before: "", send: "", receive: "", pipeline: "" };
const truncated =
  "cannot receive resume stream: checksum mismatch or incomplete stream.\nPartially received snapshot is saved.\nA resuming stream can be generated on the sending system by running:\n    zfs send -t 1-abcdef012-e8-789c636064000310a501c49c50360710a715e5e7a69766a63040\n";

describe("a failed transfer is explained", () => {
  test("by the sender, where the receiver only noticed its end", () => {
    const send = "cannot resume send: 'tank/a@s' used in the initial send no longer exists\n";
    const receive = "cannot receive: failed to read from stream\n";
    expect(explainFailure({ ...quiet, send, receive })).toContain("was destroyed on the source");
    expect(explainFailure({ ...quiet, send, receive: truncated })).toContain("was destroyed on the source");
  });

  test("by the receiver, where the sender only noticed its end", () => {
    const receive = "cannot receive resume stream: destination backup/a space quota exceeded.\n";
    expect(
      explainFailure({ ...quiet, send: "warning: cannot send 'tank/a@s': Broken pipe\n", receive }),
    ).toContain("quota");
  });

  test("as a lost link, where SSH says so", () => {
    const send = "Timeout, server tower not responding.\r\n";
    expect(explainFailure({ ...quiet, send, receive: truncated })).toContain("SSH connection broke");
  });

  test("with opposite advice for the same words on a resume stream and on a fresh one", () => {
    const words = 'destination backup/a contains partially-complete state from "zfs receive -s".\n';
    const resume = explainFailure({ ...quiet, receive: `cannot receive resume stream: ${words}` });
    const fresh = explainFailure({ ...quiet, receive: `cannot receive incremental stream: ${words}` });
    expect(resume).toContain("wait");
    expect(fresh).toContain("resumed or aborted");
  });

  test("verbatim, where the message is unknown", () => {
    expect(explainFailure({ ...quiet, receive: "cannot frobnicate\n" })).toBe("ZFS said: cannot frobnicate");
  });

  test("without saying what became of the bytes: that only ZFS knows afterwards", () => {
    const lost = "ssh: connect to host tower port 22: Connection refused\n";
    expect(explainFailure({ ...quiet, send: lost })).not.toContain("kept");
  });

  test("not at all, where both only noticed that the other ended", () => {
    expect(explainFailure({ ...quiet, receive: truncated })).toBeNull();
  });
});

test("both sides' words are kept for reading, but never a token", () => {
  const codes = { before: null, send: 255, receive: 1 };
  const text = verbatim({ ...quiet, send: "warning: x\n", receive: truncated }, codes);
  expect(text).toContain("zfs send (exit code 255):\nwarning: x");
  expect(text).toContain("zfs send -t <resume token>");
});
