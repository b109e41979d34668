"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import { ErrorProblem } from "@/components/ui/error-problem";
import { useSettled } from "@/components/ui/use-settled";
import type { Policy } from "@/server/transfers/policies";
import { type Outlook, othersWords, outlookOf } from "./words";

/** What the policies say changes by the minute. */
const askedEvery = 15_000;

/**
 * What policies would do at this moment, also before they are saved. Nothing is done by looking.
 * @param policies null while something in them is not complete.
 */
export function DryRun({ policies, changed }: { policies: readonly Policy[] | null; changed: boolean }) {
  const trpc = useTRPC();
  const { hosts, receivesByHost } = useLive();
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
  const receives = answering.reduce((sum, { name }) => sum + (receivesByHost.get(name)?.length ?? 0), 0);
  const problem = plainError(error);
  return (
    <section
      aria-labelledby="dry-run"
      className="space-y-3 rounded-lg border border-line bg-sunken px-4 py-3.5 sm:px-5"
    >
      <h3 id="dry-run" className="font-semibold">
        What these policies would do now{changed && ", once saved"}
      </h3>
      {problem && <ErrorProblem error={problem} />}
      {policies === null ? (
        <p className="text-muted">That is said when all of them are complete.</p>
      ) : data ? (
        <Decisions outlook={outlookOf(data, receives)} />
      ) : (
        !problem && <p className="text-muted">Looking…</p>
      )}
      {policies !== null && silent.length > 0 && (
        <p className="text-muted wrap-anywhere">
          Without what lies on {silent.join(", ")}: no answer, so nothing is begun there.
        </p>
      )}
    </section>
  );
}

function Decisions({ outlook }: { outlook: Outlook }) {
  const { resume, ask, notNow, off, others } = outlook;
  return (
    <>
      {resume.length === 0 ? (
        <p>These policies would now resume nothing.</p>
      ) : (
        <Those
          words={`These policies would now resume ${resume.length === 1 ? "this" : `these ${resume.length}`}:`}
          those={resume}
        />
      )}
      {ask.length > 0 && <Those words="Would now be asked about:" those={ask} />}
      {notNow.length > 0 && <Those words="Not now:" those={notNow} />}
      {off.length > 0 && <Those words="Left alone:" those={off} />}
      {others > 0 && <p className="text-muted">{othersWords(others)}</p>}
    </>
  );
}

function Those({ words, those }: { words: string; those: Outlook["resume"] }) {
  return (
    <div>
      <p className="font-medium">{words}</p>
      <ul aria-label={words} className="mt-1 list-disc space-y-1 pl-5">
        {those.map(({ receive, decision }) => (
          <li key={receive.id} className="wrap-anywhere whitespace-pre-wrap">
            {receive.dataset} on {receive.host}
            <span className="text-muted">
              , by “{decision.policy.name}”{decision.because !== null && `, because: ${decision.because}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
