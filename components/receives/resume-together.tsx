"use client";

import { useQuery } from "@tanstack/react-query";
import { TRPCClientError } from "@trpc/client";
import { CircleSlash, LoaderCircle, Play } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { formatBytes } from "@/components/format";
import { useT } from "@/components/language/language";
import { useTRPC, useTRPCClient } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { Button } from "@/components/ui/button";
import { Commands } from "@/components/ui/commands";
import { Dialog, DialogDescription, DialogTitle } from "@/components/ui/dialog";
import { ErrorProblem } from "@/components/ui/error-problem";
import type { ListedReceive } from "@/server/api/hub";
import type { AppRouter } from "@/server/api/root";
import { counted, type Said, say } from "@/server/say";
import { type Failure, startAll } from "./start-all";
import { amounts, byHost, leftOfAll, notTogether } from "./words";

type Stage =
  | { at: "asking" }
  | { at: "starting"; done: number; of: number }
  | { at: "over"; started: number; failures: Failure[]; untried: number };

/** More names than these nobody reads; they are counted. */
const namedAtMost = 200;

/** Resumes several receives, each as one click would: shown as one plan first, and never anything that destroys. */
export function ResumeTogether({
  open,
  receives,
  silent,
  opener,
  onClose,
  onClosed,
  onStarted,
}: {
  open: boolean;
  receives: readonly ListedReceive[];
  /** Hosts that do not answer. */
  silent: ReadonlySet<string>;
  /** What gets the focus back. */
  opener: Element | null;
  onClose: () => void;
  onClosed: () => void;
  /** Some have been started; `words` say so where all of them have. */
  onStarted: (ids: ReadonlySet<string>, words: Said | null) => void;
}) {
  const t = useT();
  const client = useTRPCClient();
  const [stage, setStage] = useState<Stage>({ at: "asking" });
  const stopped = useRef(false);
  const can = useMemo(() => receives.filter((one) => notTogether(one, silent) === null), [receives, silent]);
  const cannot = useMemo(
    () => receives.filter((one) => notTogether(one, silent) !== null),
    [receives, silent],
  );
  const hosts = useMemo(() => [...byHost(can)], [can]);

  const start = async () => {
    stopped.current = false;
    const of = can.length;
    setStage({ at: "starting", done: 0, of });
    const { started, failures, untried } = await startAll(can, {
      start: async ({ id, fingerprint }) => {
        try {
          await client.transfers.start.mutate({ id, fingerprint, intent: "resume" });
          return null;
        } catch (caught) {
          return plainError(TRPCClientError.from<AppRouter>(caught as Error));
        }
      },
      onDone: (done) => setStage({ at: "starting", done, of }),
      isStopped: () => stopped.current,
    });
    const all = failures.length === 0 && untried === 0;
    const words = counted(
      started.size,
      say`1 receive is being resumed, or waits in the queue.`,
      say`${started.size} receives are being resumed, or wait in the queue.`,
    );
    onStarted(started, all ? words : null);
    if (all) onClose();
    else setStage({ at: "over", started: started.size, failures, untried });
  };

  return (
    <Dialog
      open={open}
      onClose={() => {
        // What was asked for is under way: its answer must find somebody who reads it.
        if (stage.at !== "starting") onClose();
      }}
      onClosed={onClosed}
      returnFocusTo={() =>
        opener instanceof HTMLElement && opener.isConnected ? opener : document.querySelector("h1")
      }
    >
      <div className="border-b border-line px-5 py-4">
        <DialogTitle className="text-lg font-semibold">
          {t(counted(can.length, say`Resume 1 receive`, say`Resume ${can.length} receives`))}
        </DialogTitle>
        <DialogDescription className="mt-1 text-muted">
          {t`Each sends its rest from where it stopped. Nothing is destroyed. What there is no room for waits in the queue.`}
        </DialogDescription>
      </div>
      <div className="min-h-24 space-y-5 overflow-y-auto overscroll-contain px-5 py-4">
        {stage.at === "over" ? (
          <Outcome stage={stage} />
        ) : (
          <>
            <p className="font-medium">{t(leftOfAll(can))}</p>
            {hosts.map(([host, on]) => (
              <section key={host} aria-label={t`Receives on ${host}`}>
                <h3 className="flex flex-wrap justify-between gap-x-4 font-semibold">
                  <span className="wrap-anywhere">{host}</span>
                  <span className="font-normal text-muted">{t(leftOfAll(on))}</span>
                </h3>
                <ul className="mt-1 divide-y divide-line rounded-md border border-line">
                  {on.slice(0, namedAtMost).map((receive) => (
                    <Planned key={receive.id} receive={receive} />
                  ))}
                </ul>
                <More count={on.length - namedAtMost} />
              </section>
            ))}
            {cannot.length > 0 && (
              <section aria-label={t`Not among them`}>
                <h3 className="font-semibold">
                  {t(
                    counted(
                      cannot.length,
                      say`1 of those selected is not among them`,
                      say`${cannot.length} of those selected are not among them`,
                    ),
                  )}
                </h3>
                <ul className="mt-1 space-y-1.5">
                  {cannot.slice(0, namedAtMost).map((receive) => (
                    <li key={receive.id} className="flex gap-2">
                      <CircleSlash aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
                      <p className="min-w-0 whitespace-pre-wrap wrap-anywhere">
                        <Named receive={receive} />
                        <span className="block text-xs text-muted">
                          {t(notTogether(receive, silent) ?? "")}
                        </span>
                      </p>
                    </li>
                  ))}
                </ul>
                <More count={cannot.length - namedAtMost} />
              </section>
            )}
          </>
        )}
      </div>
      <div className="flex flex-col-reverse gap-2 border-t border-line px-5 py-3.5 sm:flex-row sm:items-center sm:justify-end">
        <output className="text-muted sm:mr-auto">
          {stage.at === "starting" && t`Starting: ${stage.done} of ${stage.of}`}
        </output>
        {stage.at === "asking" && (
          <>
            <Button onClick={onClose}>{t`Cancel`}</Button>
            <Button tone="primary" disabled={can.length === 0} onClick={() => void start()}>
              <Play aria-hidden /> {t(counted(can.length, say`Resume it`, say`Resume all ${can.length}`))}
            </Button>
          </>
        )}
        {stage.at === "starting" && (
          <Button
            onClick={() => {
              stopped.current = true;
            }}
          >
            <LoaderCircle aria-hidden className="animate-spin" /> {t`Start no more`}
          </Button>
        )}
        {stage.at === "over" && <Button onClick={onClose}>{t`Close`}</Button>}
      </div>
    </Dialog>
  );
}

/** One of those that are resumed; its commands are asked for when somebody wants to see them. */
function Planned({ receive }: { receive: ListedReceive }) {
  const t = useT();
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const { id, dataset, fingerprint } = receive;
  const planning = useQuery(
    trpc.receives.plan.queryOptions(
      { id, fingerprint, intent: "resume" },
      { enabled: open, staleTime: 0, gcTime: 0 },
    ),
  );
  const error = plainError(planning.error);
  const { left } = amounts(receive);
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="flex items-center gap-x-4 px-3 py-2 hover:bg-sunken pointer-coarse:min-h-11">
          <span className="min-w-0 flex-1 whitespace-pre-wrap wrap-anywhere">{dataset}</span>
          <span className="shrink-0 text-muted">{left === null ? t`not known` : formatBytes(left)}</span>
          <span className="shrink-0 text-xs text-muted underline">{t`Commands`}</span>
        </summary>
        {open && (
          <div className="border-t border-line px-3 py-3">
            {error ? (
              <ErrorProblem error={error} />
            ) : planning.data ? (
              <Commands steps={[...planning.data.steps, ...planning.data.holds]} />
            ) : (
              <p className="flex items-center gap-2 text-muted">
                <LoaderCircle aria-hidden className="size-4 animate-spin" />{" "}
                {t`Asking the hosts what this would do…`}
              </p>
            )}
          </div>
        )}
      </details>
    </li>
  );
}

function Failures({ title, failures }: { title: string; failures: readonly Failure[] }) {
  if (failures.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="font-semibold">{title}</h3>
      <ul className="mt-2 space-y-2">
        {failures.slice(0, namedAtMost).map(({ receive, error }) => (
          <li key={receive.id}>
            <p className="whitespace-pre-wrap wrap-anywhere">
              <Named receive={receive} />
            </p>
            <div className="mt-1">
              <ErrorProblem error={error} />
            </div>
          </li>
        ))}
      </ul>
      <More count={failures.length - namedAtMost} />
    </section>
  );
}

function Outcome({ stage: { started, failures, untried } }: { stage: Extract<Stage, { at: "over" }> }) {
  const t = useT();
  const unanswered = failures.filter(({ error }) => error.reason === "NO_ANSWER");
  const refused = failures.filter(({ error }) => error.reason !== "NO_ANSWER");
  return (
    <>
      <p className="font-medium" role="status">
        {t(
          counted(
            started,
            say`1 receive is being resumed, or waits in the queue.`,
            say`${started} receives are being resumed, or wait in the queue.`,
          ),
        )}
        {untried > 0 && ` ${t(counted(untried, say`1 was not tried.`, say`${untried} were not tried.`))}`}
      </p>
      <Failures
        title={t(
          counted(
            refused.length,
            say`1 was not resumed, and is as it was`,
            say`${refused.length} were not resumed, and are as they were`,
          ),
        )}
        failures={refused}
      />
      <Failures
        title={t(
          counted(
            unanswered.length,
            say`Of 1 it is not known whether it is being resumed`,
            say`Of ${unanswered.length} it is not known whether they are being resumed`,
          ),
        )}
        failures={unanswered}
      />
    </>
  );
}

function Named({ receive: { dataset, host } }: { receive: ListedReceive }) {
  const t = useT();
  return t.rich`${<span className="font-medium">{dataset}</span>} on ${host}`;
}

function More({ count }: { count: number }) {
  const t = useT();
  return count > 0 ? <p className="mt-1 text-xs text-muted">{t`and ${count} more`}</p> : null;
}
