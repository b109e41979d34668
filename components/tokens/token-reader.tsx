"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Scissors } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Problem } from "@/components/ui/problem";
import { useSettled } from "@/components/ui/use-settled";
import { listed } from "@/server/say";
import type { PastedToken } from "@/server/zfs/token-paste";
import { TokenFacts } from "./token-facts";
import { missingParts, tokenInWords } from "./words";

/** Paste a token, read what it says. */
export function TokenReader() {
  const t = useT();
  const inputId = useId();
  const helpId = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  // What was pasted before the page was ready, or is put back by the browser after a reload.
  useEffect(() => setText(input.current?.value ?? ""), []);

  const settled = useSettled(text, 300);
  const empty = settled.trim() === "";
  const trpc = useTRPC();
  const { data, error, isPlaceholderData } = useQuery(
    trpc.tokens.decode.queryOptions(
      { token: settled },
      { enabled: !empty, staleTime: Number.POSITIVE_INFINITY, gcTime: 0, placeholderData: keepPreviousData },
    ),
  );
  const reading = empty ? undefined : data;
  const problem = empty ? null : plainError(error);

  return (
    <div className="space-y-6">
      <div>
        <h1 className="text-xl font-semibold tracking-tight sm:text-2xl">{t`Read a resume token`}</h1>
        <label htmlFor={inputId} className="mt-5 block font-semibold">
          {t`Resume token`}
        </label>
        <p id={helpId} className="mt-0.5 text-muted">
          {t`Paste it as you found it: line breaks, quotes and the command around it do no harm.`}
        </p>
        <textarea
          id={inputId}
          ref={input}
          rows={6}
          onChange={(event) => setText(event.target.value)}
          aria-describedby={helpId}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          className="mt-2 w-full rounded-md border border-muted bg-surface px-3 py-2 font-mono text-base wrap-anywhere lg:text-sm"
        />
      </div>
      <div aria-busy={isPlaceholderData} className={`space-y-4 ${isPlaceholderData ? "opacity-50" : ""}`}>
        <div aria-live="polite" className="space-y-4">
          {reading && <InWords reading={reading} />}
        </div>
        {problem && <Problem sentence={t(problem.sentence)} stderr={problem.stderr} />}
        {reading && <Facts reading={reading} />}
      </div>
      <Help />
    </div>
  );
}

function knownOf(reading: PastedToken) {
  return reading.kind === "whole" ? reading.token : reading.readable;
}

function InWords({ reading }: { reading: PastedToken }) {
  const t = useT();
  const words = tokenInWords(knownOf(reading), t.language);
  return (
    <>
      {reading.kind === "cut-off" && <CutOff reading={reading} />}
      {words !== null && (
        <p className="text-base font-medium whitespace-pre-wrap wrap-anywhere">{t(words)}</p>
      )}
    </>
  );
}

function CutOff({ reading }: { reading: Extract<PastedToken, { kind: "cut-off" }> }) {
  const t = useT();
  const missing = missingParts(reading.readable);
  return (
    <div className="flex gap-2.5 rounded-md bg-attention-soft px-3 py-2.5">
      <Scissors aria-hidden className="mt-0.5 size-4 shrink-0 text-attention" />
      <div className="min-w-0 space-y-1">
        <p className="font-medium wrap-anywhere">{t(reading.sentence)}</p>
        {missing.length > 0 && <p>{t`Missing: ${listed(missing)}.`}</p>}
        <p className="text-muted">
          {t`No checksum vouches for what is left of it. Copy the whole token, if you can.`}
        </p>
      </div>
    </div>
  );
}

function Facts({ reading }: { reading: PastedToken }) {
  const t = useT();
  const known = knownOf(reading);
  if (Object.keys(known).length === 0) return null;
  return (
    <section aria-label={t`Everything it says`}>
      <TokenFacts token={known} />
    </section>
  );
}

function Help() {
  const t = useT();
  return (
    <section aria-labelledby="about-tokens" className="max-w-prose space-y-2 text-muted">
      <h2 id="about-tokens" className="font-semibold text-ink">
        {t`About resume tokens`}
      </h2>
      <p>
        {t`ZFS keeps one with each interrupted receive, on the machine that was receiving. It says from where the sending machine goes on:`}
      </p>
      <pre className="overflow-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs whitespace-pre-wrap text-ink wrap-anywhere">
        zfs get -H -o value receive_resume_token DATASET
      </pre>
      <p>
        {t.rich`A token is not signed: whoever can write one can choose the snapshot that is sent. Check the name before you run ${<code className="font-mono">zfs send -t</code>} by hand.`}
      </p>
      <p>{t`What you paste goes to this Halfway server and nowhere else, and is not stored.`}</p>
    </section>
  );
}
