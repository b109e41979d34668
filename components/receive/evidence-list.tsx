"use client";

import { useT } from "@/components/language/language";
import { CommandLine } from "@/components/ui/command-line";
import type { Evidence } from "@/server/receives/types";

/** What a verdict rests on: each fact with the command that showed it. */
export function EvidenceList({ evidence }: { evidence: readonly Evidence[] }) {
  const t = useT();
  return (
    <ul className="space-y-2.5">
      {evidence.map(({ says, host, command }) => (
        <li key={`${host} ${says}`}>
          <p className="whitespace-pre-wrap wrap-anywhere">{t(says)}</p>
          {command !== "" && <CommandLine host={host} command={command} label={t(says)} />}
        </li>
      ))}
    </ul>
  );
}
