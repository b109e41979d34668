"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "./button";

/** A value that people take elsewhere: one click selects it, another copies it. */
export function Copyable({ text, label }: { text: string; label: string }) {
  const [done, setDone] = useState(false);
  // Browsers give the clipboard to HTTPS and localhost only; elsewhere the value can still be selected.
  const copies = typeof navigator !== "undefined" && navigator.clipboard !== undefined;

  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  };

  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className="min-w-0 font-mono whitespace-pre-wrap select-all wrap-anywhere">{text}</code>
      {copies && (
        <Button
          tone="quiet"
          className="px-2! lg:-my-1.5"
          onClick={() => void copy()}
          aria-label={`Copy ${label}`}
        >
          {done ? <Check aria-hidden /> : <Copy aria-hidden />}
          <span aria-live="polite" className="sr-only">
            {done ? "Copied" : ""}
          </span>
        </Button>
      )}
    </span>
  );
}
