"use client";

import { lazy, Suspense, useState } from "react";
import { AccountLabel, accountButtonClass } from "@/components/account/account-label";
import { useMe } from "@/components/account/me";
import { useT } from "@/components/language/language";

const load = async () => ({ default: (await import("@/components/account/account-menu")).AccountMenu });
const AccountMenu = lazy(load);

/** The button of the account's menu. The menu is loaded when somebody is about to open it. */
export function AccountButton() {
  const t = useT();
  const me = useMe();
  const [wanted, setWanted] = useState(false);
  if (!me) return null;
  const button = (
    <button
      type="button"
      aria-label={t`Account: ${me.name}`}
      aria-haspopup="menu"
      onPointerEnter={load}
      onFocus={load}
      onClick={() => setWanted(true)}
      className={accountButtonClass}
    >
      <AccountLabel name={me.name} />
    </button>
  );
  return wanted ? (
    <Suspense fallback={button}>
      <AccountMenu defaultOpen />
    </Suspense>
  ) : (
    button
  );
}
