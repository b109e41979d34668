import { CircleAlert } from "lucide-react";
import { useT } from "@/components/language/language";

/** What is wrong with what was typed or chosen, in the place of a field's help. */
export function FieldProblem({ text }: { text: string }) {
  const t = useT();
  return (
    <span className="flex gap-1 text-danger">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0">{t(text)}</span>
    </span>
  );
}
