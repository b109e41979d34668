"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { AccountMenu } from "@/components/account/account-menu";
import { useMe } from "@/components/account/me";
import { Logo } from "./logo";

// On a phone there is room for one word each, and not for all: the account menu has the others there.
const pages = [
  { href: "/", name: "Receives", more: "", onPhones: true },
  { href: "/send", name: "Send", more: "", onPhones: true },
  { href: "/transfers", name: "Transfers", more: "", onPhones: true },
  { href: "/holds", name: "Holds", more: "", onPhones: true },
  { href: "/hosts", name: "Hosts", more: "", onPhones: false },
  { href: "/settings", name: "Settings", more: "", onPhones: true },
  { href: "/token", name: "Token", more: " reader", onPhones: true },
] as const;
const audit = { href: "/audit", name: "Audit", more: "", onPhones: false } as const;

/**
 * What every page begins with.
 * @param current the page that is open, or that it belongs to.
 * @param children what the page itself has to say there.
 */
export function Header({
  current,
  children,
}: {
  current: (typeof pages)[number]["href"] | typeof audit.href | "/account" | "/accounts";
  children?: ReactNode;
}) {
  const admin = useMe()?.role === "admin";
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex min-h-12 max-w-7xl flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 sm:px-6">
        <p className="flex items-center gap-2 text-base font-semibold tracking-tight">
          <Logo /> Halfway
        </p>
        {/* A phone has no room for it beside the name: there it is a row of its own. */}
        <nav
          aria-label="Pages"
          className="mr-auto flex flex-wrap max-md:order-last max-md:-mx-1.5 max-md:w-[calc(100%+0.75rem)] max-md:justify-between md:gap-1"
        >
          {[...pages, ...(admin ? [audit] : [])].map(({ href, name, more, onPhones }) => (
            <Link
              key={href}
              href={href}
              prefetch={false}
              aria-current={href === current ? "page" : undefined}
              className={`rounded-md px-1.5 py-1.5 font-medium text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:text-ink sm:px-2 pointer-coarse:py-3 ${onPhones ? "" : "max-sm:hidden"}`}
            >
              {name}
              {more && <span className="max-sm:sr-only whitespace-pre">{more}</span>}
            </Link>
          ))}
        </nav>
        <div className="ml-auto flex flex-wrap items-center justify-end gap-x-2">
          {children}
          <AccountMenu />
        </div>
      </div>
    </header>
  );
}
