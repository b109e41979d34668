import type { StateIn } from "../zfs/output";
import type { ResumeToken } from "../zfs/token";

/** Whether bytes are arriving right now, and how we know. */
export type Activity =
  | { kind: "idle" }
  | { kind: "receiving"; by: "halfway"; transferId: string }
  | { kind: "receiving"; by: "other"; evidence: string };

/** State saved by a `zfs receive -s`: interrupted, or still running (facts A4: both show a token). */
export type PartialReceive = {
  /** `host:dataset`; host names hold no colon. */
  id: string;
  host: string;
  dataset: string;
  type: "filesystem" | "volume";
  /** Names the token without giving it away; whoever acts sends it back, so that a changed state is noticed. */
  fingerprint: string;
  /** What the token says, or why it cannot be read. */
  token: { ok: true; value: ResumeToken } | { ok: false; problem: string };
  stateIn: StateIn;
  /** Space that the partial holds on the target, bytes. */
  spaceHeld: bigint;
  /** When the receive began, milliseconds. */
  began: number;
  activity: Activity;
};

/** How a host answered the last time it was asked. Its receives are kept, and shown as old, while it is silent. */
export type HostState = {
  name: string;
  /** `this machine` or the SSH destination. */
  address: string;
  status: "reading" | "online" | "offline";
  /** Why it is offline, for people. */
  problem: string | null;
  zfsVersion: string | null;
  /** When it last answered, milliseconds. */
  answeredAt: number | null;
  receives: PartialReceive[];
};

/** What a person may ask for. `zfs receive -F` never overrides saved state (facts A6), hence two kinds of force. */
export const intents = ["resume", "resume-with-rollback", "start-over", "abort"] as const;
export type Intent = (typeof intents)[number];
/** The intents that move bytes; abort does not. */
export type TransferIntent = Exclude<Intent, "abort">;

export function receiveId(host: string, dataset: string): string {
  return `${host}:${dataset}`;
}
