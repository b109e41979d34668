"use client";

import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import type { Asking } from "@/components/ui/asking";
import { Entries } from "@/components/ui/entry";
import { NotYet } from "@/components/ui/not-yet";
import type { ListedAccount } from "@/server/access/accounts";
import type { AccountAct } from "@/server/api/rights";
import { AccountEntry } from "./account-entry";
import { ChangeRole } from "./change-role";
import { NewAccount } from "./new-account";
import { RemoveAccount } from "./remove-account";
import { SetPassword } from "./set-password";

type Asked = { act: "create" } | { act: AccountAct; account: ListedAccount };

/** Every account, and what an admin can do with it. */
export function Accounts({ onDone }: { onDone: (words: string) => void }) {
  const t = useT();
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.users.list.queryOptions(undefined, { staleTime: 0 }));
  const [asked, setAsked] = useState<(Asked & { opener: HTMLElement }) | null>(null);
  return (
    <section aria-labelledby="accounts">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 id="accounts" className="text-base font-semibold">
            {t`Accounts`}
          </h2>
          <p className="mt-1 max-w-prose text-muted">
            {t`One for each person: a transfer says who began it. Give the least role that does.`}
          </p>
        </div>
        <AllowedButton
          act="users.create"
          tone="primary"
          onClick={(event) => setAsked({ act: "create", opener: event.currentTarget })}
        >
          <UserPlus aria-hidden /> {t`New account…`}
        </AllowedButton>
      </div>
      {data ? (
        <Entries label={t`Accounts`}>
          {data.map((account) => (
            <AccountEntry
              key={account.id}
              account={account}
              accounts={data}
              onAsk={(act, opener) => setAsked({ act, account, opener })}
            />
          ))}
        </Entries>
      ) : (
        <NotYet error={plainError(error)} onLookAgain={() => void refetch()} />
      )}
      {asked && (
        <AccountDialog
          asked={asked}
          opener={asked.opener}
          onDone={(words) => {
            onDone(words);
            void refetch();
          }}
          onGone={() => setAsked(null)}
        />
      )}
    </section>
  );
}

function AccountDialog({ asked, ...asking }: { asked: Asked } & Asking) {
  switch (asked.act) {
    case "create":
      return <NewAccount {...asking} />;
    case "setRole":
      return <ChangeRole account={asked.account} {...asking} />;
    case "setPassword":
      return <SetPassword account={asked.account} {...asking} />;
    case "remove":
      return <RemoveAccount account={asked.account} {...asking} />;
  }
}
