"use client";

import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import type { MouseEvent } from "react";
import { useT } from "@/components/language/language";

/** Back to the list: as it was left, with its filters and its place, where it was left for this page. */
export function WayBack() {
  const t = useT();
  return (
    <nav aria-label={t`Where this belongs`}>
      <Link
        href="/"
        prefetch={false}
        onClick={goBack}
        className="inline-flex items-center gap-1 rounded text-muted underline hover:text-ink pointer-coarse:py-3 [&>svg]:size-3.5"
      >
        <ArrowLeft aria-hidden /> {t`All receives`}
      </Link>
    </nav>
  );
}

function goBack(event: MouseEvent): void {
  // Another tab begins with a list of its own.
  if (event.metaKey || event.ctrlKey || event.shiftKey || !cameFromList()) return;
  event.preventDefault();
  window.history.back();
}

/** Whether the visit before this one was the list. Not every browser tells. */
function cameFromList(): boolean {
  const { navigation } = window;
  const at = navigation?.currentEntry?.index ?? 0;
  const before = navigation?.entries()[at - 1]?.url;
  return before != null && new URL(before).pathname === "/";
}
