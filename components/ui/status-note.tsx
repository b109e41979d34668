import { CircleCheck, X } from "lucide-react";
import { Button } from "./button";

/** What has just been done, said once where everybody sees and hears it, and gone when they have. */
export function StatusNote({ text, onDismiss }: { text: string | null; onDismiss: () => void }) {
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-0 flex justify-center px-4 pb-4 sm:pb-6"
    >
      {text !== null && (
        <div className="pointer-events-auto flex max-w-xl items-start gap-2.5 rounded-lg border border-line-strong bg-surface py-2 pr-2 pl-4 shadow-xl">
          <CircleCheck aria-hidden className="mt-1.5 size-4 shrink-0 text-ok" />
          <p className="min-w-0 py-1 whitespace-pre-wrap wrap-anywhere">{text}</p>
          <Button tone="quiet" className="px-2!" aria-label="Dismiss" onClick={onDismiss}>
            <X aria-hidden />
          </Button>
        </div>
      )}
    </div>
  );
}
