import type { ReactNode } from "react";
import { useT } from "@/components/language/language";

/** How something to type or choose in looks. */
export const inputClass =
  "h-11 w-full min-w-0 rounded-md border border-muted bg-surface px-3 text-base disabled:opacity-50 lg:h-9 lg:text-sm pointer-coarse:h-11";

/** A label above what it names, with a word of help or of trouble below. */
export function Field({
  id,
  label,
  help,
  children,
}: {
  /** Of the input; `ID-help` is that of the help. */
  id: string;
  label: string;
  help?: ReactNode;
  children: ReactNode;
}) {
  const t = useT();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block font-medium">
        {t(label)}
      </label>
      {children}
      <p id={`${id}-help`} className="mt-1 text-xs/5 text-muted wrap-anywhere empty:hidden">
        {typeof help === "string" ? t(help) : help}
      </p>
    </div>
  );
}
