"use client";

import { useId } from "react";
import { formatBytes } from "@/components/format";
import { useT } from "@/components/language/language";
import { useLocalTime } from "@/components/ui/clock";
import { Commands } from "@/components/ui/commands";
import { Verbatim } from "@/components/ui/verbatim";
import { type Said, say } from "@/server/say";
import type { PastAttempt } from "@/server/transfers/history";
import type { Side } from "@/server/transfers/log";
import { RateCurve } from "./rate-curve";
import { broughtWords, exitsOf } from "./words";

/** One run of a pipeline: how it ended, what it brought and how fast, and what both sides said. */
export function Attempt({ attempt }: { attempt: PastAttempt }) {
  const t = useT();
  const { number, startedAt, endedAt, before, sent, total, message, exitCodes, steps, curve } = attempt;
  const id = useId();
  const began = useLocalTime(startedAt);
  return (
    <section aria-labelledby={id} className="rounded-lg border border-line bg-surface px-4 py-3.5">
      <h3 id={id} className="font-semibold">
        {t`Attempt ${number}`}
      </h3>
      <p className="wrap-anywhere">{t(message)}</p>
      <dl className="mt-2 grid gap-x-6 gap-y-2 text-xs sm:grid-cols-2 [&_dt]:text-muted">
        <div>
          <dt>{t`Began`}</dt>
          <dd>
            <time dateTime={new Date(startedAt).toISOString()}>{began}</time>
          </dd>
        </div>
        <div>
          <dt>{t`Brought`}</dt>
          <dd>{t(broughtWords(sent, endedAt - startedAt))}</dd>
        </div>
        <div>
          <dt>{t`There before it`}</dt>
          <dd>{total === null ? formatBytes(before) : t`${formatBytes(before)} of ${formatBytes(total)}`}</dd>
        </div>
        <div>
          <dt>{t`How it ended`}</dt>
          <dd>
            {exitsOf(exitCodes).map((words) => (
              <p key={words}>{t(words)}</p>
            ))}
          </dd>
        </div>
      </dl>
      <RateCurve curve={curve} />
      <Spoken attempt={attempt} />
      <details>
        <summary className="w-fit rounded py-1 text-muted hover:text-ink pointer-coarse:py-3">
          {t`Commands`}
        </summary>
        <div className="mt-1">
          <Commands steps={steps} />
        </div>
      </details>
    </section>
  );
}

const sides: Record<Side, Said> = {
  before: say`What ran before said`,
  send: say`zfs send said`,
  receive: say`zfs receive said`,
  pipeline: say`What joins them said`,
};

/** What each side wrote to its stderr. Both ends are named even where they said nothing. */
function Spoken({ attempt: { stderr } }: { attempt: PastAttempt }) {
  const t = useT();
  return (
    <div className="mt-2">
      {(["before", "send", "receive", "pipeline"] as const).map((side) => {
        const text = stderr[side].trim();
        if (text !== "") return <Verbatim key={side} summary={t(sides[side])} text={text} />;
        const end = side === "send" || side === "receive";
        return end ? (
          <p key={side} className="py-1 text-muted">
            {side === "send" ? t`zfs send said nothing.` : t`zfs receive said nothing.`}
          </p>
        ) : null;
      })}
    </div>
  );
}
