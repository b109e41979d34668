"use client";

import { type ComponentProps, lazy, type ReactNode, Suspense, useContext, useEffect, useState } from "react";
import { DialogNames } from "./dialog-names";

export type DialogProps = {
  open: boolean;
  onClose: () => void;
  /** Called once it is out of sight. */
  onClosed?: () => void;
  returnFocusTo: () => HTMLElement | null;
  /** A card in the middle, or a sheet along the right side; on phones both come from below. */
  shape?: "card" | "side";
  children: ReactNode;
};

// A page opens without any dialog: what makes one comes with the first.
const Window = lazy(async () => ({ default: (await import("./dialog-window")).DialogWindow }));

/** A modal dialog. Escape closes it. */
export function Dialog(props: DialogProps) {
  const [wanted, setWanted] = useState(props.open);
  if (props.open && !wanted) setWanted(true);
  return wanted ? (
    <Suspense>
      <Window {...props} />
    </Suspense>
  ) : null;
}

/** What the dialog is about; it is also its accessible name. */
export function DialogTitle(props: Omit<ComponentProps<"h2">, "id">) {
  return <h2 {...props} id={useContext(DialogNames).title} />;
}

/** One sentence below the title, read together with it. */
export function DialogDescription(props: Omit<ComponentProps<"p">, "id">) {
  const { description, setDescribed } = useContext(DialogNames);
  useEffect(() => {
    setDescribed(true);
    return () => setDescribed(false);
  }, [setDescribed]);
  return <p {...props} id={description} />;
}
