"use client";

import { ChevronDown, SlidersHorizontal } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Button } from "./button";

/**
 * What would fill a phone's whole screen: folded away there until it is asked for, and simply there where there is room.
 * @param label what the button says that unfolds it.
 */
export function FoldOnPhones({ label, children }: { label: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <Button
        aria-expanded={open}
        aria-controls={id}
        className="w-full justify-between sm:hidden"
        onClick={() => setOpen(!open)}
      >
        <SlidersHorizontal aria-hidden /> <span className="mr-auto">{label}</span>
        <ChevronDown aria-hidden className={open ? "rotate-180" : ""} />
      </Button>
      <div id={id} className={open ? "contents" : "contents max-sm:hidden"}>
        {children}
      </div>
    </>
  );
}
