"use client";

import { type RefObject, useEffect, useRef } from "react";

/**
 * What has the focus may be taken away, as a Resume button is that worked: the focus of who uses the keyboard goes to its row
 * then, or to the page's heading, and not to the top of the page.
 */
export function useKeptFocus(area: RefObject<HTMLElement | null>): void {
  const last = useRef<{ element: Element; row: string | undefined } | null>(null);
  useEffect(() => {
    const note = ({ target }: FocusEvent) => {
      const inside = target instanceof Element && area.current?.contains(target);
      const row = inside ? target.closest<HTMLElement>("[data-receive]")?.dataset.receive : undefined;
      last.current = inside && target.matches(":focus-visible") ? { element: target, row } : null;
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, [area]);
  useEffect(() => {
    if (!last.current || last.current.element.isConnected || document.activeElement !== document.body) return;
    const { row } = last.current;
    last.current = null;
    const instead = row && area.current?.querySelector<HTMLElement>(`[data-receive="${CSS.escape(row)}"]`);
    (instead || document.querySelector("h1"))?.focus({ preventScroll: true });
  });
}
