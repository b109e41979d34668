"use client";

import { Dialog } from "@base-ui/react/dialog";
import { useId, useMemo, useState } from "react";
import type { DialogProps } from "./dialog";
import { DialogNames } from "./dialog-names";

const shapes = {
  card:
    "max-h-[92dvh] sm:inset-x-auto sm:top-[6dvh] sm:bottom-auto sm:left-1/2 sm:max-h-[88dvh] sm:w-[min(42rem,calc(100vw-2rem))] sm:-translate-x-1/2 sm:rounded-xl " +
    "data-ending-style:translate-y-2 data-starting-style:translate-y-2",
  side:
    "max-h-[92dvh] sm:inset-y-0 sm:right-0 sm:left-auto sm:max-h-none sm:w-[min(30rem,calc(100vw-2rem))] sm:rounded-none sm:rounded-l-xl " +
    "max-sm:data-ending-style:translate-y-2 max-sm:data-starting-style:translate-y-2 sm:data-ending-style:translate-x-4 sm:data-starting-style:translate-x-4",
} as const;

/** What a dialog is made of; `Dialog` loads it. */
export function DialogWindow({
  open,
  onClose,
  onClosed,
  returnFocusTo,
  shape = "card",
  children,
}: DialogProps) {
  const id = useId();
  const [described, setDescribed] = useState(false);
  const names = useMemo(
    () => ({ title: `${id}-title`, description: `${id}-description`, setDescribed }),
    [id],
  );
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      onOpenChangeComplete={(now) => {
        if (!now) onClosed?.();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 bg-backdrop transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup
          finalFocus={() => returnFocusTo() ?? true}
          aria-labelledby={names.title}
          aria-describedby={described ? names.description : undefined}
          className={`fixed inset-x-0 bottom-0 flex flex-col rounded-t-xl border border-line bg-surface shadow-2xl outline-none transition-[opacity,translate] duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0 ${shapes[shape]}`}
        >
          <DialogNames value={names}>{children}</DialogNames>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
