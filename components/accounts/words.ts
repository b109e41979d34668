import { formatAgo, formatDuration } from "@/components/format";
import type { Role } from "@/server/access/roles";
import { counted, type Said, say } from "@/server/say";

/** How long an API token is let in, as far as one may choose. */
export const lifetimes = [
  { days: 30, name: say`30 days` },
  { days: 90, name: say`90 days` },
  { days: 365, name: say`a year` },
] as const;

/** Until when something counts, or since when it does not any more. */
export function expiryWords(expiresAt: number, now: number): Said {
  return expiresAt > now
    ? say`expires in ${formatDuration(expiresAt - now)}`
    : say`expired ${formatAgo(expiresAt, now)}`;
}

/** Where somebody is signed in. */
export function sessionWords(sessions: number): Said {
  return sessions === 0 ? say`no session` : counted(sessions, say`1 session`, say`${sessions} sessions`);
}

/** That somebody has another role. */
export function roleChanged(name: string, role: Role): Said {
  const changed: Record<Role, Said> = {
    viewer: say`${name} is a viewer now.`,
    operator: say`${name} is an operator now.`,
    admin: say`${name} is an admin now.`,
  };
  return changed[role];
}

/** What keeps an account from being made under a name; null where nothing does. */
export function nameProblem(name: string): Said | null {
  return /^[a-z0-9][a-z0-9._-]{0,31}$/.test(name.trim().toLowerCase())
    ? null
    : say`A name has up to 32 letters, digits, dots, dashes and underscores, and begins with a letter or digit.`;
}
