"use client";

import { KeyRound, Trash2, UserCog } from "lucide-react";
import type { ReactNode } from "react";
import { useMe } from "@/components/account/me";
import { Badge } from "@/components/ui/badge";
import { Ago } from "@/components/ui/clock";
import { Entry } from "@/components/ui/entry";
import { RefusableButton } from "@/components/ui/refusable-button";
import type { ListedAccount } from "@/server/access/accounts";
import { type AccountAct, accountRefusal } from "@/server/api/rights";
import { sessionWords } from "./words";

const acts: readonly { act: AccountAct; words: string; label: (name: string) => string; icon: ReactNode }[] =
  [
    {
      act: "setRole",
      words: "Role…",
      label: (name) => `Change the role of ${name}`,
      icon: <UserCog aria-hidden />,
    },
    {
      act: "setPassword",
      words: "Password…",
      label: (name) => `Set a password for ${name}`,
      icon: <KeyRound aria-hidden />,
    },
    { act: "remove", words: "Remove…", label: (name) => `Remove ${name}`, icon: <Trash2 aria-hidden /> },
  ];

/** One account. What cannot be done with it stays in its place and says why. */
export function AccountEntry({
  account: { name, role, secondFactor, elsewhere, signedInAt, sessions },
  accounts,
  onAsk,
}: {
  account: ListedAccount;
  /** All there are. */
  accounts: readonly ListedAccount[];
  onAsk: (act: AccountAct, button: HTMLElement) => void;
}) {
  const me = useMe();
  return (
    <Entry
      label={name}
      title={
        <>
          {name} <Badge tone={role === "admin" ? "accent" : "neutral"}>{role}</Badge>{" "}
          {name === me?.name && <Badge>you</Badge>}
        </>
      }
      facts={
        <>
          {elsewhere ? "Signs in at the provider" : `Second factor: ${secondFactor ? "yes" : "no"}`}
          {" · "}
          {signedInAt === null ? (
            "never signed in"
          ) : (
            <>
              signed in <Ago at={signedInAt} />
            </>
          )}
          {" · "}
          {sessionWords(sessions)}
        </>
      }
    >
      {acts.map(({ act, words, label, icon }) => (
        <RefusableButton
          key={act}
          label={label(name)}
          refusal={accountRefusal(act, name, accounts, me?.name ?? "")}
          onClick={(button) => onAsk(act, button)}
        >
          {icon} {words}
        </RefusableButton>
      ))}
    </Entry>
  );
}
