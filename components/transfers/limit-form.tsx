"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { AllowedButton } from "@/components/account/allowed-button";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Field, inputClass } from "@/components/ui/field";
import type { Said } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";
import { limitHelp, mebibytes, rateOf } from "./limit-words";

/** Changes how fast a transfer may go. */
export function LimitForm({ transfer }: { transfer: Transfer }) {
  const { id, dataset, limit } = transfer;
  const t = useT();
  const trpc = useTRPC();
  const inputId = useId();
  const [text, setText] = useState(limit === null ? "" : mebibytes(limit));
  const [wrong, setWrong] = useState<Said | null>(null);
  const change = useMutation(trpc.transfers.limit.mutationOptions());
  const error = plainError(change.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const rate = rateOf(text);
    setWrong(typeof rate === "string" ? rate : null);
    if (typeof rate === "number") change.mutate({ id, bytesPerSecond: rate });
  };
  return (
    <form aria-label={t`Bandwidth of ${dataset}`} onSubmit={submit} className="mt-1 max-w-md space-y-2 pb-1">
      <Field id={inputId} label={t`At most, in MiB/s`} help={t(wrong ?? limitHelp(transfer))}>
        <div className="flex flex-wrap gap-2">
          <input
            id={inputId}
            inputMode="decimal"
            autoComplete="off"
            maxLength={20}
            value={text}
            aria-invalid={wrong !== null || undefined}
            aria-describedby={`${inputId}-help`}
            onChange={(event) => {
              setText(event.target.value);
              setWrong(null);
            }}
            className={`${inputClass} w-28! aria-invalid:border-danger`}
          />
          <AllowedButton act="transfers.limit" type="submit" disabled={change.isPending} className="lg:h-9">
            {t`Hold back`}
          </AllowedButton>
          {/* It stays when there is nothing to lift, or it would take the focus with it. */}
          <AllowedButton
            act="transfers.limit"
            disabled={change.isPending || limit === null}
            className="lg:h-9"
            onClick={() => change.mutate({ id, bytesPerSecond: null })}
          >
            {t`No limit`}
          </AllowedButton>
        </div>
      </Field>
      {error && <ErrorProblem error={error} />}
    </form>
  );
}
