import type { ReactNode } from "react";
import { useT } from "@/components/language/language";

/** Things of one kind, each an `Entry`. */
export function Entries({ label, children }: { label: string; children: ReactNode }) {
  const t = useT();
  return (
    <ul aria-label={t(label)} className="mt-3 divide-y divide-line rounded-lg border border-line bg-surface">
      {children}
    </ul>
  );
}

/**
 * One thing of a list: what it is, what is known of it, and what can be done with it.
 * @param label its name, for people who do not see where it begins.
 */
export function Entry({
  label,
  title,
  facts,
  below,
  children,
}: {
  label: string;
  title: ReactNode;
  facts: ReactNode;
  /** What takes the whole width. */
  below?: ReactNode;
  children?: ReactNode;
}) {
  const t = useT();
  return (
    <li aria-label={t(label)} className="px-4 py-3.5 sm:px-5">
      <div className="flex flex-col gap-x-4 gap-y-3 sm:flex-row sm:items-center sm:justify-between">
        <div className="min-w-0 space-y-0.5">
          <p className="font-medium wrap-anywhere">{title}</p>
          <p className="text-xs/5 text-muted wrap-anywhere">{facts}</p>
        </div>
        {children && <div className="flex shrink-0 flex-wrap gap-2 max-sm:*:grow">{children}</div>}
      </div>
      {below}
    </li>
  );
}
