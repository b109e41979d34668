"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { wayToFinish } from "@/components/receives/words";
import { Commands } from "@/components/ui/commands";
import { NotYet } from "@/components/ui/not-yet";
import { Card } from "./card";
import type { ReceiveState } from "./use-receive";

/** The exact commands: of the last attempt, and those that finishing it would run. */
export function WhatRuns({ state }: { state: ReceiveState }) {
  const { id, listed, inspected, transfers, active, hostState } = state;
  const t = useT();
  const receive = listed ?? inspected;
  const answers = hostState?.status !== "offline";
  const idle = active === null && receive?.activity.kind === "idle";
  const way = receive && idle && answers ? wayToFinish(receive) : null;
  // Those of a transfer that runs are shown with it.
  const ran = active ? undefined : transfers.find(({ steps }) => steps.length > 0);
  const [open, setOpen] = useState(false);
  if (way === null && !ran) return null;
  return (
    <Card title={t`Commands`}>
      {ran && (
        <details>
          <summary className={summary}>{t`What the last transfer ran`}</summary>
          <div className="mt-1 mb-2">
            <Commands steps={ran.steps} />
          </div>
        </details>
      )}
      {receive && way && (
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary className={summary}>
            {way.intent === "resume" ? t`What Resume would run` : t`What Resume with rollback would run`}
          </summary>
          {open && <Planned id={id} fingerprint={receive.fingerprint} intent={way.intent} />}
        </details>
      )}
    </Card>
  );
}

const summary = "w-fit rounded py-1 text-muted hover:text-ink pointer-coarse:py-3";

function Planned(asked: { id: string; fingerprint: string; intent: "resume" | "resume-with-rollback" }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.receives.plan.queryOptions(asked, { staleTime: 0, gcTime: 0 }),
  );
  if (!data) return <NotYet error={plainError(error)} onLookAgain={() => void refetch()} />;
  return (
    <div className="mt-1">
      <Commands steps={[...data.steps, ...data.holds]} />
    </div>
  );
}
