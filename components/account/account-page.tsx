"use client";

import { useT } from "@/components/language/language";
import { ConnectionState } from "@/components/live/connection";
import { Header } from "@/components/ui/header";
import { ChangePassword } from "./change-password";
import { useMe } from "./me";
import { Passkeys } from "./passkeys";
import { SecondFactor } from "./second-factor";
import { Sessions } from "./sessions";
import { roleWords } from "./words";

/** What one may change of one's own account. */
export function AccountPage() {
  const me = useMe();
  const t = useT();
  return (
    <>
      <Header current="/account">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-4xl px-4 pt-8 pb-20 sm:px-6">
        <h1 tabIndex={-1} className="text-xl font-semibold tracking-tight outline-none sm:text-2xl">
          {t`Your account`}
        </h1>
        {me && (
          <p className="mt-1 text-muted wrap-anywhere">
            {me.name} · {t(roleWords[me.role])}
          </p>
        )}
        {me?.kind === "person" ? (
          <>
            {me.elsewhere === null ? (
              <>
                <ChangePassword name={me.name} />
                <SecondFactor on={me.secondFactor} />
                <Passkeys />
              </>
            ) : (
              <p className="mt-6 max-w-prose">
                {t`You sign in at ${me.elsewhere}. Password, second factor and passkeys are its affair, and so is what you may do here: it says so at each sign-in.`}
              </p>
            )}
            <Sessions />
          </>
        ) : (
          <p className="mt-6">{t`This page was opened with an API token, which has none of it.`}</p>
        )}
      </main>
    </>
  );
}
