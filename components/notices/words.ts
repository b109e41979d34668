import type { Kind } from "@/server/notices/news";
import type { ListedWay } from "@/server/notices/notices";
import type { Rules } from "@/server/notices/rules";
import type { NoticeSettings } from "@/server/notices/settings";
import type { WayInput, WayKind } from "@/server/notices/ways";
import { type Said, say } from "@/server/say";

/** What each way is called; names of products are nobody's to translate. */
export const wayNames: Record<WayKind, string> = {
  ntfy: "ntfy",
  gotify: "Gotify",
  email: say`E-mail`,
  slack: say`Slack or Mattermost`,
  discord: "Discord",
  teams: "Microsoft Teams",
  telegram: "Telegram",
  webhook: say`Webhook`,
};

/** One thing that a way has to know. */
export type WayField = {
  name: string;
  label: Said;
  help: Said;
  /** It is only ever taken, never shown again. */
  secret: boolean;
  needed: boolean;
  /** What it is in most places. */
  usual: string;
  type: "text" | "number" | "encryption";
};

const open = (name: string, label: Said, help: Said, more: Partial<WayField> = {}): WayField => ({
  ...{ name, label, help, secret: false, needed: true, usual: "", type: "text" },
  ...more,
});
const secret = (name: string, label: Said, help: Said, more: Partial<WayField> = {}): WayField =>
  open(name, label, help, { secret: true, ...more });

const address = (help: Said) => [secret("url", say`Address`, help)];

/** What is asked of each way. */
export const wayFields: Record<WayKind, readonly WayField[]> = {
  ntfy: [
    open("url", say`Server`, say`Yours, or the public one.`, { usual: "https://ntfy.sh" }),
    secret("topic", say`Topic`, say`Whoever knows it can read along: choose one that nobody guesses.`),
    secret("token", say`Access token`, say`Where the server wants one.`, { needed: false }),
  ],
  gotify: [
    open("url", say`Server`, say`For example https://gotify.nas.lan`),
    secret("token", say`Token of the application`, say`Gotify shows it under Apps.`),
  ],
  email: [
    open("server", say`Mail server`, say`For example smtp.example.org`),
    open("port", say`Port`, say`465 for TLS, 587 for STARTTLS, 25 for none, as a rule.`, {
      ...{ usual: "465", type: "number" },
    }),
    open("encryption", say`Encryption`, say`Without it everybody on the way can read the password.`, {
      ...{ usual: "tls", type: "encryption" },
    }),
    open("user", say`User`, say`Empty where the server wants no login.`, { needed: false }),
    secret("password", say`Password`, say`Of that user at the mail server.`, { needed: false }),
    open("from", say`Sender`, say`The address that messages come from.`),
    open("to", say`Recipients`, say`One address, or several with commas between.`),
  ],
  slack: address(say`Of an incoming webhook; Mattermost and Rocket.Chat take the same.`),
  discord: address(say`Of a webhook, from the settings of the channel.`),
  teams: address(say`Of a workflow that begins when a Teams webhook request is received.`),
  telegram: [
    secret("token", say`Token of the bot`, say`BotFather gives it.`),
    open("chat", say`Chat`, say`Its number, or @name of a channel.`),
    open("url", say`Server`, say`Another one only where you run your own.`, {
      usual: "https://api.telegram.org",
    }),
  ],
  webhook: [
    secret("url", say`Address`, say`Gets JSON by POST; docs/notices.md says which.`),
    secret(
      "key",
      say`Key for signatures`,
      say`Empty for none. The receiver checks by it that Halfway has sent it.`,
      {
        needed: false,
      },
    ),
  ],
};

export const encryptionNames = {
  tls: "TLS",
  starttls: "STARTTLS",
  none: say`no encryption`,
} as const;

/** A way as it is being typed. A secret is null as long as nobody has typed another one. */
export type WayDraft = {
  /** Null for a new one. */
  id: string | null;
  name: string;
  on: boolean;
  kind: WayKind;
  open: Record<string, string>;
  secrets: Record<string, string | null>;
};

export function newWay(kind: WayKind): WayDraft {
  const fields = wayFields[kind];
  const of = (some: readonly WayField[]) => Object.fromEntries(some.map(({ name, usual }) => [name, usual]));
  return {
    ...{ id: null, name: "", on: true, kind },
    open: of(fields.filter((field) => !field.secret)),
    secrets: of(fields.filter((field) => field.secret)),
  };
}

export function wayDraftOf({ id, name, on, kind, open, secrets }: ListedWay): WayDraft {
  return {
    ...{ id, name, on, kind, open },
    secrets: Object.fromEntries(Object.entries(secrets).map(([name, set]) => [name, set ? null : ""])),
  };
}

/** Whether all that is needed has been typed. */
export function isComplete({ name, kind, open, secrets }: WayDraft): boolean {
  const given = (field: WayField) =>
    field.secret ? secrets[field.name] !== "" : (open[field.name] ?? "").trim() !== "";
  return name.trim() !== "" && wayFields[kind].every((field) => !field.needed || given(field));
}

/** What is sent of it. */
export function wayInputOf({ id, name, on, kind, open, secrets }: WayDraft): WayInput {
  return { id, name: name.trim(), on, kind, open, secrets };
}

/** What each rule is about. */
export const ruleWords: Record<Kind, { label: Said; help: Said }> = {
  interrupted: {
    label: say`A receive is interrupted`,
    help: say`It stands still, and nothing goes on with it by itself. Not what somebody has stopped.`,
  },
  stalled: {
    label: say`A receive stalls`,
    help: say`It is being received, or Halfway tries to, and not a byte arrives.`,
  },
  failed: { label: say`A transfer fails`, help: say`It has ended for good without arriving.` },
  unresumable: {
    label: say`A receive cannot be finished any more`,
    help: say`What it needs is gone on every host that is known.`,
  },
  finished: { label: say`A transfer is finished`, help: say`All of it has arrived.` },
  unreachable: { label: say`A host does not answer`, help: say`Nothing is known of it meanwhile.` },
  pool: {
    label: say`A pool is in trouble`,
    help: say`It is suspended or faulted, or can only be read.`,
  },
  old: {
    label: say`A receive has been half-done for long`,
    help: say`Nobody seems to care for it, and it takes room.`,
  },
};

/** In the order in which they matter. */
export const ruleOrder = [
  "interrupted",
  "stalled",
  "failed",
  "unresumable",
  "finished",
  "unreachable",
  "pool",
  "old",
] as const satisfies Kind[];

/** The rules as they are being typed: numbers are text. */
export type RuleDraft = {
  on: boolean;
  urgent: boolean;
  hosts: string;
  /** Null where a rule is about no dataset. */
  datasets: string | null;
  /** How long it has to last; null where that does not matter. */
  after: string | null;
};

/** Which hosts and datasets a rule is about. */
export function whereWords({ hosts, datasets }: Pick<RuleDraft, "hosts" | "datasets">): Said {
  const [anyHost, anyDataset] = [hosts.trim() === "*", datasets === null || datasets.trim() === "**"];
  if (anyHost && anyDataset) return say`Anywhere`;
  if (anyDataset) return say`Only on ${hosts}`;
  return anyHost ? say`Only in ${datasets ?? ""}` : say`Only in ${datasets ?? ""} on ${hosts}`;
}

export type SettingsDraft = Omit<NoticeSettings, "rules" | "zone" | "restHours"> & {
  rules: Record<Kind, RuleDraft>;
  zone: string;
  restHours: string;
};

export function draftOf(settings: NoticeSettings): SettingsDraft {
  const { rules, quiet, zone, language, restHours } = settings;
  const drafts = Object.fromEntries(
    ruleOrder.map((kind) => {
      const rule = rules[kind];
      const after = "minutes" in rule ? rule.minutes : "days" in rule ? rule.days : null;
      return [
        kind,
        {
          ...{ on: rule.on, urgent: rule.urgent, hosts: rule.hosts },
          datasets: "datasets" in rule ? rule.datasets : null,
          after: after === null ? null : String(after),
        },
      ];
    }),
  ) as SettingsDraft["rules"];
  return { rules: drafts, quiet, zone: zone ?? "", language, restHours: String(restHours) };
}

const bounds = {
  interrupted: { least: 0, most: 10_080, whole: false },
  stalled: { least: 1, most: 10_080, whole: false },
  unreachable: { least: 0, most: 10_080, whole: false },
  old: { least: 1, most: 3_650, whole: true },
  rest: { least: 0, most: 240, whole: false },
} as const;
type Bounded = keyof typeof bounds;

/** Where a draft is wrong, and how. */
export type Problems = Partial<Record<Kind | "rest" | "zone" | "quiet", Said>>;

/** What was typed as settings; what is wrong keeps them from being saved. */
export function settingsOf(draft: SettingsDraft): { settings: NoticeSettings; problems: Problems } {
  const problems: Problems = {};
  const number = (key: Bounded, typed: string | null): number => {
    const { least, most, whole } = bounds[key];
    const value = Number((typed ?? "").trim().replace(",", "."));
    const fits =
      typed?.trim() !== "" && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (!fits) {
      problems[key] = whole
        ? say`A whole number from ${least} to ${most}.`
        : say`A number from ${least} to ${most}.`;
    }
    return value;
  };
  for (const kind of ruleOrder) {
    const { hosts, datasets } = draft.rules[kind];
    if (hosts.trim() === "" || datasets?.trim() === "") {
      problems[kind] = say`A pattern is missing: * fits every host, ** every dataset.`;
    }
  }
  const base = (kind: Kind) => {
    const { on, urgent, hosts } = draft.rules[kind];
    return { on, urgent, hosts };
  };
  const full = (kind: Kind) => ({ ...base(kind), datasets: draft.rules[kind].datasets ?? "**" });
  const after = (kind: Kind & Bounded) => number(kind, draft.rules[kind].after);
  const rules: Rules = {
    interrupted: { ...full("interrupted"), minutes: after("interrupted") },
    stalled: { ...full("stalled"), minutes: after("stalled") },
    failed: full("failed"),
    unresumable: full("unresumable"),
    finished: full("finished"),
    unreachable: { ...base("unreachable"), minutes: after("unreachable") },
    pool: base("pool"),
    old: { ...full("old"), days: after("old") },
  };
  const { quiet, language } = draft;
  if (quiet && (quiet.from === "" || quiet.to === "")) {
    problems.quiet = say`Both times are needed.`;
  }
  const zone = draft.zone.trim();
  if (zone !== "" && !isZone(zone)) problems.zone = say`There is no such time zone.`;
  const restHours = number("rest", draft.restHours);
  return { settings: { rules, quiet, zone: zone === "" ? null : zone, language, restHours }, problems };
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
