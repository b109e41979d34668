"use client";

import { Check, Copy, TextSelect } from "lucide-react";
import { type RefObject, useState } from "react";
import { useT } from "@/components/language/language";
import { Button } from "./button";
import { useHasClipboard } from "./use-clipboard";

/**
 * Copies a text that is on the page, and selects it, for browsers that keep the clipboard to themselves.
 * @param shown the element that shows the text.
 * @param label what is copied, for people who do not see what the button stands beside.
 * @param wordless where there is room for the icon only.
 */
export function CopyButton({
  text,
  shown,
  label,
  wordless = false,
}: {
  text: string;
  shown: RefObject<HTMLElement | null>;
  label: string;
  wordless?: boolean;
}) {
  const t = useT();
  const [done, setDone] = useState(false);
  const copies = useHasClipboard();
  const verb = copies ? t`Copy` : t`Select`;

  const take = async () => {
    if (!shown.current) return;
    window.getSelection()?.selectAllChildren(shown.current);
    if (!copies) return;
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  };

  return (
    <Button
      tone="quiet"
      className={wordless ? "w-11 shrink-0 px-0! lg:w-8" : "-mr-2"}
      onClick={() => void take()}
      aria-label={copies ? t`Copy: ${t(label)}` : t`Select: ${t(label)}`}
      title={wordless ? verb : undefined}
    >
      {done ? <Check aria-hidden /> : copies ? <Copy aria-hidden /> : <TextSelect aria-hidden />}
      <span aria-live="polite" className={wordless ? "sr-only" : ""}>
        {done ? t`Copied` : wordless ? "" : verb}
      </span>
    </Button>
  );
}
