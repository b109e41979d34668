import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useT } from "@/components/language/language";

/** Something that looks wrong and should be read before going on. */
export function Notice({ children }: { children: ReactNode }) {
  const t = useT();
  return (
    <div className="flex gap-2 rounded-md bg-attention-soft px-2.5 py-2">
      <TriangleAlert aria-label={t`Caution`} className="mt-0.5 size-4 shrink-0 text-attention" />
      <p className="min-w-0 whitespace-pre-wrap wrap-anywhere">
        {typeof children === "string" ? t(children) : children}
      </p>
    </div>
  );
}
