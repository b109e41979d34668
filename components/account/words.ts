import type { Role } from "@/server/access/roles";

/** What a role means, for who has it. */
export const roleWords: Record<Role, string> = {
  viewer: "Viewer: sees everything, changes nothing",
  operator: "Operator: resumes, sends and stops",
  admin: "Admin: may also discard, force and change settings",
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

/** The login that brings back to where one is now. */
export function loginFrom({ pathname, search }: { pathname: string; search: string }): string {
  return `/login?${new URLSearchParams({ next: `${pathname}${search}` })}`;
}

/** What keeps a first account from being made; null where nothing does. */
export function passwordProblem(password: string, repeated: string): string | null {
  if (password.length < 12)
    return "A password has at least 12 characters. Several words are easier to keep in mind.";
  return password === repeated ? null : "The two passwords are not the same.";
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
