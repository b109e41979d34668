"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { ConnectionState } from "@/components/live/connection";
import { plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import type { Asking } from "@/components/ui/asking";
import { Copyable } from "@/components/ui/copyable";
import { Entries } from "@/components/ui/entry";
import { Header } from "@/components/ui/header";
import { NotYet } from "@/components/ui/not-yet";
import { StatusNote } from "@/components/ui/status-note";
import type { ListedHost } from "@/server/api/hosts";
import { FirstHost } from "./first-host";
import { HostDialog } from "./host-dialog";
import { HostEntry } from "./host-entry";
import { RemoveHost } from "./remove-host";

/** What can be asked for. */
type Asked = { act: "add" } | { act: "accept" | "edit" | "remove"; host: ListedHost };

/** Every machine that Halfway knows, how it is reached, and what works there. */
export function HostsPage() {
  const t = useT();
  const trpc = useTRPC();
  const live = useLive();
  const admin = useRefusal("hosts.check") === null;
  const { data, error, refetch } = useQuery(trpc.hosts.list.queryOptions(undefined, { staleTime: 0 }));
  const line = useQuery(trpc.hosts.line.queryOptions(undefined, { staleTime: 0, enabled: admin }));
  const [asked, setAsked] = useState<(Asked & { opener: HTMLElement }) | null>(null);
  const [done, setDone] = useState<string | null>(null);
  // Whoever else adds and removes hosts: the stream tells of it.
  const names = [...live.hosts.keys()].join(" ");
  useEffect(() => {
    if (names !== "") void refetch();
  }, [names, refetch]);
  const hosts = data?.map((host) => ({ ...host, ...live.hosts.get(host.name) }));
  const first = hosts?.every(({ status, added }) => status === "offline" && added === null) ?? false;
  return (
    <>
      <Header current="/hosts">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-4xl space-y-10 px-4 pt-8 pb-24 sm:px-6">
        <section aria-labelledby="hosts">
          <div className="flex flex-wrap items-start justify-between gap-3">
            <div>
              <h1
                id="hosts"
                tabIndex={-1}
                className="text-xl font-semibold tracking-tight outline-none sm:text-2xl"
              >
                {t`Hosts`}
              </h1>
              <p className="mt-1 max-w-prose text-muted">
                {t.rich`Every machine whose receives are listed. Those of Halfway's configuration (${<code>HALFWAY_CONFIG</code>}) are changed there.`}
              </p>
            </div>
            <AllowedButton
              act="hosts.add"
              tone="primary"
              onClick={(event) => setAsked({ act: "add", opener: event.currentTarget })}
            >
              <Plus aria-hidden /> {t`Add a host…`}
            </AllowedButton>
          </div>
          {first && admin && <FirstHost any={hosts?.length !== 0} />}
          {hosts ? (
            hosts.length > 0 && (
              <Entries label={t`Hosts`}>
                {hosts.map((host) => (
                  <HostEntry
                    key={host.name}
                    host={host}
                    onAsk={(act, opener) => setAsked({ act, host, opener })}
                  />
                ))}
              </Entries>
            )
          ) : (
            <NotYet error={plainError(error)} onLookAgain={() => void refetch()} />
          )}
        </section>
        {line.data && (
          <section aria-labelledby="line">
            <h2 id="line" className="text-base font-semibold">
              {t`Halfway's key`}
            </h2>
            <p className="mt-1 max-w-prose text-muted">
              {t.rich`Lets Halfway in on the hosts that were added here, once this line is in the ${<code>~/.ssh/authorized_keys</code>} of the account there. It allows commands, and neither a terminal nor forwarding.`}
            </p>
            <div className="mt-3 rounded-lg border border-line bg-surface px-4 py-2.5 text-xs">
              <Copyable text={line.data} label={t`the line`} />
            </div>
          </section>
        )}
      </main>
      {asked && (
        <AskedDialog
          asked={asked}
          opener={asked.opener}
          onDone={(words) => {
            setDone(words);
            void refetch();
            void line.refetch();
          }}
          onGone={() => setAsked(null)}
        />
      )}
      <StatusNote text={done} onDismiss={() => setDone(null)} />
    </>
  );
}

function AskedDialog({ asked, ...asking }: { asked: Asked } & Asking): ReactNode {
  switch (asked.act) {
    case "add":
      return <HostDialog host={null} {...asking} />;
    case "accept":
      return <HostDialog host={asked.host} onlyKey {...asking} />;
    case "edit":
      return <HostDialog host={asked.host} {...asking} />;
    case "remove":
      return <RemoveHost host={asked.host} {...asking} />;
  }
}
