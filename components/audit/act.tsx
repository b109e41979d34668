"use client";

import { useT } from "@/components/language/language";
import { Badge } from "@/components/ui/badge";
import { useLocalTime } from "@/components/ui/clock";
import type { PastAct } from "@/server/audit/audit";
import { aboutWords, byWords, outcomeWords, wordsOf } from "./words";

/** One act: who did what to what, how it ended, and what ran. */
export function Act({ act }: { act: PastAct }) {
  const t = useT();
  const { at, verdict, commands, fingerprint, words, outcome } = act;
  const { words: ended, tone } = outcomeWords[outcome ?? "open"];
  const about = aboutWords(act);
  return (
    <li aria-label={t(wordsOf(act.act))} className="space-y-0.5 px-4 py-3">
      <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
        <span className="font-medium">{t(wordsOf(act.act))}</span>
        <Badge tone={tone}>{t(ended)}</Badge>
      </p>
      {about !== null && <p className="wrap-anywhere whitespace-pre-wrap">{t(about)}</p>}
      <p className="text-xs/5 text-muted wrap-anywhere">
        <time dateTime={new Date(at).toISOString()}>{useLocalTime(at)}</time> · {t(byWords(act))}
      </p>
      {words !== null && <p className="wrap-anywhere whitespace-pre-wrap">{t(words)}</p>}
      {(commands.length > 0 || verdict !== null) && (
        <details>
          <summary className="w-fit rounded py-1 text-muted hover:text-ink pointer-coarse:py-3">
            {t`What ran, and why it could`}
          </summary>
          <div className="space-y-1.5 pt-1">
            {verdict !== null && <p className="wrap-anywhere">{t`The verdict then: ${verdict}`}</p>}
            {fingerprint !== null && <p>{t.rich`Of the resume token ${<code>{fingerprint}</code>}`}</p>}
            {commands.map((command) => (
              <pre
                key={command}
                className="max-h-48 overflow-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere"
              >
                {command}
              </pre>
            ))}
          </div>
        </details>
      )}
    </li>
  );
}
