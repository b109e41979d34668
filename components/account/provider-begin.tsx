"use client";

import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useT } from "@/components/language/language";
import { useTRPCClient } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Card } from "./card";

/** On the way to the provider. */
export function ProviderBegin(asked: { next: string; again: boolean }) {
  const t = useT();
  const server = useTRPCClient();
  const begun = useRef(false);
  const { error, mutate } = useMutation({
    mutationFn: (input: { next: string; again: boolean }) => server.session.askProvider.query(input),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    mutate(asked);
  }, [asked, mutate]);
  return (
    <Card title={t`Sign in elsewhere`}>
      <div className="mt-4">
        <ProviderState error={error} words={t`On the way to where you sign in…`} />
      </div>
    </Card>
  );
}

/** How far it has got, and what to do where it did not. */
export function ProviderState({
  error,
  words,
}: {
  error: Parameters<typeof plainError>[0] | Error;
  words: string;
}) {
  const t = useT();
  const plain = plainError(error as Parameters<typeof plainError>[0]);
  if (!plain) return <p role="status">{words}</p>;
  return (
    <ErrorProblem error={plain}>
      <a href="/login" className="underline">
        {t`Back to the login`}
      </a>
    </ErrorProblem>
  );
}
