"use client";

import { Check, Copy, TextSelect } from "lucide-react";
import { useRef, useState } from "react";
import type { Step } from "@/server/receives/plan";
import { Button } from "./button";

/** Each step with the exact command that runs, ready to be copied into a shell. */
export function Commands({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="space-y-3">
      {steps.map((step) => (
        <li key={step.command}>
          <Command step={step} />
        </li>
      ))}
    </ol>
  );
}

function Command({ step }: { step: Step }) {
  const text = useRef<HTMLPreElement>(null);
  const [done, setDone] = useState(false);
  // Browsers give the clipboard to HTTPS and localhost only; a NAS is often opened by plain HTTP.
  const copies = typeof navigator !== "undefined" && navigator.clipboard !== undefined;

  const take = async () => {
    if (!text.current) return;
    window.getSelection()?.selectAllChildren(text.current);
    if (!copies) return;
    await navigator.clipboard.writeText(step.command);
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  };

  return (
    <>
      <div className="flex items-end justify-between gap-3">
        <p className="pb-1 text-muted">{step.says}</p>
        <Button
          tone="quiet"
          className="-mr-2"
          onClick={() => void take()}
          aria-label={`${copies ? "Copy" : "Select"}: ${step.says}`}
        >
          {done ? <Check aria-hidden /> : copies ? <Copy aria-hidden /> : <TextSelect aria-hidden />}
          <span aria-live="polite">{done ? "Copied" : copies ? "Copy" : "Select"}</span>
        </Button>
      </div>
      <pre
        ref={text}
        className="max-h-48 overflow-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere"
      >
        {step.command}
      </pre>
    </>
  );
}
