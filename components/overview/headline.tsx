"use client";

import { ArrowDownToLine, CircleCheck, CircleHelp, CirclePause, LoaderCircle } from "lucide-react";
import { Ago } from "@/components/ui/clock";
import type { Summary } from "./summary";

/** The first thing to read: whether anything needs a person. */
export function Headline({ summary }: { summary: Summary }) {
  const { sentence, outlook, caveat, checkedAt } = summary;
  return (
    <div className="flex gap-3 sm:gap-4">
      <MoodIcon mood={summary.mood} />
      <div className="min-w-0">
        <div aria-live="polite">
          <h1
            tabIndex={-1}
            className="outline-none text-xl font-semibold tracking-tight text-balance sm:text-2xl"
          >
            {sentence}
          </h1>
          {outlook !== null && <p className="mt-1 text-base text-pretty">{outlook}</p>}
          {caveat !== null && <p className="mt-1 text-attention wrap-anywhere">{caveat}</p>}
        </div>
        {checkedAt !== null && (
          <p className="mt-1 text-muted">
            Checked <Ago at={checkedAt} />.
          </p>
        )}
      </div>
    </div>
  );
}

function MoodIcon({ mood }: { mood: Summary["mood"] }) {
  const className = "mt-0.5 size-6 shrink-0 sm:size-7";
  switch (mood) {
    case "fine":
      return <CircleCheck aria-hidden className={`${className} text-ok`} />;
    case "busy":
      return <ArrowDownToLine aria-hidden className={`${className} text-accent`} />;
    case "attention":
      return <CirclePause aria-hidden className={`${className} text-attention`} />;
    case "unknown":
      return <CircleHelp aria-hidden className={`${className} text-attention`} />;
    case "reading":
      return <LoaderCircle aria-hidden className={`${className} animate-spin text-muted`} />;
  }
}
