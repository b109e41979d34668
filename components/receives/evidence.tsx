"use client";

import { useState } from "react";
import { Ago } from "@/components/ui/clock";
import { CommandLine } from "@/components/ui/command-line";
import type { Verdict } from "@/server/receives/types";

/** What a verdict rests on, folded away until asked for: each fact with the command that showed it. */
export function Evidence({ verdict: { evidence, judgedAt } }: { verdict: Verdict }) {
  const [open, setOpen] = useState(false);
  const judged = (
    <>
      judged <Ago at={judgedAt} />
    </>
  );
  if (evidence.length === 0)
    return <p className="py-1 text-xs text-muted first-letter:uppercase">{judged}</p>;
  return (
    <details
      // It may have been opened before the page was live.
      ref={(element) => {
        if (element?.open) setOpen(true);
      }}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="w-fit rounded py-1 text-xs text-muted hover:text-ink pointer-coarse:py-3">
        How we know · {judged}
      </summary>
      {/* Thousands of rows stay light: what nobody looks at is not there. */}
      {open && (
        <ul className="mt-1 space-y-2 border-l-2 border-line pl-3">
          {evidence.map(({ says, host, command }) => (
            <li key={`${host} ${says}`}>
              <p className="text-xs/5 whitespace-pre-wrap wrap-anywhere">{says}</p>
              {command !== "" && <CommandLine host={host} command={command} label={says} />}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
