"use client";

import { useState } from "react";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { ConnectionState } from "@/components/live/connection";
import { Header } from "@/components/ui/header";
import { StatusNote } from "@/components/ui/status-note";
import { Accounts } from "./accounts";
import { ApiTokens } from "./api-tokens";

/** Who may come in, and which programs. */
export function AccountsPage() {
  const t = useT();
  const refusal = useRefusal("users.list");
  const [done, setDone] = useState<string | null>(null);
  return (
    <>
      <Header current="/accounts">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-4xl space-y-10 px-4 pt-8 pb-24 sm:px-6">
        <div>
          <h1 tabIndex={-1} className="text-xl font-semibold tracking-tight outline-none sm:text-2xl">
            {t`Accounts and API tokens`}
          </h1>
          {refusal && <p className="mt-2">{t`Here it is decided who may come in. ${refusal}`}</p>}
        </div>
        {refusal === null && (
          <>
            <Accounts onDone={setDone} />
            <ApiTokens onDone={setDone} />
          </>
        )}
      </main>
      <StatusNote text={done} onDismiss={() => setDone(null)} />
    </>
  );
}
