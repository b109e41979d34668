"use client";

import { type RefObject, useEffect, useRef } from "react";
import type { Translate } from "@/components/language/translator";
import { endWords } from "@/components/live/news";
import { type Said, say } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";

/** Why there are no notifications here; null where there can be some. */
export function notificationProblem(): Said | null {
  if (!window.isSecureContext) {
    return say`Browsers show notifications of pages only that are opened by https:// or at localhost.`;
  }
  if (!("Notification" in window)) return say`This browser shows no notifications of pages.`;
  if (Notification.permission === "denied") {
    return say`This browser was told to show no notifications of this page. Its settings for the page change that.`;
  }
  return null;
}

/** Tells of the end of a transfer. What it says is what the list says: names, never a token. */
export function show(transfer: Transfer, t: Translate): void {
  try {
    const notification = new Notification(t(endWords(transfer)), {
      body: transfer.message === null ? t`on ${transfer.host}` : t(transfer.message),
      icon: "/icon.svg",
      lang: t.language,
      // Two tabs that tell of the same end show it once.
      tag: `halfway ${transfer.id}`,
    });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
  } catch {
    // Phones want a service worker for it: there the title of the tab has to do.
  }
}

/** Whether this tab is the one of its browser that notifies. When it is closed the next one takes over. */
export function useIsNotifier(): RefObject<boolean> {
  const notifier = useRef(false);
  useEffect(() => {
    if (notificationProblem() !== null) return;
    const leaving = new AbortController();
    const until = new Promise<void>((resolve) => leaving.signal.addEventListener("abort", () => resolve()));
    navigator.locks
      .request("halfway.notifier", { signal: leaving.signal }, async () => {
        notifier.current = true;
        await until;
        notifier.current = false;
      })
      // The tab left while another one was the notifier.
      .catch(() => {});
    return () => leaving.abort();
  }, []);
  return notifier;
}
