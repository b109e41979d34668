"use client";

import { useMutation } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { useClockText } from "@/components/ui/clock";
import type { Transfer } from "@/server/transfers/types";
import { comesNextWords } from "./words";

/** When a transfer that waits goes on, and which attempt that will be; nothing for a first attempt at work. */
export function ComesNext({ transfer }: { transfer: Transfer }) {
  const t = useT();
  const words = useClockText((now) => comesNextWords(transfer, now));
  return words === "" ? null : <p className="mt-1 text-xs text-muted tabular-nums">{t(words)}</p>;
}

/** Begins the next attempt of a waiting transfer now. */
export function RetryButton({ transfer: { id, state, dataset } }: { transfer: Transfer }) {
  const t = useT();
  const trpc = useTRPC();
  const retry = useMutation(trpc.transfers.retry.mutationOptions());
  const error = plainError(retry.error);
  if (state !== "waiting") return null;
  return (
    <div>
      <AllowedButton
        act="transfers.retry"
        disabled={retry.isPending}
        aria-label={t`Try ${dataset} now`}
        title={t`Begins the next attempt now instead of waiting for its time`}
        onClick={() => retry.mutate({ id })}
      >
        <RotateCw aria-hidden /> {t`Try now`}
      </AllowedButton>
      {error && (
        <p role="alert" className="mt-1 max-w-56 text-xs text-danger">
          {t(error.sentence)}
        </p>
      )}
    </div>
  );
}
