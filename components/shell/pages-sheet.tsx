"use client";

import {
  ArchiveRestore,
  ArrowDownUp,
  Bell,
  KeyRound,
  Lock,
  type LucideIcon,
  ScanText,
  ScrollText,
  Send,
  Server,
  Settings,
  Users,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useMe, useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { Button } from "@/components/ui/button";
import { Dialog, DialogTitle } from "@/components/ui/dialog";
import { accountPagesFor, type PagePath, pagesFor } from "./pages";

export const pageIcons: Record<PagePath, LucideIcon> = {
  ...{ "/": ArchiveRestore, "/send": Send, "/transfers": ArrowDownUp, "/holds": Lock, "/hosts": Server },
  "/notices": Bell,
  ...{
    "/settings": Settings,
    "/token": ScanText,
    "/audit": ScrollText,
    "/account": KeyRound,
    "/accounts": Users,
  },
};

/** Every page, one below the other, for screens that have no room for them in a row. */
export function PagesSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const me = useMe();
  const mayDecide = useRefusal("users.list") === null;
  const here = usePathname();
  return (
    <Dialog open={open} onClose={onClose} returnFocusTo={() => null}>
      <div className="overflow-y-auto px-3 py-4">
        <DialogTitle className="px-2 text-lg font-semibold">{t`Pages`}</DialogTitle>
        <nav aria-label={t`Pages`} className="mt-2">
          <ul>
            {[...pagesFor(me), ...accountPagesFor(me, mayDecide)].map(({ href, name }) => {
              const Icon = pageIcons[href];
              return (
                <li key={href}>
                  <Link
                    href={href}
                    prefetch={false}
                    onClick={onClose}
                    aria-current={isWithin(here, href) ? "page" : undefined}
                    className="flex min-h-11 items-center gap-3 rounded-md px-2 py-2 hover:bg-sunken aria-[current=page]:bg-sunken aria-[current=page]:font-semibold [&_svg]:size-4.5 [&_svg]:shrink-0 [&_svg]:text-muted"
                  >
                    <Icon aria-hidden /> {t(name)}
                  </Link>
                </li>
              );
            })}
          </ul>
        </nav>
      </div>
      <div className="flex flex-col border-t border-line px-5 py-3.5">
        <Button onClick={onClose}>{t`Close`}</Button>
      </div>
    </Dialog>
  );
}

function isWithin(path: string, href: PagePath): boolean {
  if (href === "/") return path === "/" || path.startsWith("/receives/");
  return path === href || path.startsWith(`${href}/`);
}
