import { Play, Undo2 } from "lucide-react";
import { useT } from "@/components/language/language";
import { VerdictIcon } from "@/components/receives/verdict-line";
import { verdictOf, type WayToFinish, wayToFinish } from "@/components/receives/words";
import { Button } from "@/components/ui/button";
import type { ListedReceive } from "@/server/api/hub";
import { canStillBeFinished } from "./words";

/** Whether discarding what was received is the only choice left; where it is not, the other one is a click away. */
export function BeforeDiscarding({
  receive,
  disabled,
  onInstead,
}: {
  receive: ListedReceive;
  disabled: boolean;
  onInstead: (intent: WayToFinish["intent"]) => void;
}) {
  const t = useT();
  const verdict = verdictOf(receive);
  const sentence = canStillBeFinished(verdict);
  const way = verdict && wayToFinish(receive);
  if (sentence === null) return null;
  return (
    <section
      aria-label={t`Whether this can still be finished`}
      className="flex gap-2 rounded-md border border-line px-3 py-2.5 [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0"
    >
      <VerdictIcon verdict={verdict} />
      <div className="min-w-0 space-y-1">
        <p className="font-semibold">{t(sentence)}</p>
        {verdict && <p className="text-muted wrap-anywhere">{t(verdict.sentence)}</p>}
        {way && (
          <Button className="mt-1" disabled={disabled} onClick={() => onInstead(way.intent)}>
            {way.intent === "resume" ? <Play aria-hidden /> : <Undo2 aria-hidden />} {t(way.label)}…
          </Button>
        )}
      </div>
    </section>
  );
}
