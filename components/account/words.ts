import type { Role } from "@/server/access/roles";
import { type Said, say } from "@/server/say";

/** What a role is called. */
export const roleNames: Record<Role, Said> = {
  viewer: say`viewer`,
  operator: say`operator`,
  admin: say`admin`,
};

/** What a role means, for who has it. */
export const roleWords: Record<Role, Said> = {
  viewer: say`Viewer: sees everything, changes nothing`,
  operator: say`Operator: resumes, sends and stops`,
  admin: say`Admin: may also discard, force and change settings`,
};

/** By which a window that comes back from the provider tells the others that it is still the same person. */
export const provenChannel = "halfway.proven";

/** Where to go after a sign-in: the page that was asked for, and never another site. */
export function pathAfterSignIn(next: string | undefined): string {
  const home = "http://halfway.invalid";
  const url = URL.parse(next ?? "/", home);
  if (url?.origin !== home || !next?.startsWith("/")) return "/";
  const path = `${url.pathname}${url.search}`;
  // What is left of `/.//elsewhere` is read once more, by the browser: then it is another site.
  return URL.parse(path, home)?.href === `${home}${path}` ? path : "/";
}

/** Where who made the first account goes on: to what is listed, or, where no host is known yet, to the hosts. */
export function pathAfterSetUp(hosts: readonly unknown[]): "/" | "/hosts" {
  return hosts.length === 0 ? "/hosts" : "/";
}

/** What keeps a first account from being made; null where nothing does. */
export function passwordProblem(password: string, repeated: string): Said | null {
  if (password.length < 12)
    return say`A password has at least 12 characters. Several words are easier to keep in mind.`;
  return password === repeated ? null : say`The two passwords are not the same.`;
}

/**
 * What stands in the fields of a form, by their names. Read when it is sent: a password manager may have filled them in before
 * the page was ready, and nobody was told.
 */
export function typedIn(form: HTMLFormElement) {
  const data = new FormData(form);
  return <Name extends string>(...names: Name[]): Record<Name, string> =>
    Object.fromEntries(names.map((name) => [name, String(data.get(name) ?? "")])) as Record<Name, string>;
}
