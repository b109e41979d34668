"use client";

import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import type { Note } from "./one-note";

const OneNote = lazy(async () => ({ default: (await import("./one-note")).OneNote }));

/**
 * What has just been done, said once where everybody sees and hears it. It goes by itself when there was time to read it, not
 * while it is pointed at, has the focus, or the tab is not looked at. What went wrong is no note: it stays where it happened.
 */
export function StatusNote({ text, onDismiss }: { text: string | null; onDismiss: () => void }) {
  const [notes, setNotes] = useState<readonly Note[]>([]);
  const next = useRef(0);
  useEffect(() => {
    if (text !== null) setNotes((before) => [...before.slice(-2), { id: next.current++, text }]);
  }, [text]);
  const latest = useRef({ text, onDismiss });
  useEffect(() => {
    latest.current = { text, onDismiss };
  });
  const drop = useCallback((note: Note) => {
    setNotes((before) => before.filter(({ id }) => id !== note.id));
    if (latest.current.text === note.text) latest.current.onDismiss();
  }, []);
  return (
    <div
      role="status"
      // Each note is read when it comes, not all of them again.
      aria-atomic="false"
      className="pointer-events-none fixed inset-x-0 bottom-0 z-10 flex flex-col items-center gap-2 px-4 pb-4 sm:pb-6"
    >
      {notes.map((note) => (
        <Suspense key={note.id}>
          <OneNote note={note} onDrop={drop} />
        </Suspense>
      ))}
    </div>
  );
}
