"use client";

import { useQuery } from "@tanstack/react-query";
import { MessageCircleQuestionMark } from "lucide-react";
import Link from "next/link";
import { useTRPC } from "@/components/live/client";

/** Whether a receive has stood still long enough changes by the minute. */
const askedEvery = 60_000;

/** What policies would have a person asked about: receives that could be resumed now. Nothing where none asks. */
export function Asks() {
  const trpc = useTRPC();
  const policies = useQuery(trpc.policies.list.queryOptions(undefined, { staleTime: askedEvery }));
  const anyAsks = policies.data?.some(({ mode }) => mode === "ask") ?? false;
  const { data } = useQuery(
    trpc.policies.preview.queryOptions({}, { enabled: anyAsks, staleTime: 0, refetchInterval: askedEvery }),
  );
  const asked = data?.filter(({ decision }) => decision.what === "ask") ?? [];
  if (!anyAsks || asked.length === 0) return null;
  return (
    <section aria-label="Policies ask" className="flex gap-2.5 rounded-md bg-accent-soft px-3 py-2.5">
      <MessageCircleQuestionMark aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
      <div className="min-w-0">
        <p className="font-medium">Could be resumed now, if you say so below:</p>
        <ul className="list-disc pl-5">
          {asked.map(({ receive, decision }) => (
            <li key={receive.id} className="wrap-anywhere whitespace-pre-wrap">
              {receive.dataset} on {receive.host}
              <span className="text-muted">, by policy “{decision.policy.name}”</span>
            </li>
          ))}
        </ul>
        <p className="text-muted">
          Which policies ask is among the{" "}
          <Link href="/settings" prefetch={false} className="underline hover:text-ink">
            settings
          </Link>
          .
        </p>
      </div>
    </section>
  );
}
