import type { Said } from "../say";
import type { StateIn } from "../zfs/output";
import type { ResumeToken } from "../zfs/token";

/** Whether bytes are arriving right now, and how we know. */
export type Activity =
  /** `since` when it was seen to stop, milliseconds; null where nobody saw that. */
  | { kind: "idle"; since: number | null }
  | { kind: "receiving"; by: "halfway"; transferId: string }
  /** `evidence`: what shows it, in words that go on a sentence. */
  | { kind: "receiving"; by: "other"; evidence: Said };

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
  token: { ok: true; value: ResumeToken } | { ok: false; problem: Said };
  stateIn: StateIn;
  /** Space that the partial holds on the target, bytes. */
  spaceHeld: bigint;
  /** When the receive began, milliseconds. */
  began: number;
  activity: Activity;
  /** Whether and how it can be finished; null where that has not been found out yet. */
  verdict: Verdict | null;
};

/** Something that is known, and the command that showed it. */
export type Evidence = { says: Said; host: string; command: string };

/** What a person can do about an obstacle: commands for a shell on that host. */
export type Remedy = { says: Said; host: string; command: string };

/** Something that stands in the way and can be moved out of it. */
export type Obstacle = {
  what:
    | "pool-suspended"
    | "pool-readonly"
    | "missing-feature"
    | "target-key"
    | "source-key"
    | "quota"
    | "space"
    | "held-snapshot"
    | "cloned-snapshot"
    /** What the last attempt ran into; whether that still holds shows only the next one. */
    | "last-attempt";
  sentence: Said;
  remedies: Remedy[];
  /** Whether ZFS would refuse for sure. What a stream needs on disk is an estimate. */
  certain: boolean;
};

/** What stands in the way of a new send: as above, or that its stream would not fit its target. */
export type SendObstacle = Omit<Obstacle, "what"> & {
  what:
    | Obstacle["what"]
    | "bad-name"
    | "same-dataset"
    | "no-such-pool"
    | "parent-missing"
    | "parent-is-volume"
    /** The target holds a receive that was interrupted, or is under way. */
    | "unfinished-receive"
    | "already-there"
    | "target-ahead"
    | "target-exists"
    | "nothing-in-common"
    | "newer-snapshots"
    | "changed"
    | "needs-raw"
    | "never-raw";
};

/** Why a receive can never be finished, as far as all configured hosts know. */
export type DeadEnd =
  | "source-destroyed"
  | "source-replaced"
  | "base-gone"
  | "lineage-mismatch"
  | "not-raw"
  | "token-unreadable"
  /** ZFS itself has refused the stream, for a reason that no later attempt changes. */
  | "refused-by-zfs";

/** Why it is not known whether a receive can be finished. */
export type NotKnown = "source-silent" | "source-not-found" | "target-silent";

/** Why a receive is finished only with `-F`. */
export type RollbackReason = "changed" | "newer-snapshots" | "replaces-dataset";

/** The judgement itself, with what is particular to each. */
export type Finding =
  | { kind: "receiving" }
  | { kind: "resumable" }
  | { kind: "resumable-with-rollback"; reasons: RollbackReason[] }
  | { kind: "blocked"; obstacles: Obstacle[] }
  | { kind: "unresumable"; reason: DeadEnd }
  | { kind: "zombie" }
  | { kind: "unknown"; reason: NotKnown };

/** Whether and how a partial receive can be finished: the judgement, its reasons, and what it allows. */
export type Verdict = Finding & {
  /** The judgement in a sentence or two, for the admin at 3 a.m. */
  sentence: Said;
  evidence: Evidence[];
  /** What looks wrong without standing in the way; whoever goes on has to confirm it. */
  cautions: Said[];
  /** Where the rest can be sent from; null where nobody can, or nobody was asked. */
  source: Source | null;
  /** Bytes still to send; null where ZFS cannot say. */
  remaining: bigint | null;
  /** For each intent why it is not offered; null where it is. */
  refusals: Record<Intent, Said | null>;
  /** When the facts were read, milliseconds. */
  judgedAt: number;
};

/** The snapshot that is being sent, by its name on the host that has it, and what it builds on. */
export type Source = { host: string; snapshot: string; base: string | null };

/** How a host answered the last time it was asked. Its receives are kept, and shown as old, while it is silent. */
export type HostState = {
  name: string;
  /** `this machine` or the SSH destination. */
  address: string;
  status: "reading" | "online" | "offline";
  /** Since when it is that, as far as Halfway has seen, milliseconds. */
  since: number;
  /** Why it is offline, for people. */
  problem: Said | null;
  /** Whether SSH refused to go there because of the key that it shows. */
  otherKey?: boolean;
  zfsVersion: string | null;
  /** When it last answered, milliseconds. */
  answeredAt: number | null;
  /** Pools that do not answer, or only for reading. What was known of a suspended one is kept. */
  troubledPools: { name: string; health: string; readonly: boolean }[];
  receives: PartialReceive[];
};

/** What a person may ask for. `zfs receive -F` never overrides saved state (facts A6), hence two kinds of force. */
export const intents = ["resume", "resume-with-rollback", "start-over", "abort"] as const;
export type Intent = (typeof intents)[number];
/** The intents that move bytes; abort does not. */
export type TransferIntent = Exclude<Intent, "abort">;
/** What a transfer can be for: an intent, what is missing after a finished one, or a new send. */
export const purposes = ["resume", "resume-with-rollback", "start-over", "continue", "send"] as const;
export type Purpose = (typeof purposes)[number];

export function receiveId(host: string, dataset: string): string {
  return `${host}:${dataset}`;
}
