import { Eye } from "lucide-react";
import { useT } from "@/components/language/language";

/**
 * Says that something can be looked at only.
 * @param mayNot who may change it.
 */
export function ReadOnly({ mayNot }: { mayNot: string }) {
  const t = useT();
  return (
    <p className="flex gap-2 rounded-md bg-sunken px-3 py-2.5">
      <Eye aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <span className="min-w-0">{t`You see how it is set, and cannot change it. ${mayNot}`}</span>
    </p>
  );
}
