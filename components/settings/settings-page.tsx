"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { ConnectionState } from "@/components/live/connection";
import { plainError } from "@/components/live/errors";
import { Header } from "@/components/ui/header";
import { NotYet } from "@/components/ui/not-yet";
import { StatusNote } from "@/components/ui/status-note";
import { type Said, say } from "@/server/say";
import { PoliciesForm } from "./policies-form";
import { TransferSettings } from "./transfer-settings";

/** How transfers are carried out, and what is resumed without being asked. */
export function SettingsPage() {
  const t = useT();
  const [done, setDone] = useState<Said | null>(null);
  return (
    <>
      <Header current="/settings">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-4xl space-y-10 px-4 pt-8 pb-24 sm:px-6">
        <h1 className="text-xl font-semibold tracking-tight sm:text-2xl">{t`Settings`}</h1>
        <section aria-labelledby="transfers">
          <h2 id="transfers" className="text-base font-semibold">
            {t`Transfers`}
          </h2>
          <Settings onSaved={setDone} />
        </section>
        <section aria-labelledby="policies">
          <h2 id="policies" className="text-base font-semibold">
            {t`Resuming what Halfway did not begin`}
          </h2>
          <p className="mt-1 max-w-prose text-muted">
            {t`Receives that another program began stay as they are until a person resumes them. A policy can do that instead. It never uses -F, never aborts, and begins nothing that a person would have to confirm: only what a plain resume can do. Of several policies the first that fits a receive counts.`}
          </p>
          <Policies onSaved={setDone} />
        </section>
      </main>
      <StatusNote text={done === null ? null : t(done)} onDismiss={() => setDone(null)} />
    </>
  );
}

function Settings({ onSaved }: { onSaved: (words: Said) => void }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.settings.get.queryOptions(undefined, { staleTime: 0 }));
  if (!data) return <NotYet error={plainError(error)} onLookAgain={() => void refetch()} />;
  return (
    <TransferSettings
      saved={data}
      onSaved={async () => {
        await refetch();
        onSaved(say`The settings are saved. They count from now on.`);
      }}
    />
  );
}

function Policies({ onSaved }: { onSaved: (words: Said) => void }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.policies.list.queryOptions(undefined, { staleTime: 0 }));
  if (!data) return <NotYet error={plainError(error)} onLookAgain={() => void refetch()} />;
  return (
    <PoliciesForm
      saved={data}
      onSaved={async () => {
        await refetch();
        onSaved(say`The policies are saved. They are looked into every 20 seconds.`);
      }}
    />
  );
}
