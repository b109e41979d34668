"use client";

import { useMutation } from "@tanstack/react-query";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { FormDialog } from "@/components/ui/form-dialog";
import { useMe } from "./me";
import { PasswordField } from "./password-field";

/** Asks for the password once more; whether it was given. */
export type AskAgain = () => Promise<boolean>;

/**
 * The one dialog of the page that asks for the password where the server wants it once more. What was asked for waits
 * meanwhile, and goes on by itself afterwards.
 * @param ask gets the function that opens it.
 */
export function Reauthenticate({ ask }: { ask: RefObject<AskAgain> }) {
  const me = useMe();
  const trpc = useTRPC();
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

  return (
    <FormDialog
      title="Is it still you?"
      about="This needs more than an open browser. Type your password once more; then nobody is asked again for five minutes."
      verb="Go on"
      doing="Looking…"
      ready={password !== ""}
      busy={again.isPending}
      error={plainError(again.error)}
      opener={() => opener.current}
      open={open}
      onSubmit={() => again.mutate({ password })}
      onClose={() => end(false)}
      onGone={() => {
        opener.current = null;
      }}
    >
      {/* For password managers: they want to know whose password it is. */}
      <input name="username" autoComplete="username" value={me?.name ?? ""} readOnly hidden />
      <PasswordField
        label={`Password of ${me?.name ?? ""}`}
        autoComplete="current-password"
        value={password}
        onType={setPassword}
      />
    </FormDialog>
  );
}
