"use client";

import type { UseMutateFunction } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { plainError } from "@/components/live/errors";
import type { Asking } from "./asking";
import { FormDialog } from "./form-dialog";

/** Asks before something goes that stands in a list. */
export function RemovalDialog<Input>({
  title,
  about,
  verb,
  doing,
  removal,
  what,
  words,
  opener,
  onDone,
  onGone,
}: {
  title: string;
  about: string;
  verb: string;
  doing: string;
  removal: {
    mutate: UseMutateFunction<unknown, Parameters<typeof plainError>[0], Input, unknown>;
    isPending: boolean;
    error: Parameters<typeof plainError>[0];
  };
  what: Input;
  /** What is said when it is gone. */
  words: string;
} & Asking) {
  const [open, setOpen] = useState(true);
  // Its button goes with it, and the focus must not.
  const done = useRef(false);
  return (
    <FormDialog
      title={title}
      about={about}
      verb={verb}
      doing={doing}
      tone="danger"
      busy={removal.isPending}
      error={plainError(removal.error)}
      opener={() => (done.current ? null : opener)}
      open={open}
      onSubmit={() =>
        removal.mutate(what, {
          onSuccess: () => {
            done.current = true;
            setOpen(false);
            onDone(words);
          },
        })
      }
      onClose={() => setOpen(false)}
      onGone={onGone}
    />
  );
}
