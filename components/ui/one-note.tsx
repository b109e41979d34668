"use client";

import { CircleCheck, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useT } from "@/components/language/language";
import { Button } from "./button";

export type Note = { id: number; text: string };

/** Long enough to notice a note and to read it slowly. */
function readingTime(text: string): number {
  return 6_000 + text.length * 90;
}

/** One of the notes, until there was time to read it. */
export function OneNote({ note, onDrop }: { note: Note; onDrop: (note: Note) => void }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    let left = readingTime(note.text);
    const tick = setInterval(() => {
      if (document.visibilityState === "visible") left -= 500;
      if (left <= 0) onDrop(note);
    }, 500);
    return () => clearInterval(tick);
  }, [held, note, onDrop]);
  const look = () => setHeld(box.current?.matches(":hover, :focus-within") ?? false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only waits while somebody reads it
    <div
      ref={box}
      onPointerEnter={look}
      onPointerLeave={look}
      onFocus={look}
      onBlur={() => requestAnimationFrame(look)}
      className="pointer-events-auto flex max-w-xl items-start gap-2.5 rounded-lg border border-line-strong bg-surface py-2 pr-2 pl-4 shadow-xl"
    >
      <CircleCheck aria-hidden className="mt-1.5 size-4 shrink-0 text-ok" />
      <p className="min-w-0 py-1 whitespace-pre-wrap wrap-anywhere">{t(note.text)}</p>
      <Button tone="quiet" className="px-2!" aria-label={t`Dismiss`} onClick={() => onDrop(note)}>
        <X aria-hidden />
      </Button>
    </div>
  );
}
