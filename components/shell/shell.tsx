"use client";

import { useRouter } from "next/navigation";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { Reasons } from "@/components/ui/refusable-button";
import { say } from "@/server/say";
import { Attention } from "./attention";
import { type Overlay, OverlayContext, useOpenOverlay } from "./overlay";
import { ShortcutsProvider, useShortcut } from "./shortcuts";

const overlays = {
  palette: lazy(async () => ({ default: (await import("./palette")).Palette })),
  pages: lazy(async () => ({ default: (await import("./pages-sheet")).PagesSheet })),
  transfers: lazy(async () => ({ default: (await import("./transfers-drawer")).TransfersDrawer })),
};

/** What surrounds every page: its shortcuts, what opens over it, and what the tab tells whoever looks elsewhere. */
export function Shell({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState<ReadonlySet<Overlay>>(new Set());
  const [open, setOpen] = useState<Overlay | null>(null);
  const openOverlay = useMemo(
    () => (overlay: Overlay) => {
      setOpened((before) => new Set(before).add(overlay));
      setOpen(overlay);
    },
    [],
  );
  const close = () => setOpen(null);
  return (
    <ShortcutsProvider>
      <OverlayContext value={openOverlay}>
        {children}
        <Everywhere />
        <Attention />
        <Reasons />
        {[...opened].map((overlay) => {
          const Content = overlays[overlay];
          return (
            <Suspense key={overlay}>
              <Content open={open === overlay} onClose={close} />
            </Suspense>
          );
        })}
      </OverlayContext>
    </ShortcutsProvider>
  );
}

/** The shortcuts that every page has. */
function Everywhere() {
  const router = useRouter();
  const open = useOpenOverlay();
  const everywhere = true;
  useShortcut({ keys: "Mod+k", words: say`Search or jump`, run: () => open("palette"), everywhere });
  useShortcut({ keys: "g r", words: say`Go to the receives`, run: () => router.push("/"), everywhere });
  useShortcut({
    keys: "g t",
    words: say`Go to the transfers`,
    run: () => router.push("/transfers"),
    everywhere,
  });
  useShortcut({ keys: "g s", words: say`Go to sending`, run: () => router.push("/send"), everywhere });
  useShortcut({ keys: "g h", words: say`Go to the hosts`, run: () => router.push("/hosts"), everywhere });
  return null;
}
