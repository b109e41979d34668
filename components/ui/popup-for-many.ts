import { useSyncExternalStore } from "react";

/** What a popup was opened for, and the button that it belongs to. */
export type Opened<T> = { button: HTMLElement; about: T };

/**
 * Ties the buttons of many rows to the one popup that serves them all. The rows stay light, and what makes the popup can be
 * loaded when it opens first.
 */
export function popupForMany<T>() {
  let opened: Opened<T> | null = null;
  const listeners = new Set<() => void>();
  const set = (next: Opened<T> | null) => {
    opened = next;
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };
  return {
    open: (button: HTMLElement, about: T) => set({ button, about }),
    close: () => set(null),
    useOpened: () =>
      useSyncExternalStore(
        subscribe,
        () => opened,
        () => null,
      ),
  };
}
