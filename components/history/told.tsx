"use client";

import { useId } from "react";
import { useT } from "@/components/language/language";
import { hasEnded } from "@/components/transfers/words";
import type { Transfer } from "@/server/transfers/types";
import { LiveCurve } from "./live-curve";
import { LiveLog } from "./live-log";

/**
 * What a transfer tells of itself: its rate and both sides' words while it runs. When it has ended it stays where it is, for
 * the last words are those that matter.
 */
export function Told({ transfer }: { transfer: Transfer }) {
  const t = useT();
  const id = useId();
  const ended = hasEnded(transfer.state);
  return (
    <section aria-labelledby={id} className="rounded-lg border border-line bg-surface px-4 py-3.5 sm:px-5">
      <h2 id={id} className="mb-1 text-base font-semibold">
        {ended ? t`The last attempt` : t`As it runs`}
      </h2>
      {!ended && <LiveCurve transfer={transfer} />}
      <LiveLog transfer={transfer} />
    </section>
  );
}
