import { describe, expect, test } from "vitest";
import { plain } from "../say";
import { catalogue } from "./catalogue";
import { explainFailure, findCause, type Stderr, verbatim } from "./messages";

const quiet: Stderr = { before: "", send: "", receive: "", pipeline: "" };
const token = "1-abcdef012-e8-789c636064000310a501c49c50360710a715e5e7a69766a63040";
const truncated = `cannot receive resume stream: checksum mismatch or incomplete stream.\nPartially received snapshot is saved.\nA resuming stream can be generated on the sending system by running:\n    zfs send -t ${token}\n`;
const nothingCame = "cannot receive: failed to read from stream\n";
const unsaved = "cannot receive new filesystem stream: incomplete stream\n";
const senderGone = "cannot resume send: 'tank/a@s' used in the initial send no longer exists\n";
const brokenPipe = "warning: cannot send 'tank/a@s': Broken pipe\n";
const signalled = "warning: cannot send 'tank/a@s': signal received\n";
const quota = "cannot receive resume stream: destination backup/a space quota exceeded.\n";
const lostLink = "client_loop: send disconnect: Broken pipe\r\n";
const loginNoise = "bash: line 1: fortune: command not found\n";
const banner = "*** Authorised use only ***\n";

/** The message that is taken for the cause, `unknown` where words are given verbatim. */
function causeOf(stderr: Partial<Stderr>): string | null {
  const cause = findCause({ ...quiet, ...stderr });
  return cause && `${cause.side}: ${cause.entry?.id ?? "unknown"}`;
}

describe("a receiver that only noticed the sender's end never hides the sender's error:", () => {
  test.each([
    ["failed to read from stream", nothingCame],
    ["incomplete stream, saved", truncated],
    ["incomplete stream", unsaved],
  ])("%s", (_, receive) => {
    expect(causeOf({ send: senderGone, receive })).toBe("send: send-snapshot-gone");
    expect(causeOf({ send: lostLink, receive })).toBe("send: ssh-reset");
    expect(causeOf({ send: signalled, receive })).toBe("send: send-signal");
    expect(causeOf({ send: "cannot frobnicate\n", receive })).toBe("send: unknown");
    expect(causeOf({ pipeline: "bash: line 21:  3945 Killed\n", receive })).toBe("pipeline: pipe-killed");
  });
});

describe("a sender that only noticed the receiver's end never hides the receiver's error:", () => {
  test.each([
    ["broken pipe", brokenPipe],
    ["signal received", signalled],
    ["no word at all, exit code 141", ""],
  ])("%s", (_, send) => {
    expect(causeOf({ send, receive: quota })).toBe("receive: receive-quota");
    expect(causeOf({ send, receive: lostLink })).toBe("receive: ssh-reset");
  });

  test("in words that nobody has explained yet, too", () => {
    expect(causeOf({ send: brokenPipe, receive: "cannot frobnicate\n" })).toBe("receive: unknown");
  });
});

describe("where both only noticed that the other one ended", () => {
  test("it says that the stream stopped, and that resuming is all there is to do", () => {
    expect(causeOf({ send: brokenPipe, receive: truncated })).toBe("receive: receive-interrupted");
    expect(findCause({ ...quiet, send: brokenPipe, receive: truncated })?.entry?.then).toBe("resume");
  });

  test("a missing command explains a stream that never began", () => {
    expect(causeOf({ send: "bash: line 1: mbuffer: command not found\n", receive: nothingCame })).toBe(
      "send: command-not-found",
    );
  });

  test("the complaints of a login script do not explain a stream that flowed", () => {
    expect(causeOf({ send: loginNoise, receive: truncated })).toBe("receive: receive-interrupted");
    expect(causeOf({ send: lostLink, receive: loginNoise })).toBe("send: ssh-reset");
    expect(causeOf({ receive: `${loginNoise}${quota}` })).toBe("receive: receive-quota");
  });

  test("silence is not explained", () => {
    expect(findCause(quiet)).toBeNull();
    expect(explainFailure(quiet)).toBeNull();
    expect(explainFailure({ ...quiet, send: "10:00:01\t1024\ttank/a@s\n" })).toBeNull();
  });
});

describe("each side is understood in its own words:", () => {
  const partial = 'destination backup/a contains partially-complete state from "zfs receive -s".\n';

  test("the same words get opposite advice on a resume stream and on any other", () => {
    const resume = `cannot receive resume stream: ${partial}`;
    const other = `cannot receive incremental stream: ${partial}`;
    expect(findCause({ ...quiet, receive: resume })?.entry?.then).toBe("wait");
    expect(explainFailure({ ...quiet, receive: resume })).toContain("Wait until it has ended");
    expect(findCause({ ...quiet, receive: other })?.entry?.then).toBe("look");
    expect(explainFailure({ ...quiet, receive: other })).toContain("Resume that receive or abort it");
  });

  test("busy means a running receive where an abort says it", () => {
    const busy = "cannot destroy 'backup/a': dataset is busy\n";
    expect(causeOf({ before: busy })).toBe("before: abort-receive-at-work");
    expect(causeOf({ receive: "cannot receive incremental stream: dataset is busy\n" })).toBe(
      "receive: receive-dataset-busy",
    );
  });

  test("kernel modules are not blamed on a resume stream", () => {
    const words = "kernel modules must be upgraded to receive this stream.\n";
    const resume = explainFailure({ ...quiet, receive: `cannot receive resume stream: ${words}` });
    expect(resume).toContain("almost never means that");
    const fresh = explainFailure({ ...quiet, receive: `cannot receive new filesystem stream: ${words}` });
    expect(fresh).toContain("too old");
  });

  test("one side's words are not looked for on the other", () => {
    expect(causeOf({ send: quota })).toBe("send: unknown");
    expect(causeOf({ receive: senderGone })).toBe("receive: unknown");
    expect(causeOf({ before: quota })).toBe("before: unknown");
  });

  test("rights are asked for where they are missing", () => {
    const send = "warning: cannot send 'tank/a@s': permission denied\n";
    const receive = "cannot receive resume stream: permission denied\n";
    const before = "cannot destroy 'backup/a/%recv': permission denied\n";
    expect(explainFailure({ ...quiet, send, receive: nothingCame })).toContain("zfs allow USER send DATASET");
    expect(explainFailure({ ...quiet, send: brokenPipe, receive })).toContain("receive,create,mount");
    expect(explainFailure({ ...quiet, before })).toContain("destroy,mount");
  });

  test("SSH's words are told from those of the command that it runs", () => {
    expect(causeOf({ receive: "backup@tower: Permission denied (publickey).\r\n", send: brokenPipe })).toBe(
      "receive: ssh-login-refused",
    );
    expect(causeOf({ receive: `${quota}Connection to tower closed.\r\n` })).toBe("receive: receive-quota");
  });
});

describe("what runs before the stream", () => {
  test("explains a transfer that never began to send", () => {
    expect(causeOf({ before: lostLink })).toBe("before: ssh-reset");
    expect(causeOf({ before: "cannot frobnicate\n" })).toBe("before: unknown");
  });

  test("does not explain one that did: then it had succeeded", () => {
    expect(causeOf({ before: banner, send: brokenPipe, receive: truncated })).toBe(
      "receive: receive-interrupted",
    );
    expect(causeOf({ before: loginNoise, send: senderGone, receive: nothingCame })).toBe(
      "send: send-snapshot-gone",
    );
    expect(causeOf({ before: banner, send: "10:00:01\t1024\ttank/a@s\n" })).toBeNull();
  });
});

describe("unknown words are given verbatim", () => {
  test("of the side that said them", () => {
    expect(explainFailure({ ...quiet, receive: "cannot frobnicate\n" })).toEqual(
      "zfs receive said: “cannot frobnicate”.",
    );
    expect(findCause({ ...quiet, receive: "cannot frobnicate\n" })).toEqual({
      entry: null,
      side: "receive",
      words: "cannot frobnicate",
    });
  });

  test("of both sides", () => {
    const said = explainFailure({ ...quiet, send: "cannot squiggle\n", receive: "cannot frobnicate\n" });
    const both = plain(said ?? "");
    expect(both).toContain("zfs send said: “cannot squiggle”.");
    expect(both).toContain("zfs receive said: “cannot frobnicate”.");
  });

  test("but for what SSH says on every connection", () => {
    const notices =
      "Warning: Permanently added 'tower' (ED25519) to the list of known hosts.\r\n** WARNING: connection is not using a post-quantum key exchange algorithm.\r\n** This session may be vulnerable to \"store now, decrypt later\" attacks.\r\n** The server may need to be upgraded. See https://openssh.com/pq.html\r\nControlSocket /run/user/0/halfway/x already exists, disabling multiplexing\r\n";
    expect(findCause({ ...quiet, send: notices })).toBeNull();
    expect(causeOf({ send: notices, receive: truncated })).toBe("receive: receive-interrupted");
    expect(explainFailure({ ...quiet, send: `${notices}cannot frobnicate\n` })).toEqual(
      "zfs send said: “cannot frobnicate”.",
    );
  });
});

describe("of what a stream passes on its way", () => {
  test("the echo of somebody else's end is no cause", () => {
    const send = "zstd: error 70 : Write error : cannot write block : Broken pipe\n";
    const receive = "zstd: /*stdin*\\ : Read error (39) : premature end\n";
    expect(findCause({ ...quiet, receive })).toBeNull();
    expect(causeOf({ send, receive: receive + truncated })).toBe("receive: receive-interrupted");
  });

  test("a login script's words in a packed stream are what they are in a plain one", () => {
    const receive = `zstd: /*stdin*\\: unsupported format\n${nothingCame}`;
    expect(causeOf({ receive })).toBe("receive: receive-garbage");
  });

  test("a command that was killed there is told like one that was killed here, and what cannot start is not hidden", () => {
    const killed = "bash: line 1:  3945 Killed                  zfs send -vP -t 1-x\n";
    expect(causeOf({ send: killed })).toBe("send: pipe-killed");
    expect(causeOf({ send: killed, receive: truncated })).toBe("send: pipe-killed");
    expect(causeOf({ receive: "mbuffer: fatal: unable to allocate memory\n" })).toBe("receive: unknown");
  });
});

describe("no sentence shows a token", () => {
  const texts = [truncated, `cannot frobnicate ${token}\n`, `usage: zfs send -t ${token} and ${token}`];

  test.each(texts)("%s", (words) => {
    for (const side of ["before", "send", "receive", "pipeline"] as const) {
      const cause = findCause({ ...quiet, [side]: words });
      expect(JSON.stringify(cause?.entry ? null : cause)).not.toContain("789c");
      expect(explainFailure({ ...quiet, [side]: words })).not.toContain("789c");
    }
  });

  test("nor does any of the catalogue", () => {
    for (const { means, todo } of catalogue) expect(`${means} ${todo}`).not.toMatch(/\d-[0-9a-f]{6}/);
  });
});

test("both sides' words are kept for reading, but never a token", () => {
  const codes = { before: null, send: 255, receive: 1 };
  const text = plain(verbatim({ ...quiet, send: "warning: x\n", receive: truncated }, codes));
  expect(text).toContain("zfs send (exit code 255):\nwarning: x");
  expect(text).toContain("zfs send -t <resume token>");
});
