"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { LogOut } from "lucide-react";
import { useRef, useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Ago } from "@/components/ui/clock";
import { Entries, Entry } from "@/components/ui/entry";
import { ErrorProblem } from "@/components/ui/error-problem";
import { NotYet } from "@/components/ui/not-yet";
import { RefusableButton } from "@/components/ui/refusable-button";

const lookAfter = 30_000;

/** Where one is signed in, and how that ends without going there. */
export function Sessions() {
  const t = useT();
  const trpc = useTRPC();
  const heading = useRef<HTMLHeadingElement>(null);
  const [ended, setEnded] = useState("");
  const asking = useQuery(
    trpc.session.list.queryOptions(undefined, { staleTime: 0, refetchInterval: lookAfter }),
  );
  const over = async (words: string) => {
    await asking.refetch();
    setEnded(words);
    // The button that was pressed is gone.
    heading.current?.focus();
  };
  const revoke = useMutation(trpc.session.revoke.mutationOptions());
  const revokeOthers = useMutation(
    trpc.session.revokeOthers.mutationOptions({
      onSuccess: () => over(t`Wherever else you were signed in, you are not any more.`),
    }),
  );
  const error = plainError(revoke.error ?? revokeOthers.error);
  const sessions = asking.data;
  const others = sessions?.some(({ current }) => !current) ?? false;
  return (
    <section aria-labelledby="sessions" className="mt-8">
      <h2 id="sessions" ref={heading} tabIndex={-1} className="text-base font-semibold outline-none">
        {t`Sessions`}
      </h2>
      <p className="mt-1 max-w-prose text-muted">
        {t`Where you are signed in. A session ends after seven days, or when you end it here; its page leaves within 15 seconds.`}
      </p>
      {sessions ? (
        <Entries label={t`Sessions`}>
          {sessions.map(({ id, device, since, seenAt, current }) => (
            <Entry
              key={id}
              label={current ? t`${device}, this one` : t(device)}
              title={
                <>
                  {t(device)} {current && <Badge tone="accent">{t`this one`}</Badge>}
                </>
              }
              facts={
                <>
                  {t.rich`Signed in ${<Ago at={since} />}`}
                  {" · "}
                  {current ? t`in use now` : t.rich`last seen ${<Ago at={seenAt} />}`}
                </>
              }
            >
              {!current && (
                <Button
                  aria-label={t`Sign out ${device}`}
                  disabled={revoke.isPending}
                  onClick={() =>
                    revoke.mutate({ id }, { onSuccess: () => over(t`${device} is signed out.`) })
                  }
                >
                  <LogOut aria-hidden /> {t`Sign out`}
                </Button>
              )}
            </Entry>
          ))}
        </Entries>
      ) : (
        <NotYet error={plainError(asking.error)} onLookAgain={() => void asking.refetch()} />
      )}
      {error && (
        <div className="mt-3">
          <ErrorProblem error={error} />
        </div>
      )}
      {sessions && (
        <div className="mt-3 flex flex-wrap items-center gap-3">
          <RefusableButton
            refusal={others ? null : t`You are signed in nowhere else.`}
            disabled={revokeOthers.isPending}
            onClick={() => revokeOthers.mutate()}
          >
            <LogOut aria-hidden /> {t`Sign out everywhere else`}
          </RefusableButton>
          <p role="status" className="text-muted wrap-anywhere">
            {ended}
          </p>
        </div>
      )}
    </section>
  );
}
