"use client";

import type { inferOutput } from "@trpc/tanstack-react-query";
import { MessageCircleQuestionMark } from "lucide-react";
import Link from "next/link";
import { useT } from "@/components/language/language";
import type { useTRPC } from "@/components/live/client";

type Preview = inferOutput<ReturnType<typeof useTRPC>["policies"]["preview"]>;

/** Receives that policies would have a person asked about. */
export function Asked({ asked }: { asked: Preview }) {
  const t = useT();
  return (
    <section aria-label={t`Policies ask`} className="flex gap-2.5 rounded-md bg-accent-soft px-3 py-2.5">
      <MessageCircleQuestionMark aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
      <div className="min-w-0">
        <p className="font-medium">{t`Could be resumed now, if you say so below:`}</p>
        <ul className="list-disc pl-5">
          {asked.map(({ receive, decision }) => (
            <li key={receive.id} className="wrap-anywhere whitespace-pre-wrap">
              {t.rich`${receive.dataset} on ${receive.host}, ${<span className="text-muted">{t`by policy “${decision.policy.name}”`}</span>}`}
            </li>
          ))}
        </ul>
        <p className="text-muted">{t.rich`Which policies ask is among the ${<SettingsLink />}.`}</p>
      </div>
    </section>
  );
}

function SettingsLink() {
  const t = useT();
  return (
    <Link href="/settings" prefetch={false} className="underline hover:text-ink">
      {t`settings`}
    </Link>
  );
}
