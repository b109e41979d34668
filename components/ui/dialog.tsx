"use client";

import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import type { ReactNode } from "react";

/** A modal dialog: a sheet at the bottom of a phone, a centred card elsewhere. Escape closes it. */
export function Dialog({
  open,
  onClose,
  onClosed,
  returnFocusTo,
  children,
}: {
  open: boolean;
  onClose: () => void;
  /** Called once it is out of sight. */
  onClosed: () => void;
  returnFocusTo: () => HTMLElement | null;
  children: ReactNode;
}) {
  return (
    <BaseDialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      onOpenChangeComplete={(now) => {
        if (!now) onClosed();
      }}
    >
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 bg-backdrop transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Popup
          finalFocus={() => returnFocusTo() ?? true}
          className={
            "fixed inset-x-0 bottom-0 flex max-h-[92dvh] flex-col rounded-t-xl border border-line bg-surface shadow-2xl outline-none " +
            "transition-[opacity,translate] duration-150 data-ending-style:translate-y-2 data-ending-style:opacity-0 " +
            "data-starting-style:translate-y-2 data-starting-style:opacity-0 " +
            "sm:inset-x-auto sm:top-[6dvh] sm:bottom-auto sm:left-1/2 sm:max-h-[88dvh] sm:w-[min(42rem,calc(100vw-2rem))] sm:-translate-x-1/2 sm:rounded-xl"
          }
        >
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/** What the dialog is about; it is also its accessible name. */
export const DialogTitle = BaseDialog.Title;
/** One sentence below the title, read together with it. */
export const DialogDescription = BaseDialog.Description;
