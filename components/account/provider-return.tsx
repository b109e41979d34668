"use client";

import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { Card } from "./card";
import { ProviderState } from "./provider-begin";
import { pathAfterSignIn, provenChannel } from "./words";

/** Back from the provider. */
export function ProviderReturn() {
  const t = useT();
  const trpc = useTRPC();
  const begun = useRef(false);
  const { error, data, mutate } = useMutation(
    trpc.session.signInByProvider.mutationOptions({
      onSuccess: ({ again, next }) => {
        if (!again) return window.location.replace(pathAfterSignIn(next));
        // The window that asked for it waits.
        new BroadcastChannel(provenChannel).postMessage(null);
        window.close();
      },
    }),
  );
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const answer = window.location.search;
    // What it says is good once; it need not stay in the history.
    window.history.replaceState(null, "", window.location.pathname);
    mutate({ answer });
  }, [mutate]);
  return (
    <Card title={t`Sign in elsewhere`}>
      <div className="mt-4">
        <ProviderState
          error={error}
          words={data?.again ? t`It is still you. You can close this window.` : t`Signing in…`}
        />
      </div>
    </Card>
  );
}
