"use client";

import Link from "next/link";
import { useT } from "@/components/language/language";
import type { Transfer } from "@/server/transfers/types";

/** Leads to all that is known of a transfer. */
export function DetailsLink({
  transfer: { id, dataset },
  onNavigate,
}: {
  transfer: Transfer;
  onNavigate?: () => void;
}) {
  const t = useT();
  return (
    <Link
      href={`/transfers/${id}`}
      prefetch={false}
      {...(onNavigate && { onNavigate })}
      aria-label={t`Details of the transfer into ${dataset}`}
      className="w-fit rounded py-1 text-muted underline hover:text-ink pointer-coarse:py-3"
    >
      {t`Details`}
    </Link>
  );
}
