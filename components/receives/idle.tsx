"use client";

import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { lazy, Suspense } from "react";
import { useT } from "@/components/language/language";
import { receivePath } from "@/components/receive/path";
import { Track } from "@/components/transfers/progress";
import { Ago } from "@/components/ui/clock";
import type { ListedReceive } from "@/server/api/hub";
import type { Transfer } from "@/server/transfers/types";
import { Actions } from "./actions";
import { LookAgain } from "./look-again";
import { useStart } from "./use-start";
import { VerdictLine } from "./verdict-line";
import { amounts, verdictOf } from "./words";

const StartProblem = lazy(async () => ({ default: (await import("./start-problem")).StartProblem }));

/**
 * A receive where nothing moves: whether it can be finished, how far it is, and what can be done about it. How we know is on
 * its own page.
 */
export function Idle({
  receive,
  transfer,
  unavailable,
}: {
  receive: ListedReceive;
  transfer: Transfer | undefined;
  unavailable: string | null;
}) {
  const { starting, error, resume, forget } = useStart(receive, transfer);
  return (
    <div className="grid gap-x-6 gap-y-3 xl:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0 space-y-2">
        <VerdictLine verdict={verdictOf(receive)} />
        <Track {...amounts(receive)} />
        <InWords receive={receive} transfer={transfer} />
      </div>
      <div className="flex flex-wrap content-start items-start gap-1.5 xl:w-82">
        <Actions receive={receive} starting={starting} unavailable={unavailable} onResume={resume} />
        <LookAgain receive={receive} unavailable={unavailable} />
      </div>
      {error && (
        <div className="xl:col-span-2">
          <Suspense>
            <StartProblem error={error} receive={receive} onDismiss={forget} />
          </Suspense>
        </div>
      )}
    </div>
  );
}

/** What the bar and the few words above it do not say: what is in the way, what looks wrong, how the last try ended. */
function InWords({ receive, transfer }: { receive: ListedReceive; transfer: Transfer | undefined }) {
  const t = useT();
  const { token, began } = receive;
  const verdict = verdictOf(receive);
  const tokenProblem = token.ok || verdict?.sentence.includes(token.problem) ? null : token.problem;
  const lastTry =
    transfer?.endedAt != null && transfer.endedAt >= began && transfer.message !== null ? transfer : null;
  const wrong = [...(tokenProblem === null ? [] : [tokenProblem]), ...(verdict?.cautions ?? [])];
  return (
    <div className="space-y-1 text-xs/5 empty:hidden">
      {/* That it can be resumed, and what is left, has been said. */}
      {verdict && verdict.kind !== "resumable" && (
        <p className="text-muted wrap-anywhere">
          {t(verdict.sentence)}{" "}
          {verdict.kind === "blocked" && (
            <Link
              href={receivePath(receive.id)}
              prefetch={false}
              className="rounded underline hover:text-ink pointer-coarse:py-3"
            >
              {t`How to fix it`}
            </Link>
          )}
        </p>
      )}
      {wrong.map((words) => (
        <p key={words} className="flex gap-1.5 whitespace-pre-wrap wrap-anywhere">
          <TriangleAlert aria-label={t`Caution`} className="mt-0.5 size-4 shrink-0 text-attention" />
          <span className="min-w-0">{t(words)}</span>
        </p>
      ))}
      {lastTry?.endedAt != null && (
        <p className="text-muted wrap-anywhere">
          {t.rich`Last try, ${<Ago at={lastTry.endedAt} />}: ${t(lastTry.message ?? "")}`}
        </p>
      )}
    </div>
  );
}
