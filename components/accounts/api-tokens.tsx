"use client";

import { useQuery } from "@tanstack/react-query";
import { KeySquare, Trash2 } from "lucide-react";
import { useState } from "react";
import { AllowedButton } from "@/components/account/allowed-button";
import { roleNames } from "@/components/account/words";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Badge } from "@/components/ui/badge";
import { Ago, useClockText } from "@/components/ui/clock";
import { Entries, Entry } from "@/components/ui/entry";
import { NotYet } from "@/components/ui/not-yet";
import type { ApiToken } from "@/server/access/api-tokens";
import { NewToken } from "./new-token";
import { RevokeToken } from "./revoke-token";
import { expiryWords } from "./words";

/** Every key that was given to a program. */
export function ApiTokens({ onDone }: { onDone: (words: string) => void }) {
  const t = useT();
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.apiTokens.list.queryOptions(undefined, { staleTime: 0 }));
  const [asked, setAsked] = useState<{ token: ApiToken | null; opener: HTMLElement } | null>(null);
  const asking = asked && {
    opener: asked.opener,
    onDone: (words: string) => {
      onDone(words);
      void refetch();
    },
    onGone: () => setAsked(null),
  };
  return (
    <section aria-labelledby="api-tokens">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 id="api-tokens" className="text-base font-semibold">
            {t`API tokens`}
          </h2>
          <p className="mt-1 max-w-prose text-muted">
            {t.rich`For scripts, which show one as ${<code>Authorization: Bearer …</code>}. A token belongs to whoever makes it, never may more than they, and makes no accounts or tokens.`}
          </p>
        </div>
        <AllowedButton
          act="apiTokens.create"
          tone="primary"
          onClick={(event) => setAsked({ token: null, opener: event.currentTarget })}
        >
          <KeySquare aria-hidden /> {t`New token…`}
        </AllowedButton>
      </div>
      {!data && <NotYet error={plainError(error)} onLookAgain={() => void refetch()} />}
      {data?.length === 0 && (
        <p className="mt-3 rounded-lg border border-line bg-surface px-4 py-4 sm:px-5">
          {t`There are none: only people come in.`}
        </p>
      )}
      {data && data.length > 0 && (
        <Entries label={t`API tokens`}>
          {data.map((token) => (
            <TokenEntry key={token.id} token={token} onRevoke={(opener) => setAsked({ token, opener })} />
          ))}
        </Entries>
      )}
      {asking && (asked.token ? <RevokeToken token={asked.token} {...asking} /> : <NewToken {...asking} />)}
    </section>
  );
}

function TokenEntry({
  token: { name, owner, role, madeAt, expiresAt, usedAt },
  onRevoke,
}: {
  token: ApiToken;
  onRevoke: (button: HTMLElement) => void;
}) {
  const t = useT();
  const expiry = useClockText((now) => expiryWords(expiresAt, now));
  return (
    <Entry
      label={name}
      title={
        <>
          {name} <Badge tone={role === "admin" ? "accent" : "neutral"}>{t(roleNames[role])}</Badge>
        </>
      }
      facts={
        <>
          {t`Of ${owner}`} · {t.rich`made ${<Ago at={madeAt} />}`} · {t(expiry)} ·{" "}
          {usedAt === null ? t`never used` : t.rich`used ${<Ago at={usedAt} />}`}
        </>
      }
    >
      <AllowedButton
        act="apiTokens.revoke"
        aria-label={t`Revoke ${name}`}
        onClick={(event) => onRevoke(event.currentTarget)}
      >
        <Trash2 aria-hidden /> {t`Revoke…`}
      </AllowedButton>
    </Entry>
  );
}
