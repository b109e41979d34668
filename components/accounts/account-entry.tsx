"use client";

import { KeyRound, Trash2, UserCog } from "lucide-react";
import type { ReactNode } from "react";
import { useMe } from "@/components/account/me";
import { roleNames } from "@/components/account/words";
import { useT } from "@/components/language/language";
import { Badge } from "@/components/ui/badge";
import { Ago } from "@/components/ui/clock";
import { Entry } from "@/components/ui/entry";
import { RefusableButton } from "@/components/ui/refusable-button";
import type { ListedAccount } from "@/server/access/accounts";
import { type AccountAct, accountRefusal } from "@/server/api/rights";
import { type Said, say } from "@/server/say";
import { sessionWords } from "./words";

const acts: readonly { act: AccountAct; words: Said; label: (name: string) => Said; icon: ReactNode }[] = [
  {
    act: "setRole",
    words: say`Role…`,
    label: (name) => say`Change the role of ${name}`,
    icon: <UserCog aria-hidden />,
  },
  {
    act: "setPassword",
    words: say`Password…`,
    label: (name) => say`Set a password for ${name}`,
    icon: <KeyRound aria-hidden />,
  },
  { act: "remove", words: say`Remove…`, label: (name) => say`Remove ${name}`, icon: <Trash2 aria-hidden /> },
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
  const t = useT();
  const me = useMe();
  return (
    <Entry
      label={name}
      title={
        <>
          {name} <Badge tone={role === "admin" ? "accent" : "neutral"}>{t(roleNames[role])}</Badge>{" "}
          {name === me?.name && <Badge>{t`you`}</Badge>}
        </>
      }
      facts={
        <>
          {elsewhere
            ? t`Signs in at the provider`
            : secondFactor
              ? t`Second factor: yes`
              : t`Second factor: no`}
          {" · "}
          {signedInAt === null ? t`never signed in` : t.rich`signed in ${<Ago at={signedInAt} />}`}
          {" · "}
          {t(sessionWords(sessions))}
        </>
      }
    >
      {acts.map(({ act, words, label, icon }) => {
        const refusal = accountRefusal(act, name, accounts, me?.name ?? "");
        return (
          <RefusableButton
            key={act}
            label={t(label(name))}
            refusal={refusal && t(refusal)}
            onClick={(button) => onAsk(act, button)}
          >
            {icon} {t(words)}
          </RefusableButton>
        );
      })}
    </Entry>
  );
}
