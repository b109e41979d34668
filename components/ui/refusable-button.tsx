"use client";

import {
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useId,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useT } from "@/components/language/language";
import { type ButtonTone, buttonClass } from "./button";
import { reasons } from "./reason-store";

const Bubble = lazy(async () => ({ default: (await import("./reason-bubble")).ReasonBubble }));

/** The one bubble of the page that shows why a button cannot be used, for whichever is pointed at, focused or pressed. */
export function Reasons() {
  const asked = useSyncExternalStore(reasons.subscribe, reasons.current, () => null);
  const [wanted, setWanted] = useState(false);
  if (asked && !wanted) setWanted(true);
  return wanted ? (
    <Suspense>
      <Bubble asked={asked} />
    </Suspense>
  ) : null;
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
  const t = useT();
  const reasonId = useId();
  const button = useRef<HTMLButtonElement>(null);
  const refused = refusal !== null;
  const idle = refused || disabled;
  const reason = refused ? t(refusal) : null;
  // A bubble that is open must not outlive its reason…
  useEffect(() => {
    const asked = reasons.current();
    if (asked?.button === button.current && asked?.reason !== reason) reasons.show(null);
  }, [reason]);
  // …nor its button.
  useEffect(() => {
    const shown = button.current;
    return () => {
      if (shown && reasons.current()?.button === shown) reasons.show(null);
    };
  }, []);
  const explain = (shown: HTMLElement, afterMilliseconds = 0) => {
    if (reason !== null) reasons.show({ button: shown, reason }, afterMilliseconds);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={label}
        aria-disabled={idle || undefined}
        aria-describedby={refused ? reasonId : describedBy}
        data-disabled={idle ? "" : undefined}
        onPointerEnter={(event) => event.pointerType === "mouse" && explain(event.currentTarget, 150)}
        onPointerLeave={(event) => event.pointerType === "mouse" && refused && reasons.show(null, 150)}
        onFocus={(event) => event.currentTarget.matches(":focus-visible") && explain(event.currentTarget)}
        onBlur={() => refused && reasons.show(null)}
        // A finger neither hovers nor, in some browsers, focuses.
        onClick={(event) => {
          if (refused) explain(event.currentTarget);
          else if (!disabled) onClick(event.currentTarget);
        }}
        className={buttonClass(refused ? "plain" : tone, className)}
      >
        {children}
      </button>
      {refused && (
        <span id={reasonId} hidden>
          {reason}
        </span>
      )}
    </>
  );
}
