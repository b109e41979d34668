"use client";

import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { ListedReceive } from "@/server/api/hub";
import type { Group } from "./order";
import { useVirtualizer } from "./use-virtualizer";

/** A line of the list: the heading of a host, or one of its receives. */
type Line = { group: Group; receive: ListedReceive | null; at: number };

/** A line that is rendered. `index` is its place in the whole list, `gap` the room of those left out before it. */
export type ShownLine = Line & { index: number; gap: number };

/**
 * Up to so many lines all are there, and the browser's own search finds each. Of more only those are that can be seen, and a
 * few around them.
 */
const allThereUpTo = 200;

/** So many lines of a longer list are there until it is known which can be seen. */
const firstLines = 60;

/** Roughly; each is measured as soon as it is there. */
const heights = { heading: 68, row: 112, narrow: 208, card: 292 };

/** Which lines of a list are rendered, and how much room those take that are not. */
export function useRows(groups: readonly Group[], list: RefObject<HTMLElement | null>) {
  const lines = useMemo(
    () =>
      groups.flatMap((group): Line[] => [
        { group, receive: null, at: 0 },
        ...group.receives.map((receive, at) => ({ group, receive, at })),
      ]),
    [groups],
  );
  const some = lines.length > allThereUpTo;
  const [{ top, rowHeight }, setPlace] = useState({ top: 0, rowHeight: heights.row });
  // What is above the list grows and shrinks.
  useLayoutEffect(() => {
    if (!some) return;
    const measure = () => {
      const from = list.current?.getBoundingClientRect().top ?? 0;
      const { innerWidth, scrollY } = window;
      const rowHeight = innerWidth < 640 ? heights.card : innerWidth < 1280 ? heights.narrow : heights.row;
      const top = Math.round(from + scrollY);
      setPlace((before) =>
        before.top === top && before.rowHeight === rowHeight ? before : { top, rowHeight },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [some, list]);
  const keyOf = useCallback(
    (index: number) => {
      const line = lines[index];
      return line?.receive?.id ?? line?.group.host.name ?? index;
    },
    [lines],
  );
  const virtualizer = useVirtualizer(
    some
      ? {
          count: lines.length,
          scrollMargin: top,
          overscan: 8,
          estimateSize: (index) => (lines[index]?.receive ? rowHeight : heights.heading),
          getItemKey: keyOf,
          measureElement: (element) => {
            const { marginBottom } = getComputedStyle(element);
            return element.getBoundingClientRect().height + Number.parseFloat(marginBottom);
          },
          rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
            const from = Math.max(startIndex - overscan, 0);
            const to = Math.min(endIndex + overscan, count - 1);
            const range = Array.from({ length: to - from + 1 }, (_, at) => from + at);
            // The row that has the focus stays, or the keyboard would begin at the top of the page again.
            const kept = focusedIn(list.current);
            const at = kept === undefined ? -1 : lines.findIndex(({ receive }) => receive?.id === kept);
            if (at < 0 || (at >= from && at <= to)) return range;
            return at < from ? [at, ...range] : [...range, at];
          },
        }
      : null,
  );
  // Before the window has been measured, nothing is known to be in sight.
  const known = virtualizer?.getVirtualItems();
  const items = known && known.length > 0 ? known : null;
  const [first, last] = [items?.at(0), items?.at(-1)];
  const shown = items
    ? items.flatMap(({ index, start }, at): ShownLine[] => {
        const line = lines[index];
        return line ? [{ ...line, index, gap: start - (items[at - 1]?.end ?? start) }] : [];
      })
    : (some ? lines.slice(0, firstLines) : lines).map((line, index) => ({ ...line, index, gap: 0 }));

  const asked = useRef("");
  /** Brings a receive into sight, and the focus to its row. */
  const focusRow = useCallback(
    (id: string) => {
      const focus = () => {
        const row = list.current?.querySelector<HTMLElement>(`[data-receive="${CSS.escape(id)}"]`);
        row?.focus({ preventScroll: some });
        return row !== null && row !== undefined;
      };
      virtualizer?.scrollToIndex(lines.findIndex(({ receive }) => receive?.id === id));
      // A row that was out of sight is there when it has been rendered, which takes a slow machine a while.
      asked.current = id;
      const until = performance.now() + 1_000;
      const tryOn = () => {
        if (asked.current !== id || focus() || performance.now() > until) return;
        requestAnimationFrame(tryOn);
      };
      tryOn();
    },
    [list, lines, some, virtualizer],
  );

  return {
    shown,
    /** Whether only some of the lines are there. */
    some,
    room: {
      above: first ? first.start - top : 0,
      below:
        virtualizer && last
          ? virtualizer.getTotalSize() - (last.end - top)
          : (lines.length - shown.length) * rowHeight,
    },
    measure: virtualizer?.measureElement,
    focusRow,
  };
}

/** The receive whose row has the focus, or something in it. */
function focusedIn(list: HTMLElement | null): string | undefined {
  const row = document.activeElement?.closest<HTMLElement>("[data-receive]");
  return row && list?.contains(row) ? row.dataset.receive : undefined;
}
