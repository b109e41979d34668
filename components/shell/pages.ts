import type { Me } from "@/server/api/session";
import { type Said, say } from "@/server/say";

/** Every page that the header leads to. */
export type PagePath =
  | "/"
  | "/send"
  | "/transfers"
  | "/holds"
  | "/hosts"
  | "/notices"
  | "/settings"
  | "/token"
  | "/audit"
  | "/account"
  | "/accounts";

export type PageEntry = { href: PagePath; name: Said };

const pages: readonly PageEntry[] = [
  { href: "/", name: say`Receives` },
  { href: "/send", name: say`Send` },
  { href: "/transfers", name: say`Transfers` },
  { href: "/holds", name: say`Holds` },
  { href: "/hosts", name: say`Hosts` },
  { href: "/notices", name: say`Notices` },
  { href: "/settings", name: say`Settings` },
  { href: "/token", name: say`Token reader` },
];

/** The pages that somebody may see, in the order of the header. */
export function pagesFor(me: Me): readonly PageEntry[] {
  return me?.role === "admin" ? [...pages, { href: "/audit", name: say`Audit` }] : pages;
}

/** Pages about who is signed in, which stand in the account's menu. */
export function accountPagesFor(me: Me, mayDecide: boolean): readonly PageEntry[] {
  return [
    ...(me?.kind === "person" ? [{ href: "/account", name: say`Your account` } as const] : []),
    ...(mayDecide ? [{ href: "/accounts", name: say`Accounts and API tokens` } as const] : []),
  ];
}
