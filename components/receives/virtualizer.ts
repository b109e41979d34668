import {
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  type VirtualizerOptions,
  windowScroll,
} from "@tanstack/virtual-core";
import { flushSync } from "react-dom";

/** What a list needs that scrolls with the window. */
export const inWindow = {
  getScrollElement: () => window,
  initialOffset: () => window.scrollY,
  observeElementRect: observeWindowRect,
  observeElementOffset: observeWindowOffset,
  scrollToFn: windowScroll,
};

/** Finds out which lines of a list can be seen, and renders again when that changes. */
export function make(options: VirtualizerOptions<Window, Element>, rerender: () => void) {
  let measuring = false;
  const onChange = (_: unknown, sync: boolean) => {
    // What is scrolled to is there with the same frame; what is measured while React works cannot be.
    if (sync && !measuring) flushSync(rerender);
    else rerender();
  };
  const virtualizer = new Virtualizer<Window, Element>({ ...options, onChange });
  const { measureElement } = virtualizer;
  virtualizer.measureElement = (element) => {
    measuring = true;
    try {
      measureElement(element);
    } finally {
      measuring = false;
    }
  };
  return { virtualizer, onChange };
}
