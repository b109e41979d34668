"use client";

import { Tooltip } from "@base-ui/react/tooltip";
import { type ReactNode, useId } from "react";
import { buttonClass } from "./button";

const reasons = Tooltip.createHandle<string>();

/** The one bubble of the page that shows why a button cannot be used, for whichever is pointed at, focused or pressed. */
export function Reasons() {
  return (
    <Tooltip.Root handle={reasons}>
      {({ payload: reason }) => (
        <Tooltip.Portal>
          <Tooltip.Positioner sideOffset={6} collisionPadding={16} className="outline-none">
            <Tooltip.Popup className="max-w-[min(24rem,calc(100vw-2rem))] rounded-md border border-line-strong bg-surface px-3 py-2 text-xs/5 text-ink shadow-xl wrap-anywhere">
              {reason}
            </Tooltip.Popup>
          </Tooltip.Positioner>
        </Tooltip.Portal>
      )}
    </Tooltip.Root>
  );
}

/**
 * A button for something that cannot be done now. It can be reached like any other, does nothing, and says why: under
 * the pointer, on focus, when touched, and to screen readers.
 */
export function RefusedButton({
  reason,
  label,
  className = "",
  children,
}: {
  reason: string;
  label: string;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  const reasonId = useId();
  return (
    <>
      <Tooltip.Trigger
        handle={reasons}
        payload={reason}
        id={id}
        delay={150}
        closeOnClick={false}
        type="button"
        aria-label={label}
        aria-disabled
        aria-describedby={reasonId}
        data-disabled=""
        // A finger neither hovers nor, in some browsers, focuses.
        onClick={() => reasons.open(id)}
        className={buttonClass("plain", className)}
      >
        {children}
      </Tooltip.Trigger>
      <span id={reasonId} hidden>
        {reason}
      </span>
    </>
  );
}
