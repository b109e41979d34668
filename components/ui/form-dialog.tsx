"use client";

import { LoaderCircle } from "lucide-react";
import type { FormEvent, ReactNode } from "react";
import { useT } from "@/components/language/language";
import type { PlainError } from "@/components/live/errors";
import { Button, type ButtonTone } from "./button";
import { Dialog, DialogDescription, DialogTitle } from "./dialog";
import { ErrorProblem } from "./error-problem";

/** A dialog that asks for something, and does it then. While that is on its way the dialog stays. */
export function FormDialog({
  title,
  about,
  verb,
  doing,
  tone = "primary",
  ready = true,
  busy,
  error,
  opener,
  open,
  onSubmit,
  onClose,
  onGone,
  children,
}: {
  title: string;
  about: ReactNode;
  /** What its button does, and what is said meanwhile. */
  verb: string;
  doing: string;
  tone?: ButtonTone;
  /** Whether what is asked for has been given. */
  ready?: boolean;
  busy: boolean;
  error: PlainError | null;
  /** What gets the focus back; null for the heading of the page. */
  opener: () => Element | null;
  open: boolean;
  onSubmit: () => void;
  /** Null where it is left by its button only. */
  onClose: (() => void) | null;
  /** Called once it is out of sight. */
  onGone: () => void;
  children?: ReactNode;
}) {
  const t = useT();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !busy) onSubmit();
  };
  return (
    <Dialog
      open={open}
      onClose={() => {
        if (!busy) onClose?.();
      }}
      onClosed={onGone}
      returnFocusTo={() => {
        const before = opener();
        return before instanceof HTMLElement && before.isConnected ? before : document.querySelector("h1");
      }}
    >
      {/* A form that is sent by the browser itself must not put a password into an address. */}
      <form method="post" onSubmit={submit} className="flex min-h-0 flex-col">
        <div className="space-y-4 overflow-y-auto px-5 py-4">
          <div>
            <DialogTitle className="text-lg font-semibold wrap-anywhere">{t(title)}</DialogTitle>
            <DialogDescription className="mt-1 wrap-anywhere">
              {typeof about === "string" ? t(about) : about}
            </DialogDescription>
          </div>
          {children}
          {error && <ErrorProblem error={error} />}
        </div>
        <div className="flex flex-col-reverse gap-2 border-t border-line px-5 py-3.5 sm:flex-row sm:justify-end">
          {onClose && (
            <Button disabled={busy} onClick={onClose}>
              {t`Cancel`}
            </Button>
          )}
          <Button type="submit" tone={tone} disabled={!ready || busy}>
            {busy && <LoaderCircle aria-hidden className="animate-spin" />}
            {t(busy ? doing : verb)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
