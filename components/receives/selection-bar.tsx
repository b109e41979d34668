"use client";

import { type ComponentProps, lazy, Suspense } from "react";
import { useT } from "@/components/language/language";
import type { SelectionActions } from "./selection-actions";

// Most people select nothing.
const Actions = lazy(async () => ({ default: (await import("./selection-actions")).SelectionActions }));

/** How many receives are selected, and what can be done with them together. */
export function SelectionBar(selection: ComponentProps<typeof SelectionActions>) {
  const t = useT();
  const count = selection.receives.length;
  return (
    <section
      aria-label={t`Selected receives`}
      className="pointer-events-none sticky bottom-0 z-10 -mx-4 mt-6 sm:-mx-6"
    >
      {/* Always there: what appears together with its words is not read out by every screen reader. */}
      <output className="sr-only">{count > 0 && t`${count} selected`}</output>
      {count > 0 && (
        <Suspense>
          <Actions {...selection} />
        </Suspense>
      )}
    </section>
  );
}
