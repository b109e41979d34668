"use client";

import { useRef } from "react";
import { CopyButton } from "./copy-button";

/** A command in as little room as it needs, with the host whose shell it is for. */
export function CommandLine({ host, command, label }: { host: string; command: string; label: string }) {
  const text = useRef<HTMLElement>(null);
  return (
    <div className="flex items-start gap-1">
      <pre className="my-1.5 min-w-0 flex-1 rounded border border-line bg-sunken px-2 py-0.5 font-mono text-xs/5 whitespace-pre-wrap wrap-anywhere lg:my-1">
        <span className="text-muted select-none">{host}# </span>
        <code ref={text}>{command}</code>
      </pre>
      <CopyButton wordless text={command} shown={text} label={label} />
    </div>
  );
}
