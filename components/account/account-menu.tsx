"use client";

import { Menu } from "@base-ui/react/menu";
import { useMutation } from "@tanstack/react-query";
import { CircleUserRound, KeyRound, LogOut, ScrollText, Server, Users } from "lucide-react";
import { useTRPC } from "@/components/live/client";
import { buttonClass } from "@/components/ui/button";
import { useMe, useRefusal } from "./me";
import { roleWords } from "./words";

const item =
  "flex min-h-11 cursor-pointer items-center gap-2.5 rounded-md px-3 py-2 outline-none select-none " +
  "data-highlighted:bg-sunken [&>svg]:size-4 [&>svg]:text-muted";

/** Who is signed in, and the way out. */
export function AccountMenu() {
  const me = useMe();
  const mayDecide = useRefusal("users.list") === null;
  const trpc = useTRPC();
  const signOut = useMutation(
    trpc.session.signOut.mutationOptions({ onSuccess: () => window.location.assign("/login") }),
  );
  if (!me) return null;
  return (
    <Menu.Root>
      <Menu.Trigger
        aria-label={`Account: ${me.name}`}
        className={buttonClass("quiet", "-mr-2 max-w-44 px-2! lg:px-2!")}
      >
        <CircleUserRound aria-hidden />
        <span className="truncate max-sm:sr-only">{me.name}</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="z-10 outline-none">
          <Menu.Popup className="w-60 max-w-[calc(100vw-2rem)] rounded-lg border border-line-strong bg-surface p-1 shadow-xl outline-none transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0">
            <div className="px-3 py-2">
              <p className="font-medium wrap-anywhere">{me.name}</p>
              <p className="text-xs text-muted">{roleWords[me.role]}</p>
            </div>
            {/* On a phone the row of pages has no room for them. */}
            <Menu.LinkItem href="/hosts" className={`${item} border-t border-line sm:hidden`}>
              <Server aria-hidden /> Hosts
            </Menu.LinkItem>
            {me.role === "admin" && (
              <Menu.LinkItem href="/audit" className={`${item} sm:hidden`}>
                <ScrollText aria-hidden /> Audit
              </Menu.LinkItem>
            )}
            {me.kind === "person" && (
              <Menu.LinkItem href="/account" className={`${item} border-t border-line`}>
                <KeyRound aria-hidden /> Your account
              </Menu.LinkItem>
            )}
            {mayDecide && (
              <Menu.LinkItem href="/accounts" className={item}>
                <Users aria-hidden /> Accounts and API tokens
              </Menu.LinkItem>
            )}
            {me.kind === "person" && (
              <Menu.Item
                disabled={signOut.isPending}
                closeOnClick={false}
                onClick={() => signOut.mutate()}
                className={item}
              >
                <LogOut aria-hidden /> {signOut.isPending ? "Signing out…" : "Sign out"}
              </Menu.Item>
            )}
            {signOut.isError && (
              <p role="alert" className="px-3 py-2 text-xs text-danger">
                The server did not answer: you are still signed in.
              </p>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
