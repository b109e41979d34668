"use client";

import { createContext, useContext, useSyncExternalStore } from "react";
import { formatAgo } from "@/components/format";
import { useT } from "@/components/language/language";

/** When the server made this page: what the browser shows first must be what the server wrote. */
export const RenderedAt = createContext(0);

// One timer for the whole page, however many ages it shows.
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) {
    now = Date.now();
    timer = setInterval(tick, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

/** A text that depends on the time, looked at each second; renders again only when the words change. */
export function useClockText(words: (now: number) => string): string {
  const t = useT();
  const renderedAt = useContext(RenderedAt);
  const text = useSyncExternalStore(
    subscribe,
    () => words(now),
    () => words(renderedAt),
  );
  return t(text);
}

const hour = 3600_000;

/** The hour it is, as its first millisecond: for what is news for a day, in a tab that may be open for weeks. */
export function useHour(): number {
  const renderedAt = useContext(RenderedAt);
  return useSyncExternalStore(
    subscribe,
    () => now - (now % hour),
    () => renderedAt - (renderedAt % hour),
  );
}

/** How dates are written: as the browser's own region has it, where that speaks the language of the page. */
export function regionOf(language: string): string {
  return navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;
}

/** A moment as a person's clock shows it. Only the browser knows that clock, so the server writes UTC. */
export function useLocalTime(at: number): string {
  const { language } = useT();
  return useSyncExternalStore(
    () => () => {},
    () => new Date(at).toLocaleString(regionOf(language)),
    () => new Date(at).toISOString(),
  );
}

/** How long ago a moment was, kept current; the moment itself is in the title. */
export function Ago({ at }: { at: number }) {
  const words = useClockText((now) => formatAgo(at, now));
  return (
    <time dateTime={new Date(at).toISOString()} title={useLocalTime(at)} className="whitespace-nowrap">
      {words}
    </time>
  );
}
