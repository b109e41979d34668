"use client";

import type { ComponentProps } from "react";
import { type ButtonTone, buttonClass } from "./button-class";

export { type ButtonTone, buttonClass };

/** A button. While disabled it keeps its place in the tab order, so that its reason can be read. */
export function Button({
  tone = "plain",
  className = "",
  disabled = false,
  onClick,
  ...rest
}: ComponentProps<"button"> & { tone?: ButtonTone }) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={disabled || undefined}
      data-disabled={disabled ? "" : undefined}
      onClick={(event) => {
        // Nor does it send its form.
        if (disabled) event.preventDefault();
        else onClick?.(event);
      }}
      className={buttonClass(tone, className)}
    />
  );
}
