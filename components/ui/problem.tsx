import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useT } from "@/components/language/language";
import { Verbatim } from "./verbatim";

/** Something did not work: its sentence, ZFS's own words where there are any, and what can be done about it. */
export function Problem({
  sentence,
  stderr,
  children,
}: {
  sentence: string;
  stderr: string;
  children?: ReactNode;
}) {
  const t = useT();
  return (
    <div role="alert" className="flex gap-2.5 rounded-md bg-danger-soft px-3 py-2.5">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-0 flex-1 space-y-2">
        <p className="wrap-anywhere">{t(sentence)}</p>
        {stderr !== "" && <Verbatim summary={t`What ZFS said`} text={t(stderr)} />}
        {children && <div className="flex flex-wrap gap-2">{children}</div>}
      </div>
    </div>
  );
}
