import { plain, recalled, type Said, verbatim } from "./say";

/**
 * Why something could not be done. A closed set: the API maps each to a tRPC code, the page to an icon.
 * - `BAD_INPUT`     what was asked is malformed; nothing was started
 * - `NOT_FOUND`     no such host, receive or transfer
 * - `CONFLICT`      the state changed since the person looked, or somebody else is at work there
 * - `REFUSED`       it cannot work now, and the sentence says why
 * - `UNAUTHENTICATED` nobody is signed in, or not any more
 * - `FORBIDDEN`     who is signed in may not do this
 * - `REAUTHENTICATE` who is signed in has to prove once more that it is them
 * - `TOO_MANY`      too many attempts; the sentence says when the next one counts
 * - `UNWRITABLE`    it must be written down before it is done, and cannot be
 * - `UNREACHABLE`   the host did not answer in time, or SSH could not get there
 * - `ZFS_FAILED`    a ZFS command ran and failed; `stderr` has its words
 */
export type ErrorCode =
  | "BAD_INPUT"
  | "NOT_FOUND"
  | "CONFLICT"
  | "REFUSED"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "REAUTHENTICATE"
  | "TOO_MANY"
  | "UNWRITABLE"
  | "UNREACHABLE"
  | "ZFS_FAILED";

const brand = Symbol.for("halfway.error");

/** The one error type that crosses a room's border: a code, a sentence for people, and ZFS's own words if any. */
export class HalfwayError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: Said,
    readonly stderr: string = "",
  ) {
    super(message);
    this.name = "HalfwayError";
    // What logs show of an error, and no page.
    if (this.stack !== undefined) this.stack = plain(this.stack);
  }

  /** Next runs several copies of this module in one process (next.js#65350); `instanceof` must know them all. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }

  readonly [brand] = true;
}

/**
 * A configuration that cannot be used. It keeps the server from starting: its words are for whoever starts it, and no page
 * ever shows them.
 */
export function badConfiguration(words: string): HalfwayError {
  return new HalfwayError("BAD_INPUT", verbatim(words));
}

/** How a program ends by an error: 78 (`EX_CONFIG`) where a person has to mend something first, and beginning anew is no use. */
export function exitCodeFor(error: unknown): number {
  return error instanceof HalfwayError ? 78 : 1;
}

/** The sentence to show for anything thrown; what we did not expect is in the words of others, and never hidden. */
export function sentence(error: unknown): Said {
  if (error instanceof HalfwayError) return recalled(error.message);
  return verbatim(error instanceof Error ? error.message : String(error));
}
