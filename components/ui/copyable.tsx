"use client";

import { useRef } from "react";
import { CopyButton } from "./copy-button";

/** A value that people take elsewhere: one click selects it, another copies it. */
export function Copyable({ text, label }: { text: string; label: string }) {
  const shown = useRef<HTMLElement>(null);
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code ref={shown} className="min-w-0 font-mono whitespace-pre-wrap select-all wrap-anywhere">
        {text}
      </code>
      <span className="inline-flex shrink-0 lg:-my-1.5">
        <CopyButton wordless text={text} shown={shown} label={label} />
      </span>
    </span>
  );
}
