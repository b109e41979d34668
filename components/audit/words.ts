import type { Tone } from "@/components/ui/badge";
import type { MutationAct } from "@/server/api/rights";
import type { AuditQuery, Outcome, OwnAct, PastAct } from "@/server/audit/audit";
import { joined, recalled, type Said, say, verbatim } from "@/server/say";

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
export const actWords: Record<MutationAct | OwnAct, Said> = {
  "receives.abort": say`Abort a receive`,
  "receives.protect": say`Protect a source`,
  "transfers.start resume": say`Resume`,
  "transfers.start resume-with-rollback": say`Resume with rollback`,
  "transfers.start start-over": say`Start over`,
  "transfers.continue": say`Continue a series`,
  "transfers.retry": say`Try again now`,
  "transfers.move": say`Move in the queue`,
  "transfers.limit": say`Limit the bandwidth`,
  "transfers.stop": say`Stop a transfer`,
  attempt: say`Attempt of a transfer`,
  policy: say`Resume by a policy`,
  "sends.start": say`Send`,
  "holds.release": say`Release a hold`,
  "hosts.add": say`Add a host`,
  "hosts.update": say`Change a host`,
  "hosts.remove": say`Remove a host`,
  "notices.saveWay": say`Save a way of being told`,
  "notices.removeWay": say`Remove a way of being told`,
  "notices.testWay": say`Test a way of being told`,
  "notices.saveSettings": say`Change what is told`,
  "policies.save": say`Save the policies`,
  "settings.update": say`Change the settings`,
  "session.signIn": say`Sign in`,
  "session.signInByPasskey": say`Sign in with a passkey`,
  "session.signInByProvider": say`Sign in at the provider`,
  "session.signInByProxy": say`Sign in by the proxy in front`,
  "session.signOut": say`Sign out`,
  "session.setUp": say`Make the first account`,
  "session.reauthenticate": say`Type the password again`,
  "session.reauthenticateByPasskey": say`Use a passkey again`,
  "session.addPasskey": say`Add a passkey`,
  "session.removePasskey": say`Remove a passkey`,
  "session.changePassword": say`Change one's own password`,
  "session.beginSecondFactor": say`Set up a second factor`,
  "session.confirmSecondFactor": say`Turn on a second factor`,
  "session.dropSecondFactor": say`Turn off a second factor`,
  "session.revoke": say`End a session`,
  "session.revokeOthers": say`End all other sessions`,
  "users.create": say`Make an account`,
  "users.setRole": say`Change a role`,
  "users.setPassword": say`Set a password`,
  "users.remove": say`Remove an account`,
  "apiTokens.create": say`Make an API token`,
  "apiTokens.revoke": say`Revoke an API token`,
  "admin create-admin": say`Make an admin from outside`,
  "admin reset-password": say`Reset a password from outside`,
};

/** An act in words; one of another version by its own name. */
export function wordsOf(act: string): Said {
  return Object.hasOwn(actWords, act) ? actWords[act as keyof typeof actWords] : verbatim(act);
}

/** How each act ended, in words. */
export const outcomeWords: Record<Outcome | "open", { words: Said; tone: Tone }> = {
  done: { words: say`Done`, tone: "ok" },
  "code-asked": { words: say`Waits for the code`, tone: "neutral" },
  "proof-asked": { words: say`Asked for proof`, tone: "neutral" },
  refused: { words: say`Refused`, tone: "neutral" },
  denied: { words: say`Denied`, tone: "attention" },
  failed: { words: say`Failed`, tone: "danger" },
  stopped: { words: say`Stopped`, tone: "neutral" },
  unknown: { words: say`Outcome not known`, tone: "attention" },
  open: { words: say`No outcome yet`, tone: "neutral" },
};

/** Who, from where, in words. */
export function byWords({ actor, address }: Pick<PastAct, "actor" | "address">): Said {
  return address === null ? recalled(actor) : say`${actor}, from ${address}`;
}

/** What it was about, in words; null where nothing is known of that. */
export function aboutWords({
  host,
  dataset,
  subject,
}: Pick<PastAct, "host" | "dataset" | "subject">): Said | null {
  const where = dataset ?? host;
  const both = host !== null && dataset !== null ? say`${dataset} on ${host}` : where;
  const parts = [both, subject].filter((words) => words !== null);
  return parts.length === 0 ? null : joined(parts.map(recalled), " · ");
}

/** What a file with the trail is called. */
export function fileName(at: number): string {
  return `halfway-audit-${new Date(at).toISOString().slice(0, 10)}.jsonl`;
}
