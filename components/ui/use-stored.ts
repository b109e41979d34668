"use client";

import { useCallback, useSyncExternalStore } from "react";

// The browser tells other tabs only: this one is told here.
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

/** What this browser keeps under a name; null for nothing, on the server too, and where it keeps nothing for anybody. */
export function useStored(name: string): [value: string | null, store: (value: string | null) => void] {
  const value = useSyncExternalStore(
    subscribe,
    () => stored(name),
    () => null,
  );
  const store = useCallback(
    (next: string | null) => {
      try {
        if (next === null) localStorage.removeItem(name);
        else localStorage.setItem(name, next);
      } catch {
        // It is kept for nobody then: the page works all the same.
      }
      for (const listener of listeners) listener();
    },
    [name],
  );
  return [value, store];
}

/** The same, asked once. */
export function stored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
