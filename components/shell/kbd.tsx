"use client";

import { Fragment, useSyncExternalStore } from "react";
import { useT } from "@/components/language/language";
import { presses } from "./keys";

/** The keys of a shortcut, as they are written on the keyboard. */
export function Keys({ keys, className = "" }: { keys: string; className?: string }) {
  const t = useT();
  const names = useKeyNames();
  return (
    <span className={`whitespace-nowrap ${className}`}>
      {presses(keys).map((press, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the presses of a shortcut never change places
        <Fragment key={at}>
          {at > 0 && <span className="mx-1 text-xs text-muted">{t`then`}</span>}
          {press.split("+").map((key, place) => (
            <kbd
              // biome-ignore lint/suspicious/noArrayIndexKey: nor do its keys
              key={place}
              className="ml-0.5 inline-block min-w-6 rounded border border-line-strong bg-sunken px-1.5 text-center font-sans text-xs/5 first:ml-0"
            >
              {names[key] ?? (key.length === 1 ? key.toUpperCase() : key)}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}

function useKeyNames(): Record<string, string> {
  const t = useT();
  const mac = useSyncExternalStore(
    () => () => {},
    () => /Mac|iPhone|iPad/.test(navigator.platform),
    () => false,
  );
  return {
    ...{ Mod: mac ? "⌘" : t`Ctrl`, Shift: t`Shift`, Enter: t`Enter`, Escape: t`Esc` },
    ...{ ArrowUp: "↑", ArrowDown: "↓", Space: t`Space` },
  };
}
