import { stderrWords } from "./output";
import { redactTokens } from "./token";

/** A message of ZFS or SSH that people misread, and what it means here. */
type Message = { pattern: RegExp; means: string };

/** The receiver's echo of a sender that ended first: never the cause (facts C.4). */
const echoes = /failed to read from stream|checksum mismatch or incomplete stream|incomplete stream/;
/** The sender's echo of a receiver that ended first. */
const senderEchoes = /Broken pipe|signal received/;

// Order matters: a resume stream's EBUSY and a fresh stream's have the same words (facts B6).
const messages: readonly Message[] = [
  {
    pattern: /cannot receive resume stream: .*contains partially-complete state/s,
    means: "Another zfs receive still works on this dataset: wait until it has ended, then resume.",
  },
  {
    pattern: /contains partially-complete state/,
    means:
      "The dataset holds an interrupted receive, and ZFS takes no other stream until that is resumed or aborted.",
  },
  {
    pattern: /has been modified\s+since most recent snapshot/,
    means:
      "The target was changed since its last snapshot: Resume with rollback finishes it and undoes the change.",
  },
  {
    pattern: /kernel modules must be upgraded/,
    means:
      "ZFS says that kernel modules must be upgraded, but on a resumed stream it almost never means that: the state on the target changed meanwhile, or a snapshot was taken there.",
  },
  {
    pattern: /Resuming recv on existing d/,
    means: "ZFS finishes this only with -F. Use Resume with rollback.",
  },
  {
    pattern: /space quota exceeded/,
    means: "The target ran into its quota: raise the quota, then resume.",
  },
  {
    pattern: /out of space|No space left/,
    means: "The target's pool is full: free some space, then resume.",
  },
  {
    pattern: /used in the initial send no longer exists/,
    means: "The snapshot being sent was destroyed on the source. This cannot be finished from there.",
  },
  {
    pattern: /no longer the same snapshot/,
    means:
      "The snapshot being sent was destroyed on the source and another one made under its name. This cannot be finished from there.",
  },
  {
    pattern: /incremental source .* no longer exists/,
    means: "The base of this incremental send is gone from the source, as snapshot and as bookmark.",
  },
  {
    pattern: /key must be loaded/,
    means: "An encryption key is not loaded. Load it (zfs load-key), then resume.",
  },
  {
    pattern: /dataset is busy/,
    means: "The dataset is in use: a receive may still be running there, or a snapshot is held.",
  },
  {
    pattern: /[Pp]ermission denied/,
    means: "The account that Halfway uses may not do this (see zfs allow).",
  },
  {
    pattern:
      /^(client_loop|Connection (closed|reset|to|timed)|Timeout, server|ssh: connect|Read from remote host|kex_exchange|packet_write|mux_client)/m,
    means: "The SSH connection broke: resume when the host answers again.",
  },
];

/** What the commands of a transfer said, and the shell that ran them. */
export type Stderr = { before: string; send: string; receive: string; pipeline: string };
/** How the commands ended; null for one that did not run, or was killed before it could say. */
export type ExitCodes = { before: number | null; send: number | null; receive: number | null };

/**
 * Puts a failed transfer in words. A side that merely noticed the other's end is not blamed; a message that is not
 * in the catalogue is given verbatim. Null where neither side had more to say than that the other one ended.
 */
export function explainFailure(stderr: Stderr): string | null {
  const before = cleaned(stderr.before);
  const send = cleaned(stderr.send);
  const receive = cleaned(stderr.receive);
  const causes = [
    before,
    echoes.test(receive) ? "" : receive,
    senderEchoes.test(send) ? "" : send,
    receive,
    send,
  ];
  for (const words of causes) {
    const known = messages.find(({ pattern }) => pattern.test(words));
    if (known) return known.means;
  }
  const words = causes.find((text) => text !== "");
  if (words !== undefined && !echoes.test(words) && !senderEchoes.test(words)) return `ZFS said: ${words}`;
  return null;
}

/** What one side said, without progress lines and without tokens. */
function cleaned(stderr: string): string {
  return redactTokens(stderrWords(stderr));
}

/** Longer than anything ZFS says; a command that floods its stderr must not flood the page. */
const wordsShown = 8_000;

/** All words under a heading each, with the exit codes, for people who want to read them verbatim. */
export function verbatim(stderr: Stderr, codes: ExitCodes): string {
  return (Object.entries(stderr) as [keyof Stderr, string][])
    .map(([side, text]) => {
      const code = side === "pipeline" ? null : codes[side];
      const words = cleaned(text).slice(-wordsShown);
      if (words === "" && (code === null || code === 0)) return "";
      return `${headings[side]}${code === null ? "" : ` (exit code ${code})`}:\n${words}`;
    })
    .filter((text) => text !== "")
    .join("\n\n");
}

const headings: Record<keyof Stderr, string> = {
  pipeline: "the shell that ran them",
  before: "zfs receive -A",
  send: "zfs send",
  receive: "zfs receive",
};
