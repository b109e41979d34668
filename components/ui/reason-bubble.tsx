"use client";

import { Tooltip } from "@base-ui/react/tooltip";
import { type Asked, reasons } from "./reason-store";

/** A bubble that points at a button. The pointer may move onto it, and Escape closes it (WCAG 1.4.13). */
export function ReasonBubble({ asked }: { asked: Asked | null }) {
  return (
    <Tooltip.Root open={asked !== null} onOpenChange={(open) => !open && reasons.show(null)}>
      <Tooltip.Portal>
        <Tooltip.Positioner
          anchor={asked?.button}
          sideOffset={6}
          collisionPadding={16}
          className="outline-none"
        >
          <Tooltip.Popup
            onPointerEnter={() => reasons.stay()}
            onPointerLeave={() => reasons.show(null, 150)}
            className="max-w-[min(24rem,calc(100vw-2rem))] rounded-md border border-line-strong bg-surface px-3 py-2 text-xs/5 text-ink shadow-xl wrap-anywhere"
          >
            {asked?.reason}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
