import type { Generated } from "kysely";

/*
 * What Halfway remembers. It is memory, not state: deleted, every partial receive is still found, judged and finishable,
 * and a running transfer is taken up from its run directory (decision 15). Ids are text, times integer milliseconds,
 * 64-bit numbers text, everything composed JSON text: the same on SQLite and PostgreSQL. Who may come in is no such memory:
 * without it nobody may, until whoever reads the log makes a first account again.
 */

/** One row per transfer: what is to be achieved, and how it stands. */
export type TransferTable = {
  id: string;
  host: string;
  dataset: string;
  state: string;
  /** What is to be achieved, as `orderSchema` has it. */
  order: string;
  asked_at: number;
  ended_at: number | null;
  /** Smaller is earlier; null for what does not wait in the queue. */
  place: number | null;
  /** When the next attempt is due; null for what waits for no time. */
  retry_at: number | null;
  /** What it is held back to; null for as fast as it goes. */
  bytes_per_second: number | null;
  /** Attempts since bytes arrived last. */
  fruitless: number;
  message: string | null;
  stderr: string | null;
  cause: string | null;
  /** Fingerprint of the token it left behind. */
  left: string | null;
};

/** One row per run of a pipeline, written when it ended. */
export type AttemptTable = {
  transfer_id: string;
  number: number;
  /** The commands, as a plan shows them. */
  steps: string;
  before: string;
  sent: string;
  total: string | null;
  started_at: number;
  ended_at: number;
  /** Exit codes and stderr of each side, without progress lines and tokens. */
  exit_codes: string;
  stderr: string;
  message: string;
  cause: string | null;
  /** The curve: pairs of milliseconds since the start and bytes sent until then. */
  curve: string;
};

/** One row per change of a transfer; ids only ever grow. */
export type EventTable = {
  id: Generated<number>;
  at: number;
  transfer_id: string;
  state: string;
  words: string | null;
};

/** A hold that keeps a source alive, from before it is made until it is released. */
export type HoldTable = {
  host: string;
  snapshot: string;
  tag: string;
  /** The receive it is for. */
  target_host: string;
  target_dataset: string;
  made_at: number;
};

/** A rule for receives that Halfway did not begin; its rest is JSON as `policySchema` has it. */
export type PolicyTable = { id: string; place: number; policy: string };

/** One row per setting that was changed; the rest have their defaults. */
export type SettingTable = { key: string; value: string };

/** One row per account, as the account library has it; its other tables are its own affair. */
export type UserTable = {
  id: string;
  /** As it is typed at the login, in lower case. */
  username: string;
  role: string;
  twoFactorEnabled: number | null;
  /** Null for who never was. */
  signedInAt: number | null;
  /** The provider where somebody signs in, and what it knows them by; null for who has a password here. */
  issuer: string | null;
  subject: string | null;
};

/** One row per sign-in, as the account library has it: times are ISO text but for those that it was told of. */
export type SessionTable = {
  id: string;
  token: string;
  userId: string;
  createdAt: string;
  expiresAt: string;
  userAgent: string | null;
  authenticatedAt: number;
  /** How its owner came in. */
  way: string;
  /** To the minute; null for one that was not used since it was made. */
  seenAt: number | null;
};

/** One row per passkey: of it only what everybody may know, the key itself stays on its owner's device. */
export type PasskeyTable = {
  id: string;
  user_id: string;
  name: string;
  /** The name of the site that it is good for. */
  site: string;
  /** What the device calls it. */
  credential: string;
  public_key: string;
  /** How often its device says that it was used; 0 for one that does not count. */
  counter: number;
  /** A list of ways to reach its device. */
  transports: string;
  made_at: number;
  used_at: number | null;
};

/** One row per API token. What is kept is a digest: the token itself is shown once. */
export type ApiTokenTable = {
  id: string;
  user_id: string;
  name: string;
  role: string;
  digest: string;
  made_at: number;
  expires_at: number;
  /** To the minute; null for one that never was. */
  used_at: number | null;
};

/**
 * One row per thing that is written down of an act: before it, what exactly is about to run, and how it ended. Rows are only
 * ever added, and each is tied to the one before it by its hash (decision 19).
 */
export type AuditTable = {
  /** From 1 on, without a gap. */
  id: number;
  at: number;
  kind: string;
  /** Names the act: by it an outcome refers to its intent. */
  ref: string;
  act: string;
  actor: string;
  address: string | null;
  host: string | null;
  dataset: string | null;
  /** Of the resume token. */
  fingerprint: string | null;
  /** What it is about beside that: an account, a transfer, a snapshot. */
  subject: string | null;
  verdict: string | null;
  /** A list of shell lines. */
  commands: string | null;
  outcome: string | null;
  words: string | null;
  hash: string;
};

/** One row per way in which somebody is told what happens. What is secret of it leaves this file only on its own way. */
export type NoticeWayTable = {
  id: string;
  name: string;
  is_on: number;
  kind: string;
  /** What its kind has to know, passwords and tokens among it; JSON. */
  config: string;
  /** How its last deliveries ended; JSON, null before the first one. */
  status: string | null;
  made_at: number;
};

/** What is to be told in one way, until it was taken; ids only ever grow. */
export type NoticeOutboxTable = {
  id: Generated<number>;
  way_id: string;
  at: number;
  urgent: number;
  /** A list of news; JSON. */
  news: string;
};

/** What was told, or may have to be: so that nothing is told again after a restart. JSON by a key of its own. */
export type NoticeToldTable = { key: string; standing: string };

export type Schema = {
  transfer: TransferTable;
  attempt: AttemptTable;
  event: EventTable;
  hold: HoldTable;
  policy: PolicyTable;
  setting: SettingTable;
  user: UserTable;
  session: SessionTable;
  passkey: PasskeyTable;
  api_token: ApiTokenTable;
  audit: AuditTable;
  notice_way: NoticeWayTable;
  notice_outbox: NoticeOutboxTable;
  notice_told: NoticeToldTable;
};
