"use client";

import { createContext, useContext } from "react";

/** What opens over any page. */
export type Overlay = "palette" | "pages" | "transfers";

export const OverlayContext = createContext<(overlay: Overlay) => void>(() => {});

/** Opens the palette, the list of pages, or the drawer with the transfers. */
export function useOpenOverlay(): (overlay: Overlay) => void {
  return useContext(OverlayContext);
}
