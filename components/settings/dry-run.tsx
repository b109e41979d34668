"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import { countOf } from "@/components/live/state";
import { ErrorProblem } from "@/components/ui/error-problem";
import { useSettled } from "@/components/ui/use-settled";
import { counted, listed, say } from "@/server/say";
import type { Policy } from "@/server/transfers/policies";
import { type Outlook, othersWords, outlookOf } from "./words";

/** What the policies say changes by the minute. */
const askedEvery = 15_000;

/**
 * What policies would do at this moment, also before they are saved. Nothing is done by looking.
 * @param policies null while something in them is not complete.
 */
export function DryRun({ policies, changed }: { policies: readonly Policy[] | null; changed: boolean }) {
  const t = useT();
  const trpc = useTRPC();
  const { hosts, tallies } = useLive();
  const settled = useSettled(JSON.stringify(policies), 300);
  const { data, error } = useQuery(
    trpc.policies.preview.queryOptions(
      { policies: (JSON.parse(settled) as Policy[] | null) ?? [] },
      {
        ...{ enabled: settled !== "null", staleTime: 0, gcTime: 0, refetchInterval: askedEvery },
        placeholderData: keepPreviousData,
      },
    ),
  );
  const answering = [...hosts.values()].filter(({ status }) => status === "online");
  const silent = [...hosts.values()].filter(({ status }) => status !== "online").map(({ name }) => name);
  const receives = answering.reduce((sum, { name }) => sum + countOf(tallies.get(name)), 0);
  const problem = plainError(error);
  return (
    <section
      aria-labelledby="dry-run"
      className="space-y-3 rounded-lg border border-line bg-sunken px-4 py-3.5 sm:px-5"
    >
      <h3 id="dry-run" className="font-semibold">
        {changed ? t`What these policies would do now, once saved` : t`What these policies would do now`}
      </h3>
      {problem && <ErrorProblem error={problem} />}
      {policies === null ? (
        <p className="text-muted">{t`That is said when all of them are complete.`}</p>
      ) : data ? (
        <Decisions outlook={outlookOf(data, receives)} />
      ) : (
        !problem && <p className="text-muted">{t`Looking…`}</p>
      )}
      {policies !== null && silent.length > 0 && (
        <p className="text-muted wrap-anywhere">
          {t`Without what lies on ${listed(silent)}: no answer, so nothing is begun there.`}
        </p>
      )}
    </section>
  );
}

function Decisions({ outlook }: { outlook: Outlook }) {
  const t = useT();
  const { resume, ask, notNow, off, others } = outlook;
  const left = othersWords(others);
  return (
    <>
      {resume.length === 0 ? (
        <p>{t`These policies would now resume nothing.`}</p>
      ) : (
        <Those
          words={t(
            counted(
              resume.length,
              say`These policies would now resume this:`,
              say`These policies would now resume these ${resume.length}:`,
            ),
          )}
          those={resume}
        />
      )}
      {ask.length > 0 && <Those words={t`Would now be asked about:`} those={ask} />}
      {notNow.length > 0 && <Those words={t`Not now:`} those={notNow} />}
      {off.length > 0 && <Those words={t`Left alone:`} those={off} />}
      {left !== null && <p className="text-muted">{t(left)}</p>}
    </>
  );
}

function Those({ words, those }: { words: string; those: Outlook["resume"] }) {
  const t = useT();
  return (
    <div>
      <p className="font-medium">{words}</p>
      <ul aria-label={words} className="mt-1 list-disc space-y-1 pl-5">
        {those.map(({ receive, decision }) => (
          <li key={receive.id} className="wrap-anywhere whitespace-pre-wrap">
            {t`${receive.dataset} on ${receive.host}`}
            <span className="block text-muted">
              {decision.because === null
                ? t`by “${decision.policy.name}”`
                : t`by “${decision.policy.name}”, because: ${decision.because}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
