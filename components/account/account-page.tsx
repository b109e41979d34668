"use client";

import { ConnectionState } from "@/components/live/connection";
import { Header } from "@/components/ui/header";
import { ChangePassword } from "./change-password";
import { useMe } from "./me";
import { SecondFactor } from "./second-factor";
import { roleWords } from "./words";

/** What one may change of one's own account. */
export function AccountPage() {
  const me = useMe();
  return (
    <>
      <Header current="/account">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-4xl px-4 pt-8 pb-20 sm:px-6">
        <h1 className="text-xl font-semibold tracking-tight sm:text-2xl">Your account</h1>
        {me && (
          <p className="mt-1 text-muted wrap-anywhere">
            {me.name} · {roleWords[me.role]}
          </p>
        )}
        {me?.kind === "person" ? (
          <>
            <ChangePassword name={me.name} />
            <SecondFactor on={me.secondFactor} />
          </>
        ) : (
          <p className="mt-6">This page was opened with an API token, which has neither.</p>
        )}
      </main>
    </>
  );
}
