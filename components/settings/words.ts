import type { PartialReceive } from "@/server/receives/types";
import { counted, listed, type Said, say } from "@/server/say";
import type { Decision, Policy } from "@/server/transfers/policies";
import type { Settings } from "@/server/transfers/settings";

/** A number as somebody types it, and what it may be. */
type Bounds = { least: number; most: number; whole: boolean };

/** A typed number, or a sentence on what is wrong with it. */
export function numberOf(typed: string, { least, most, whole }: Bounds): number | Said {
  const value = Number(typed.trim().replace(",", "."));
  const fits = typed.trim() !== "" && value >= least && value <= most && (!whole || Number.isInteger(value));
  if (fits) return value;
  return whole ? say`A whole number from ${least} to ${most}.` : say`A number from ${least} to ${most}.`;
}

/** What each number among the settings may be; the server says the same. */
export const settingBounds = {
  overall: { least: 1, most: 100, whole: true },
  perHost: { least: 1, most: 100, whole: true },
  stallMinutes: { least: 0.1, most: 1440, whole: false },
  stagesFromMiB: { least: 0, most: 1_000_000, whole: true },
  keepDays: { least: 1, most: 36_500, whole: true },
} as const satisfies Partial<Record<keyof Settings, Bounds>>;
export type NumberSetting = keyof typeof settingBounds;

/** What is either so or not. */
const switches = ["retry", "stages", "gentle"] as const satisfies (keyof Settings)[];
export type SwitchSetting = (typeof switches)[number];

/** Settings as they are being typed. */
export type SettingsDraft = Record<NumberSetting, string> & Record<SwitchSetting, boolean>;

export function settingsDraftOf(settings: Settings): SettingsDraft {
  const { overall, perHost, stallMinutes, stagesFromMiB, keepDays, retry, stages, gentle } = settings;
  return {
    ...{ overall: String(overall), perHost: String(perHost), stallMinutes: String(stallMinutes) },
    ...{ stagesFromMiB: String(stagesFromMiB), keepDays: String(keepDays) },
    ...{ retry, stages, gentle },
  };
}

/** What was changed of the settings, and what of it is wrong. */
export function settingsChange(
  draft: SettingsDraft,
  saved: Settings,
): { change: Partial<Settings>; problems: Partial<Record<NumberSetting, Said>> } {
  const change: Partial<Settings> = {};
  for (const key of switches) if (draft[key] !== saved[key]) change[key] = draft[key];
  const problems: Partial<Record<NumberSetting, Said>> = {};
  for (const key of Object.keys(settingBounds) as NumberSetting[]) {
    const value = numberOf(draft[key], settingBounds[key]);
    if (typeof value === "string") problems[key] = value;
    else if (value !== saved[key]) change[key] = value;
  }
  return { change, problems };
}

/** A policy as it is being typed. */
export type PolicyDraft = Omit<Policy, "idleMinutes" | "attempts"> & {
  idleMinutes: string;
  attempts: string;
};
export type PolicyField = "name" | "hosts" | "datasets" | "idleMinutes" | "attempts" | "window";

/** A new policy. It asks: resuming is what a person has to choose. */
export function newPolicy(): PolicyDraft {
  return {
    ...{ id: randomId(), name: "", hosts: "*", datasets: "**", mode: "ask" },
    ...{ idleMinutes: "10", window: null, attempts: "3" },
  };
}

export function policyDraftOf({ idleMinutes, attempts, ...rest }: Policy): PolicyDraft {
  return { ...rest, idleMinutes: String(idleMinutes), attempts: String(attempts) };
}

/** The policies that were typed, and what is wrong with which, by its id. */
export function policiesOf(drafts: readonly PolicyDraft[]): {
  policies: Policy[];
  problems: ReadonlyMap<string, Partial<Record<PolicyField, Said>>>;
} {
  const problems = new Map<string, Partial<Record<PolicyField, Said>>>();
  const policies: Policy[] = [];
  for (const [at, draft] of drafts.entries()) {
    const name = draft.name.trim();
    const idleMinutes = numberOf(draft.idleMinutes, { least: 1, most: 100_000, whole: false });
    const attempts = numberOf(draft.attempts, { least: 1, most: 1_000, whole: true });
    const { window } = draft;
    const wrong: Partial<Record<PolicyField, Said>> = {};
    if (name === "") wrong.name = say`Give it a name: transfers that it begins bear it.`;
    // How often a policy has begun a receive is counted by its name.
    else if (drafts.slice(0, at).some((other) => other.name.trim() === name)) {
      wrong.name = say`Another policy has this name.`;
    }
    if (draft.hosts.trim() === "") wrong.hosts = say`Say which hosts; * is every one.`;
    if (draft.datasets.trim() === "") wrong.datasets = say`Say which datasets; ** is every one.`;
    if (typeof idleMinutes === "string") wrong.idleMinutes = idleMinutes;
    if (typeof attempts === "string") wrong.attempts = attempts;
    if (window && (window.from === "" || window.to === "" || window.from === window.to)) {
      wrong.window = say`Say from when to when.`;
    }
    if (typeof idleMinutes === "string" || typeof attempts === "string" || Object.keys(wrong).length > 0) {
      problems.set(draft.id, wrong);
    } else {
      policies.push({
        ...{ ...draft, name, idleMinutes, attempts },
        ...{ hosts: draft.hosts.trim(), datasets: draft.datasets.trim() },
      });
    }
  }
  return { policies, problems };
}

/** One list with an item moved by so many places. */
export function moved<T>(items: readonly T[], at: number, by: number): T[] {
  const item = items[at];
  if (item === undefined) return [...items];
  return items.toSpliced(at, 1).toSpliced(at + by, 0, item);
}

export const modeWords: Record<Policy["mode"], Said> = {
  resume: say`Resume`,
  ask: say`Ask`,
  off: say`Leave alone`,
};

/** What each mode does. */
export const modeHelp: Record<Policy["mode"], Said> = {
  resume: say`Resumes it as one click on Resume would, once both sides were asked afresh.`,
  ask: say`Starts nothing; the page of receives says that it could be resumed now.`,
  off: say`Starts nothing, and keeps the policies below from it.`,
};

/** A policy in a sentence. */
export function policyWords(draft: PolicyDraft): Said {
  const { mode, idleMinutes, window, attempts } = draft;
  const which = whichWords(draft);
  if (mode === "off") return say`Leaves ${which} alone.`;
  const times = numberOf(attempts, { least: 1, most: 1_000, whole: true });
  const when = listed([
    say`after ${idleMinutes} min without a byte`,
    ...(window ? [say`from ${window.from} to ${window.to}`] : []),
    ...(typeof times === "number" && mode === "resume"
      ? [counted(times, say`once`, say`at most ${times} times`)]
      : []),
  ]);
  return mode === "ask" ? say`Asks about ${which} ${when}.` : say`Resumes ${which} ${when}.`;
}

function whichWords({ hosts, datasets }: Pick<PolicyDraft, "hosts" | "datasets">): Said {
  if (datasets === "**") return hosts === "*" ? say`any dataset on any host` : say`any dataset on ${hosts}`;
  return hosts === "*" ? say`${datasets} on any host` : say`${datasets} on ${hosts}`;
}

/** What policies would do, by what that is. */
export type Outlook = {
  resume: Decided[];
  ask: Decided[];
  notNow: Decided[];
  off: Decided[];
  /** How many receives no policy fits. */
  others: number;
};
type Decided = { receive: PartialReceive; decision: Decision };

/** Sorts what a dry run said. */
export function outlookOf(decided: readonly Decided[], receives: number): Outlook {
  const those = (what: Decision["what"]) => decided.filter(({ decision }) => decision.what === what);
  return {
    ...{ resume: those("resume"), ask: those("ask"), notNow: those("not-now"), off: those("off") },
    others: Math.max(0, receives - decided.length),
  };
}

/** What no policy fits, in a sentence; null where that is none. */
export function othersWords(others: number): Said | null {
  if (others === 0) return null;
  return counted(
    others,
    say`No policy fits 1 other receive: it waits for a person.`,
    say`No policy fits ${others} other receives: they wait for a person.`,
  );
}

/** A random id; `crypto.randomUUID` is for HTTPS only, and a NAS is often opened by plain HTTP. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte, at) => {
    // Version 4 and the variant of RFC 9562.
    const value = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte;
    return value.toString(16).padStart(2, "0");
  });
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
