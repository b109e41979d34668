"use client";

import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useT } from "@/components/language/language";
import { useTRPC, useTRPCClient } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { FormDialog } from "@/components/ui/form-dialog";
import { say } from "@/server/say";
import { passkeyError, usedPasskey } from "./browser-passkeys";
import { useMe } from "./me";
import { PasswordField } from "./password-field";
import type { AskAgain } from "./reauthenticate-on-demand";
import { provenChannel } from "./words";

/**
 * The one dialog of the page that asks for a proof where the server wants it once more. What was asked for waits
 * meanwhile, and goes on by itself afterwards.
 * @param ask gets the function that opens it.
 */
export function Reauthenticate({ ask }: { ask: RefObject<AskAgain> }) {
  const me = useMe();
  const t = useT();
  const trpc = useTRPC();
  const server = useTRPCClient();
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState("");
  const waiting = useRef<((given: boolean) => void)[]>([]);
  const opener = useRef<Element | null>(null);

  const end = (given: boolean) => {
    for (const resolve of waiting.current.splice(0)) resolve(given);
    setOpen(false);
    setPassword("");
  };
  const byPassword = useMutation(trpc.session.reauthenticate.mutationOptions({ onSuccess: () => end(true) }));
  const byPasskey = useMutation({
    mutationFn: async () => {
      const proof = await usedPasskey(server);
      await server.session.reauthenticateByPasskey.mutate({ proof });
    },
    onSuccess: () => end(true),
  });
  const { reset: resetPassword } = byPassword;
  const { reset: resetPasskey } = byPasskey;
  useEffect(() => {
    ask.current = () => {
      opener.current ??= document.activeElement;
      resetPassword();
      resetPasskey();
      setOpen(true);
      return new Promise((resolve) => waiting.current.push(resolve));
    };
  }, [ask, resetPassword, resetPasskey]);
  // The provider is asked in a window of its own, so that what waits here is not lost.
  useEffect(() => {
    if (!open) return;
    const proven = new BroadcastChannel(provenChannel);
    proven.onmessage = () => {
      for (const resolve of waiting.current.splice(0)) resolve(true);
      setOpen(false);
    };
    return () => proven.close();
  }, [open]);

  const proofs = me?.proofs ?? [];
  const busy = byPassword.isPending || byPasskey.isPending;
  const dialog = {
    title: t`Is it still you?`,
    busy,
    opener: () => opener.current,
    open,
    onClose: () => end(false),
    onGone: () => {
      opener.current = null;
    },
  };
  if (me?.elsewhere) {
    return (
      <FormDialog
        {...dialog}
        about={t`This needs more than an open browser. Sign in at ${me.elsewhere} once more, in a window of its own; you will not be asked again for five minutes.`}
        verb={t`Sign in at ${me.elsewhere}`}
        doing={t`Looking…`}
        ready={proofs.includes("provider")}
        error={
          proofs.includes("provider")
            ? null
            : { reason: "REFUSED", sentence: say`It is not set up here any more.`, stderr: "" }
        }
        onSubmit={() => window.open("/login/provider?again", "_blank", "popup,width=560,height=760")}
      />
    );
  }
  return (
    <FormDialog
      {...dialog}
      about={t`This needs more than an open browser. Prove it once more; you will not be asked again for five minutes.`}
      verb={t`Go on`}
      doing={t`Looking…`}
      ready={password !== ""}
      error={plainError(byPassword.error) ?? passkeyError(byPasskey.error)}
      onSubmit={() => {
        resetPasskey();
        byPassword.mutate({ password });
      }}
    >
      {/* For password managers: they want to know whose password it is. */}
      <input name="username" autoComplete="username" value={me?.name ?? ""} readOnly hidden />
      <PasswordField
        label={t`Password of ${me?.name ?? ""}`}
        autoComplete="current-password"
        value={password}
        onType={setPassword}
      />
      {proofs.includes("passkey") && (
        <Button
          disabled={busy}
          onClick={() => {
            resetPassword();
            byPasskey.mutate();
          }}
        >
          <KeyRound aria-hidden /> {t`Use a passkey`}
        </Button>
      )}
    </FormDialog>
  );
}
