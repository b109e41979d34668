"use client";

import { Menu } from "@base-ui/react/menu";
import { KeyRound, LogOut, Users } from "lucide-react";
import { useT } from "@/components/language/language";
import { AppearanceItems } from "@/components/shell/appearance-items";
import { AccountLabel, accountButtonClass } from "./account-label";
import { useMe, useRefusal } from "./me";
import { useSignOut } from "./sign-out";
import { roleWords } from "./words";

const item =
  "flex min-h-11 cursor-pointer items-center gap-2.5 rounded-md px-3 py-2 outline-none select-none " +
  "data-highlighted:bg-sunken [&>svg]:size-4 [&>svg]:text-muted";

/** Who is signed in, how the page looks to them, and the way out. */
export function AccountMenu({ defaultOpen = false }: { defaultOpen?: boolean }) {
  const t = useT();
  const me = useMe();
  const mayDecide = useRefusal("users.list") === null;
  const signOut = useSignOut();
  if (!me) return null;
  return (
    <Menu.Root defaultOpen={defaultOpen}>
      <Menu.Trigger aria-label={t`Account: ${me.name}`} className={accountButtonClass}>
        <AccountLabel name={me.name} />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="z-10 outline-none">
          <Menu.Popup className="max-h-(--available-height) w-64 overflow-y-auto max-w-[calc(100vw-2rem)] rounded-lg border border-line-strong bg-surface p-1 shadow-xl outline-none transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0">
            <div className="px-3 py-2">
              <p className="font-medium wrap-anywhere">{me.name}</p>
              <p className="text-xs text-muted">{t(roleWords[me.role])}</p>
            </div>
            {me.kind === "person" && (
              <Menu.LinkItem href="/account" className={`${item} border-t border-line`}>
                <KeyRound aria-hidden /> {t`Your account`}
              </Menu.LinkItem>
            )}
            {mayDecide && (
              <Menu.LinkItem href="/accounts" className={item}>
                <Users aria-hidden /> {t`Accounts and API tokens`}
              </Menu.LinkItem>
            )}
            <AppearanceItems />
            {me.kind === "person" && (
              <Menu.Item
                disabled={signOut.isPending}
                closeOnClick={false}
                onClick={() => signOut.mutate()}
                className={`${item} mt-1`}
              >
                <LogOut aria-hidden /> {signOut.isPending ? t`Signing out…` : t`Sign out`}
              </Menu.Item>
            )}
            {signOut.isError && (
              <p role="alert" className="px-3 py-2 text-xs text-danger">
                {t`The server did not answer: you are still signed in.`}
              </p>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
