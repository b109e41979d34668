"use client";

import { lazy, Suspense, useEffect, useState } from "react";
import { popupForMany } from "@/components/ui/popup-for-many";
import type { ListedReceive } from "@/server/api/hub";

/** Ties the rows' buttons to the one menu that serves them all. */
export const forceMenu = popupForMany<ListedReceive>();

const Popup = lazy(async () => ({ default: (await import("./force-menu-popup")).ForceMenuPopup }));

/** The two ways to force a receive, for whichever row asked. */
export function ForceMenu() {
  const opened = forceMenu.useOpened();
  // A page that one goes to begins with no menu open.
  useEffect(() => forceMenu.close, []);
  const [latest, setLatest] = useState(opened);
  // What closes still shows what it was about.
  if (opened && opened !== latest) setLatest(opened);
  return latest ? (
    <Suspense>
      <Popup {...latest} open={opened !== null} onClose={forceMenu.close} />
    </Suspense>
  ) : null;
}
