"use client";

import { Tooltip } from "@base-ui/react/tooltip";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { type ButtonTone, buttonClass } from "./button";

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
 * A button for something that is offered at one time and refused at another. It is the same element both times, so the
 * focus stays on it. Refused, it can be reached like any other, does nothing, and says why: under the pointer, on focus,
 * when touched, and to screen readers.
 * @param refusal why it is refused; null where it is offered.
 */
export function RefusableButton({
  refusal,
  tone = "plain",
  disabled = false,
  className = "",
  label,
  describedBy,
  onClick,
  children,
}: {
  refusal: string | null;
  tone?: ButtonTone;
  disabled?: boolean;
  className?: string;
  /** Its name, where what it shows is not one. */
  label?: string | undefined;
  /** Id of what describes it while it is offered. */
  describedBy?: string | undefined;
  /** Gets the button itself. */
  onClick: (button: HTMLElement) => void;
  children: ReactNode;
}) {
  const id = useId();
  const reasonId = useId();
  const button = useRef<HTMLButtonElement>(null);
  const refused = refusal !== null;
  const idle = refused || disabled;
  // A bubble that is open must not outlive its reason.
  useEffect(() => {
    if (!refused && button.current?.hasAttribute("data-popup-open")) reasons.close();
  }, [refused]);
  const press = (pressed: HTMLElement) => {
    // A finger neither hovers nor, in some browsers, focuses.
    if (refused) reasons.open(id);
    else if (!disabled) onClick(pressed);
  };
  return (
    <>
      <Tooltip.Trigger
        ref={button}
        handle={reasons}
        payload={refusal ?? ""}
        disabled={!refused}
        id={id}
        delay={150}
        closeOnClick={false}
        type="button"
        aria-label={label}
        aria-disabled={idle || undefined}
        aria-describedby={refused ? reasonId : describedBy}
        data-disabled={idle ? "" : undefined}
        onClick={(event) => press(event.currentTarget)}
        className={buttonClass(refused ? "plain" : tone, className)}
      >
        {children}
      </Tooltip.Trigger>
      {refused && (
        <span id={reasonId} hidden>
          {refusal}
        </span>
      )}
    </>
  );
}
