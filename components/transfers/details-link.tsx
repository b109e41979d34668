import Link from "next/link";
import type { Transfer } from "@/server/transfers/types";

/** Leads to all that is known of a transfer. */
export function DetailsLink({ transfer: { id, dataset } }: { transfer: Transfer }) {
  return (
    <Link
      href={`/transfers/${id}`}
      prefetch={false}
      aria-label={`Details of the transfer into ${dataset}`}
      className="w-fit rounded py-1 text-muted underline hover:text-ink pointer-coarse:py-3"
    >
      Details
    </Link>
  );
}
