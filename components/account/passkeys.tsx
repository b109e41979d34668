"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { KeyRound, Trash2 } from "lucide-react";
import { type FormEvent, useId, useRef, useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC, useTRPCClient } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { Ago } from "@/components/ui/clock";
import { Entries, Entry } from "@/components/ui/entry";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Field, inputClass } from "@/components/ui/field";
import { NotYet } from "@/components/ui/not-yet";
import { RefusableButton } from "@/components/ui/refusable-button";
import { madePasskey, passkeyError } from "./browser-passkeys";

/** One's own passkeys: what there is, one more, one less. */
export function Passkeys() {
  const t = useT();
  const trpc = useTRPC();
  const server = useTRPCClient();
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const [name, setName] = useState("");
  const [said, setSaid] = useState("");
  const asking = useQuery(trpc.session.passkeys.queryOptions(undefined, { staleTime: 0 }));
  const over = async (words: string) => {
    await asking.refetch();
    setSaid(words);
  };
  const add = useMutation({
    mutationFn: async () => {
      const made = await madePasskey(server);
      await server.session.addPasskey.mutate({ name, made });
    },
    onSuccess: () => {
      setName("");
      return over(t`${name.trim()} signs you in from now on.`);
    },
  });
  const remove = useMutation(trpc.session.removePasskey.mutationOptions());
  const error = passkeyError(add.error) ?? plainError(remove.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate();
  };
  const { passkeys, refusal } = asking.data ?? {};
  return (
    <section aria-labelledby="passkeys" className="mt-8">
      <h2 id="passkeys" ref={heading} tabIndex={-1} className="text-base font-semibold outline-none">
        {t`Passkeys`}
      </h2>
      <p className="mt-1 max-w-prose text-muted">
        {t`A key that your device or password manager keeps, and uses when you unlock it. It signs you in without password and code, at the site it was made for, and cannot be given to another one by mistake.`}
      </p>
      {passkeys ? (
        passkeys.length > 0 && (
          <Entries label={t`Passkeys`}>
            {passkeys.map((one) => (
              <Entry
                key={one.id}
                label={one.name}
                title={one.name}
                facts={
                  <>
                    {t`For ${one.site}`} · {t.rich`made ${<Ago at={one.madeAt} />}`} ·{" "}
                    {one.usedAt === null ? t`never used` : t.rich`used ${<Ago at={one.usedAt} />}`}
                  </>
                }
              >
                <Button
                  aria-label={t`Remove ${one.name}`}
                  disabled={remove.isPending}
                  onClick={() =>
                    remove.mutate(
                      { id: one.id },
                      {
                        onSuccess: async () => {
                          await over(t`${one.name} signs nobody in any more.`);
                          // The button that was pressed is gone.
                          heading.current?.focus();
                        },
                      },
                    )
                  }
                >
                  <Trash2 aria-hidden /> {t`Remove`}
                </Button>
              </Entry>
            ))}
          </Entries>
        )
      ) : (
        <NotYet error={plainError(asking.error)} onLookAgain={() => void asking.refetch()} />
      )}
      {asking.data && (
        <form
          method="post"
          onSubmit={submit}
          className="mt-3 space-y-4 rounded-lg border border-line bg-surface px-4 py-4 sm:px-5"
        >
          {refusal ? (
            <p>
              <span className="font-medium">{t`None can be made here.`}</span> {t(refusal)}
            </p>
          ) : (
            <div className="max-w-xs">
              <Field id={id} label={t`Name of a new one`} help={t`So that you recognise it in the list.`}>
                <input
                  id={id}
                  required
                  autoComplete="off"
                  aria-describedby={`${id}-help`}
                  placeholder={t`Phone, security key…`}
                  maxLength={64}
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                  className={inputClass}
                />
              </Field>
            </div>
          )}
          {error && <ErrorProblem error={error} />}
          <div className="flex flex-wrap items-center gap-3">
            {refusal ? (
              <RefusableButton refusal={t(refusal)} onClick={() => {}}>
                <KeyRound aria-hidden /> {t`Make a passkey`}
              </RefusableButton>
            ) : (
              <Button type="submit" disabled={add.isPending}>
                <KeyRound aria-hidden /> {t`Make a passkey`}
              </Button>
            )}
            <p role="status" className="text-muted wrap-anywhere">
              {said}
            </p>
          </div>
        </form>
      )}
    </section>
  );
}
