import { type Said, say } from "../say";

/** Who may do what, each more than the one before: look; move bytes; destroy something, and decide about others. */
export const roles = ["viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

/** Whether a role may do what needs at least another. */
export function atLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}

/** Something that has a role, with it, as a list names it. */
export function withRole(name: string, role: Role): Said {
  switch (role) {
    case "viewer":
      return say`${name} as viewer`;
    case "operator":
      return say`${name} as operator`;
    case "admin":
      return say`${name} as admin`;
  }
}

/** Why the last of them cannot go, or become less. */
export function onlyAdmin(name: string): Said {
  return say`“${name}” is the only admin: make another one first.`;
}

/** Why nobody can set the password of somebody who signs in at the provider. */
export function noPassword(name: string): Said {
  return say`“${name}” signs in at the provider, and has no password here.`;
}

/** What both of two roles may do. */
export function lesser(a: Role, b: Role): Role {
  return atLeast(a, b) ? b : a;
}
