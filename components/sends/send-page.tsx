"use client";

import { useT } from "@/components/language/language";
import { ConnectionState } from "@/components/live/connection";
import { Header } from "@/components/ui/header";
import { SendForm } from "./send-form";

/** The page of new sends. */
export function SendPage() {
  const t = useT();
  return (
    <>
      <Header current="/send">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-4xl px-4 pt-8 pb-20 sm:px-6">
        <h1 className="text-xl font-semibold tracking-tight sm:text-2xl">{t`Send a snapshot`}</h1>
        <p className="mt-1 max-w-prose text-muted">
          {t`From any host to a dataset on any host. Whatever cuts it off, what has arrived is kept and can be resumed; nothing on either side is overwritten.`}
        </p>
        <SendForm />
      </main>
    </>
  );
}
