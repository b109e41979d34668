"use client";

import { ArrowDownUp, Menu, Search } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useMemo } from "react";
import { useMe } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { useLive } from "@/components/live/live";
import { AccountButton } from "@/components/shell/account-button";
import { Keys } from "@/components/shell/kbd";
import { useOpenOverlay } from "@/components/shell/overlay";
import { type PagePath, pagesFor } from "@/components/shell/pages";
import { hasEnded } from "@/components/transfers/words";
import { buttonClass } from "./button";
import { Logo } from "./logo";

/**
 * What every page begins with.
 * @param current the page that is open, or that it belongs to.
 * @param children what the page itself has to say there.
 */
export function Header({ current, children }: { current: PagePath; children?: ReactNode }) {
  const t = useT();
  const me = useMe();
  const open = useOpenOverlay();
  return (
    <>
      <a
        href="#content"
        className="sr-only z-20 rounded-md bg-accent px-4 py-3 font-medium text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        {t`Skip to the content`}
      </a>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex min-h-14 max-w-7xl flex-wrap items-center justify-end gap-x-1 px-4 py-1.5 sm:gap-x-2 sm:px-6">
          <div className="mr-auto flex items-center gap-x-1">
            <button
              type="button"
              aria-label={t`Pages`}
              aria-haspopup="dialog"
              onClick={() => open("pages")}
              className={buttonClass("quiet", "-ml-2 w-11 px-0! sm:hidden")}
            >
              <Menu aria-hidden />
            </button>
            <p className="flex items-center gap-2 text-base font-semibold tracking-tight">
              <Logo /> <span className="max-[26rem]:sr-only">Halfway</span>
            </p>
          </div>
          <button
            type="button"
            aria-label={t`Search or jump`}
            aria-haspopup="dialog"
            onClick={() => open("palette")}
            className={buttonClass(
              "quiet",
              "max-sm:w-11 max-sm:px-0! sm:min-w-56 sm:justify-start sm:border sm:border-line sm:bg-page sm:font-normal",
            )}
          >
            <Search aria-hidden />
            <span className="mr-auto max-sm:hidden">{t`Search or jump…`}</span>
            <Keys keys="Mod+k" className="max-lg:hidden pointer-coarse:hidden" />
          </button>
          <TransfersButton />
          {children}
          <AccountButton />
        </div>
        <nav aria-label={t`Pages`} className="mx-auto max-w-7xl px-4 max-sm:hidden sm:px-6">
          <ul className="-mx-2 flex flex-wrap">
            {pagesFor(me).map(({ href, name }) => (
              <li key={href}>
                <Link
                  href={href}
                  prefetch={false}
                  aria-current={href === current ? "page" : undefined}
                  className="group block px-1 pb-1 font-medium text-muted hover:text-ink aria-[current=page]:border-b-2 aria-[current=page]:border-accent aria-[current=page]:pb-0.5 aria-[current=page]:text-ink"
                >
                  <span className="block rounded-md px-1.5 py-1 group-hover:bg-sunken pointer-coarse:py-2.5">
                    {t(name)}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      {/* Where the skip link leads: what is next in line is the page's own. */}
      <span id="content" tabIndex={-1} />
    </>
  );
}

/** Opens the drawer with the transfers; says how many have not ended. */
function TransfersButton() {
  const t = useT();
  const open = useOpenOverlay();
  const { transfers } = useLive();
  const count = useMemo(
    () => [...transfers.values()].filter(({ state }) => !hasEnded(state)).length,
    [transfers],
  );
  return (
    <button
      type="button"
      aria-label={count === 0 ? t`Transfers, none under way` : t`Transfers, ${count} under way`}
      aria-haspopup="dialog"
      title={t`Transfers under way`}
      onClick={() => open("transfers")}
      className={buttonClass("quiet", "relative w-11 px-0! lg:w-9")}
    >
      <ArrowDownUp aria-hidden />
      {count > 0 && (
        <span className="absolute top-0.5 right-0 min-w-4.5 rounded-full bg-accent px-1 text-center text-[0.6875rem]/4.5 font-semibold text-on-accent lg:-top-1 lg:-right-0.5 pointer-coarse:top-0.5 pointer-coarse:right-0">
          {count > 99 ? "99+" : count}
        </span>
      )}
    </button>
  );
}
