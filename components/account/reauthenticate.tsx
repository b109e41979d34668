"use client";

import { useMutation } from "@tanstack/react-query";
import { LoaderCircle } from "lucide-react";
import { type FormEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { Dialog, DialogDescription, DialogTitle } from "@/components/ui/dialog";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Field, inputClass } from "@/components/ui/field";
import { useMe } from "./me";

/** Asks for the password once more; whether it was given. */
export type AskAgain = () => Promise<boolean>;

/**
 * The one dialog of the page that asks for the password before something that cannot be undone. What was asked for waits
 * meanwhile, and goes on by itself afterwards.
 * @param ask gets the function that opens it.
 */
export function Reauthenticate({ ask }: { ask: RefObject<AskAgain> }) {
  const me = useMe();
  const trpc = useTRPC();
  const id = useId();
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState("");
  const waiting = useRef<((given: boolean) => void)[]>([]);
  const opener = useRef<Element | null>(null);

  const end = (given: boolean) => {
    for (const resolve of waiting.current.splice(0)) resolve(given);
    setOpen(false);
    setPassword("");
  };
  const again = useMutation(trpc.session.reauthenticate.mutationOptions({ onSuccess: () => end(true) }));
  const { reset } = again;
  useEffect(() => {
    ask.current = () => {
      opener.current ??= document.activeElement;
      reset();
      setOpen(true);
      return new Promise((resolve) => waiting.current.push(resolve));
    };
  }, [ask, reset]);

  const error = plainError(again.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password !== "" && !again.isPending) again.mutate({ password });
  };
  return (
    <Dialog
      open={open}
      onClose={() => {
        if (!again.isPending) end(false);
      }}
      onClosed={() => {
        opener.current = null;
      }}
      returnFocusTo={() => {
        const { current } = opener;
        return current instanceof HTMLElement && current.isConnected ? current : null;
      }}
    >
      <form method="post" onSubmit={submit} className="flex min-h-0 flex-col">
        <div className="space-y-4 overflow-y-auto px-5 py-4">
          <div>
            <DialogTitle className="text-lg font-semibold">Is it still you?</DialogTitle>
            <DialogDescription className="mt-1">
              What you are about to do cannot be undone. Type your password once more; then nobody is asked
              again for five minutes.
            </DialogDescription>
          </div>
          {/* For password managers: they want to know whose password it is. */}
          <input name="username" autoComplete="username" value={me?.name ?? ""} readOnly hidden />
          <Field id={id} label={`Password of ${me?.name ?? ""}`}>
            <input
              id={id}
              type="password"
              name="password"
              autoComplete="current-password"
              maxLength={128}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              className={inputClass}
            />
          </Field>
          {error && <ErrorProblem error={error} />}
        </div>
        <div className="flex flex-col-reverse gap-2 border-t border-line px-5 py-3.5 sm:flex-row sm:justify-end">
          <Button disabled={again.isPending} onClick={() => end(false)}>
            Cancel
          </Button>
          <Button type="submit" tone="primary" disabled={password === "" || again.isPending}>
            {again.isPending && <LoaderCircle aria-hidden className="animate-spin" />}
            {again.isPending ? "Looking…" : "Go on"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
