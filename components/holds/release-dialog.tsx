"use client";

import { useMutation } from "@tanstack/react-query";
import { LoaderCircle } from "lucide-react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { CommandLine } from "@/components/ui/command-line";
import { Dialog, DialogDescription, DialogTitle } from "@/components/ui/dialog";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Notice } from "@/components/ui/notice";
import { type Said, say } from "@/server/say";
import type { HeldSnapshot } from "@/server/transfers/holds";
import type { Need } from "./words";

/** Says what letting go of a snapshot means, and does it once that is confirmed. */
export function ReleaseDialog({
  held,
  need,
  opener,
  open,
  onClose,
  onClosed,
  onReleased,
}: {
  held: HeldSnapshot | null;
  need: Need | null;
  /** The button that asked. */
  opener: HTMLElement | null;
  open: boolean;
  onClose: () => void;
  onClosed: () => void;
  /** It is released; `words` say so. */
  onReleased: (words: Said) => void;
}) {
  const t = useT();
  const trpc = useTRPC();
  const release = useMutation(trpc.holds.release.mutationOptions());
  const error = plainError(release.error);
  const busy = release.isPending;
  const close = () => {
    if (!busy) onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      onClosed={() => {
        release.reset();
        onClosed();
      }}
      returnFocusTo={() => (opener?.isConnected ? opener : document.querySelector("h1"))}
    >
      {held && need && (
        <>
          <div className="border-b border-line px-5 py-4">
            <DialogTitle className="text-lg font-semibold wrap-anywhere whitespace-pre-wrap">
              {t`Release ${held.snapshot}?`}
            </DialogTitle>
            <p className="text-xs text-muted">{t`on ${held.host}`}</p>
            <DialogDescription className="mt-2 wrap-anywhere">
              {held.for
                ? t`Nothing is destroyed by this. But from then on whoever prunes snapshots on ${held.host} can destroy it, and then the receive into ${held.for.dataset} on ${held.for.host} may never be finished.`
                : t`Nothing is destroyed by this. But from then on whoever prunes snapshots on ${held.host} can destroy it, and then a receive that needs it may never be finished.`}
            </DialogDescription>
          </div>
          <div className="space-y-3 overflow-y-auto px-5 py-4">
            {need.kind === "nothing" ? (
              <p>{t(need.words)}</p>
            ) : (
              <Notice>
                {need.kind === "transfer"
                  ? t`${need.words} It holds it again when its next attempt begins; to let go for good, stop it first.`
                  : t(need.words)}
              </Notice>
            )}
            <div>
              <p className="text-muted">{t`What runs`}</p>
              <CommandLine host={held.host} command={held.release} label={t`What releases it`} />
            </div>
            {error && <ErrorProblem error={error} />}
          </div>
          <div className="flex flex-col-reverse gap-2 border-t border-line px-5 py-3.5 sm:flex-row sm:justify-end">
            <Button disabled={busy} onClick={close}>
              {t`Cancel`}
            </Button>
            <Button
              tone={need.kind === "nothing" ? "primary" : "danger"}
              disabled={busy}
              onClick={() => {
                const { host, snapshot, tag } = held;
                release.mutate(
                  { host, snapshot, tag },
                  {
                    onSuccess: () => onReleased(say`${snapshot} on ${host} is not held by Halfway any more.`),
                  },
                );
              }}
            >
              {busy && <LoaderCircle aria-hidden className="animate-spin" />}
              {busy ? t`Releasing…` : t`Release it`}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
