"use client";

import { useId } from "react";
import { formatBytes } from "@/components/format";
import { useLocalTime } from "@/components/ui/clock";
import { Commands } from "@/components/ui/commands";
import { Verbatim } from "@/components/ui/verbatim";
import type { PastAttempt } from "@/server/transfers/history";
import { RateCurve } from "./rate-curve";
import { broughtWords, exitsOf } from "./words";

/** One run of a pipeline: how it ended, what it brought and how fast, and what both sides said. */
export function Attempt({ attempt }: { attempt: PastAttempt }) {
  const { number, startedAt, endedAt, before, sent, total, message, exitCodes, steps, curve } = attempt;
  const id = useId();
  const began = useLocalTime(startedAt);
  return (
    <section aria-labelledby={id} className="rounded-lg border border-line bg-surface px-4 py-3.5">
      <h3 id={id} className="font-semibold">
        Attempt {number}
      </h3>
      <p className="wrap-anywhere">{message}</p>
      <dl className="mt-2 grid gap-x-6 gap-y-2 text-xs sm:grid-cols-2 [&_dt]:text-muted">
        <div>
          <dt>Began</dt>
          <dd>
            <time dateTime={new Date(startedAt).toISOString()}>{began}</time>
          </dd>
        </div>
        <div>
          <dt>Brought</dt>
          <dd>{broughtWords(sent, endedAt - startedAt)}</dd>
        </div>
        <div>
          <dt>There before it</dt>
          <dd>
            {formatBytes(before)}
            {total !== null && ` of ${formatBytes(total)}`}
          </dd>
        </div>
        <div>
          <dt>How it ended</dt>
          <dd>
            {exitsOf(exitCodes).map(({ command, words }) => (
              <p key={command}>
                {command}: {words}
              </p>
            ))}
          </dd>
        </div>
      </dl>
      <RateCurve curve={curve} />
      <Said attempt={attempt} />
      <details>
        <summary className="w-fit rounded py-1 text-muted hover:text-ink">Commands</summary>
        <div className="mt-1">
          <Commands steps={steps} />
        </div>
      </details>
    </section>
  );
}

const sides = {
  before: "What ran before said",
  send: "zfs send said",
  receive: "zfs receive said",
  pipeline: "What joins them said",
} as const;

/** What each side wrote to its stderr. Both ends are named even where they said nothing. */
function Said({ attempt: { stderr } }: { attempt: PastAttempt }) {
  return (
    <div className="mt-2">
      {(["before", "send", "receive", "pipeline"] as const).map((side) => {
        const text = stderr[side].trim();
        if (text !== "") return <Verbatim key={side} summary={sides[side]} text={text} />;
        const end = side === "send" || side === "receive";
        return end ? (
          <p key={side} className="py-1 text-muted">
            {sides[side]} nothing.
          </p>
        ) : null;
      })}
    </div>
  );
}
