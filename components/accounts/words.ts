import { formatAgo, formatDuration, plural } from "@/components/format";

/** How long an API token is let in, as far as one may choose. */
export const lifetimes = [
  { days: 30, name: "30 days" },
  { days: 90, name: "90 days" },
  { days: 365, name: "a year" },
] as const;

/** Until when something counts, or since when it does not any more. */
export function expiryWords(expiresAt: number, now: number): string {
  return expiresAt > now
    ? `expires in ${formatDuration(expiresAt - now)}`
    : `expired ${formatAgo(expiresAt, now)}`;
}

/** Where somebody is signed in. */
export function sessionWords(sessions: number): string {
  return sessions === 0 ? "no session" : plural(sessions, "session");
}

/** What keeps an account from being made under a name; null where nothing does. */
export function nameProblem(name: string): string | null {
  return /^[a-z0-9][a-z0-9._-]{0,31}$/.test(name.trim().toLowerCase())
    ? null
    : "A name has up to 32 letters, digits, dots, dashes and underscores, and begins with a letter or digit.";
}
