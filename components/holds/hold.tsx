"use client";

import { LockOpen } from "lucide-react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useT } from "@/components/language/language";
import { Badge, type Tone } from "@/components/ui/badge";
import { Ago } from "@/components/ui/clock";
import { type Said, say } from "@/server/say";
import type { HeldSnapshot } from "@/server/transfers/holds";
import type { Need } from "./words";

const badges: Record<Need["kind"], { tone: Tone; words: Said }> = {
  transfer: { tone: "accent", words: say`in use` },
  receive: { tone: "attention", words: say`needed` },
  nothing: { tone: "neutral", words: say`not needed` },
  unknown: { tone: "neutral", words: say`not known` },
};

/** One snapshot that is held: since when, for what, and whether that still needs it. */
export function Hold({
  held: { snapshot, since, madeAt, for: target, tag },
  need,
  onRelease,
}: {
  held: HeldSnapshot;
  need: Need;
  onRelease: (button: HTMLElement) => void;
}) {
  const t = useT();
  const { tone, words } = badges[need.kind];
  const when = madeAt === null ? t`since ${since}` : <Ago at={madeAt} />;
  return (
    <li
      aria-label={snapshot}
      className="flex flex-col gap-3 px-4 py-3.5 sm:flex-row sm:items-start sm:justify-between"
    >
      <div className="min-w-0 space-y-0.5">
        <p className="font-medium wrap-anywhere whitespace-pre-wrap">
          {snapshot} <Badge tone={tone}>{t(words)}</Badge>
        </p>
        <p className="text-xs/5 text-muted wrap-anywhere whitespace-pre-wrap">
          {target
            ? t.rich`Held ${when} for ${target.dataset} on ${target.host} · tag ${<code>{tag}</code>}`
            : t.rich`Held ${when} · tag ${<code>{tag}</code>}`}
        </p>
        <p className="wrap-anywhere">{t(need.words)}</p>
      </div>
      <AllowedButton
        act="holds.release"
        className="shrink-0"
        aria-label={t`Release ${snapshot}`}
        onClick={(event) => onRelease(event.currentTarget)}
      >
        <LockOpen aria-hidden /> {t`Release…`}
      </AllowedButton>
    </li>
  );
}
