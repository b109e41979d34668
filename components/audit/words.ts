import type { Tone } from "@/components/ui/badge";
import type { MutationAct } from "@/server/api/rights";
import type { AuditQuery, Outcome, OwnAct, PastAct } from "@/server/audit/audit";

/** What is shown of the trail, as the address of the page has it; days as `2026-11-23`, both included. */
export type Filters = {
  actor: string;
  dataset: string;
  host: string;
  act: string;
  outcome: Outcome | "open" | "";
  from: string;
  to: string;
};

/** Reads the filters from an address; what it does not know there it leaves out. */
export function filtersOf(params: Pick<URLSearchParams, "get">): Filters {
  const given = (name: string) => params.get(name) ?? "";
  const day = (name: string) => (midnight(given(name)) === undefined ? "" : given(name));
  const outcome = given("outcome");
  return {
    ...{ actor: given("actor"), dataset: given("dataset"), host: given("host"), act: given("act") },
    outcome: Object.hasOwn(outcomeWords, outcome) ? (outcome as Outcome | "open") : "",
    ...{ from: day("from"), to: day("to") },
  };
}

/** What the server is asked for: days are those of the browser's clock. */
export function queryOf({ from, to, outcome, ...texts }: Filters): AuditQuery {
  const named = Object.entries(texts).flatMap(([key, text]) =>
    text.trim() === "" ? [] : [[key, text.trim()]],
  );
  const [begins, ends] = [midnight(from), midnight(to, 1)];
  return {
    ...Object.fromEntries(named),
    ...(outcome === "" ? {} : { outcome }),
    ...(begins === undefined ? {} : { from: begins }),
    ...(ends === undefined ? {} : { to: ends }),
  };
}

/** When a day begins, or one some days later; undefined for what is no day. */
function midnight(day: string, later = 0): number | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)?.map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const begins = new Date(year, month - 1, date);
  // The 31st of February is another day.
  if (begins.getMonth() !== month - 1) return undefined;
  return new Date(year, month - 1, date + later).getTime();
}

/** What each act is called. */
export const actWords: Record<MutationAct | OwnAct, string> = {
  "receives.abort": "Abort a receive",
  "transfers.start resume": "Resume",
  "transfers.start resume-with-rollback": "Resume with rollback",
  "transfers.start start-over": "Start over",
  "transfers.continue": "Continue a series",
  "transfers.retry": "Try again now",
  "transfers.move": "Move in the queue",
  "transfers.limit": "Limit the bandwidth",
  "transfers.stop": "Stop a transfer",
  attempt: "Attempt of a transfer",
  policy: "Resume by a policy",
  "sends.start": "Send",
  "holds.release": "Release a hold",
  "hosts.add": "Add a host",
  "hosts.update": "Change a host",
  "hosts.remove": "Remove a host",
  "policies.save": "Save the policies",
  "settings.update": "Change the settings",
  "session.signIn": "Sign in",
  "session.signInByPasskey": "Sign in with a passkey",
  "session.signInByProvider": "Sign in at the provider",
  "session.signInByProxy": "Sign in by the proxy in front",
  "session.signOut": "Sign out",
  "session.setUp": "Make the first account",
  "session.reauthenticate": "Type the password again",
  "session.reauthenticateByPasskey": "Use a passkey again",
  "session.addPasskey": "Add a passkey",
  "session.removePasskey": "Remove a passkey",
  "session.changePassword": "Change one's own password",
  "session.beginSecondFactor": "Set up a second factor",
  "session.confirmSecondFactor": "Turn on a second factor",
  "session.dropSecondFactor": "Turn off a second factor",
  "session.revoke": "End a session",
  "session.revokeOthers": "End all other sessions",
  "users.create": "Make an account",
  "users.setRole": "Change a role",
  "users.setPassword": "Set a password",
  "users.remove": "Remove an account",
  "apiTokens.create": "Make an API token",
  "apiTokens.revoke": "Revoke an API token",
  "admin create-admin": "Make an admin from outside",
  "admin reset-password": "Reset a password from outside",
};

/** An act in words; one of another version by its own name. */
export function wordsOf(act: string): string {
  return Object.hasOwn(actWords, act) ? actWords[act as keyof typeof actWords] : act;
}

/** How each act ended, in words. */
export const outcomeWords: Record<Outcome | "open", { words: string; tone: Tone }> = {
  done: { words: "Done", tone: "ok" },
  refused: { words: "Refused", tone: "neutral" },
  denied: { words: "Denied", tone: "attention" },
  failed: { words: "Failed", tone: "danger" },
  stopped: { words: "Stopped", tone: "neutral" },
  unknown: { words: "Outcome not known", tone: "attention" },
  open: { words: "No outcome yet", tone: "neutral" },
};

/** Who, from where, in words. */
export function byWords({ actor, address }: Pick<PastAct, "actor" | "address">): string {
  return address === null ? actor : `${actor}, from ${address}`;
}

/** What it was about, in words; null where nothing is known of that. */
export function aboutWords({
  host,
  dataset,
  subject,
}: Pick<PastAct, "host" | "dataset" | "subject">): string | null {
  const where = host !== null && dataset !== null ? `${dataset} on ${host}` : (dataset ?? host);
  return [where, subject].filter((words) => words !== null).join(" · ") || null;
}

/** What a file with the trail is called. */
export function fileName(at: number): string {
  return `halfway-audit-${new Date(at).toISOString().slice(0, 10)}.jsonl`;
}
