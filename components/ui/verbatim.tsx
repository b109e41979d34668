import { useT } from "@/components/language/language";

/** Somebody else's words, exactly as they came, folded away until asked for. */
export function Verbatim({ summary, text }: { summary: string; text: string }) {
  const t = useT();
  return (
    <details>
      <summary className="w-fit rounded py-1 text-muted hover:text-ink pointer-coarse:py-3">
        {t(summary)}
      </summary>
      <pre className="mt-1 max-h-64 overflow-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere">
        {text}
      </pre>
    </details>
  );
}
