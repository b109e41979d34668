import { LoaderCircle } from "lucide-react";
import { useT } from "@/components/language/language";
import type { PlainError } from "@/components/live/errors";
import { Button } from "./button";
import { ErrorProblem } from "./error-problem";

/** Stands where something will be that the server was asked for, or says why it is not there. */
export function NotYet({ error, onLookAgain }: { error: PlainError | null; onLookAgain: () => void }) {
  const t = useT();
  return (
    <div className="mt-3">
      {error ? (
        <ErrorProblem error={error}>
          <Button onClick={onLookAgain}>{t`Look again`}</Button>
        </ErrorProblem>
      ) : (
        <p role="status" className="flex items-center gap-2 text-muted">
          <LoaderCircle aria-hidden className="size-4 animate-spin" /> {t`Reading…`}
        </p>
      )}
    </div>
  );
}
