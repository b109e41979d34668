"use client";

import { LockOpen } from "lucide-react";
import { AllowedButton } from "@/components/account/allowed-button";
import { Badge, type Tone } from "@/components/ui/badge";
import { Ago } from "@/components/ui/clock";
import type { HeldSnapshot } from "@/server/transfers/holds";
import type { Need } from "./words";

const badges: Record<Need["kind"], { tone: Tone; words: string }> = {
  transfer: { tone: "accent", words: "in use" },
  receive: { tone: "attention", words: "needed" },
  nothing: { tone: "neutral", words: "not needed" },
  unknown: { tone: "neutral", words: "not known" },
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
  const { tone, words } = badges[need.kind];
  return (
    <li
      aria-label={snapshot}
      className="flex flex-col gap-3 px-4 py-3.5 sm:flex-row sm:items-start sm:justify-between"
    >
      <div className="min-w-0 space-y-0.5">
        <p className="font-medium wrap-anywhere whitespace-pre-wrap">
          {snapshot} <Badge tone={tone}>{words}</Badge>
        </p>
        <p className="text-xs/5 text-muted wrap-anywhere whitespace-pre-wrap">
          Held {madeAt === null ? `since ${since}` : <Ago at={madeAt} />}
          {target && ` for ${target.dataset} on ${target.host}`}
          {" · tag "}
          <code>{tag}</code>
        </p>
        <p className="wrap-anywhere">{need.words}</p>
      </div>
      <AllowedButton
        act="holds.release"
        className="shrink-0"
        aria-label={`Release ${snapshot}`}
        onClick={(event) => onRelease(event.currentTarget)}
      >
        <LockOpen aria-hidden /> Release…
      </AllowedButton>
    </li>
  );
}
