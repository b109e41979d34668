/** Somebody else's words, exactly as they came, folded away until asked for. */
export function Verbatim({ summary, text }: { summary: string; text: string }) {
  return (
    <details>
      <summary className="w-fit rounded py-1 text-muted hover:text-ink">{summary}</summary>
      <pre className="mt-1 max-h-64 overflow-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere">
        {text}
      </pre>
    </details>
  );
}
