"use client";

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { LoaderCircle, Send } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useId, useMemo, useState } from "react";
import { useRefusal } from "@/components/account/me";
import { formatBytes } from "@/components/format";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import { Button } from "@/components/ui/button";
import { Suggest } from "@/components/ui/choose";
import { ErrorProblem } from "@/components/ui/error-problem";
import { Field, inputClass } from "@/components/ui/field";
import { FieldProblem } from "@/components/ui/field-problem";
import { RefusableButton } from "@/components/ui/refusable-button";
import { useSettled } from "@/components/ui/use-settled";
import type { HostSummary } from "@/server/api/hub";
import type { NewSend, SendRequest } from "@/server/receives/new-send";
import { type Said, say } from "@/server/say";
import { ChooseDataset, ChooseSnapshot } from "./choose-source";
import { SendOptionsForm } from "./send-options";
import { SendPreview } from "./send-preview";
import { fieldOf, recommended, suggestTarget } from "./words";

const datasetsStayFor = 60_000;

/** What is sent, where to and how; what that would run, and what is in its way; and the button that starts it. */
export function SendForm() {
  const t = useT();
  const trpc = useTRPC();
  const router = useRouter();
  const live = useLive();
  const hosts = useMemo(() => [...live.hosts.values()], [live.hosts]);
  const [only] = hosts.length === 1 ? hosts : [];

  const [chosenSourceHost, setSourceHost] = useState<string | null>(null);
  const [sourceDataset, setSourceDataset] = useState<string | null>(null);
  const [snapshot, setSnapshot] = useState<string | null>(null);
  const [chosenTargetHost, setTargetHost] = useState<string | null>(null);
  const [typedTarget, setTypedTarget] = useState<string | null>(null);
  const [options, setOptions] = useState(recommended);

  // A host that was chosen may be removed while the page is open.
  const sourceHost = (hosts.find(({ name }) => name === chosenSourceHost) ?? only)?.name ?? "";
  // With two hosts there is one other; nobody has to choose it.
  const others = hosts.filter(({ name }) => name !== sourceHost);
  const usualTarget = sourceHost !== "" && hosts.length <= 2 ? (others[0] ?? only)?.name : undefined;
  const targetHost = hosts.find(({ name }) => name === chosenTargetHost)?.name ?? usualTarget ?? "";
  const targetDatasets = useQuery(
    trpc.snapshots.datasets.queryOptions(
      { host: targetHost },
      { enabled: targetHost !== "", staleTime: datasetsStayFor },
    ),
  );
  const known = targetDatasets.data?.datasets;
  const suggested =
    sourceDataset !== null && known ? suggestTarget(sourceDataset, sourceHost === targetHost, known) : "";
  const target = typedTarget ?? suggested;
  const settledTarget = useSettled(target, 400);

  const request: SendRequest | null =
    snapshot !== null && targetHost !== "" && target.trim() !== ""
      ? {
          source: { host: sourceHost, snapshot },
          target: { host: targetHost, dataset: target.trim() },
          options,
        }
      : null;
  const planning = useQuery(
    trpc.sends.plan.queryOptions(request ?? nothing, {
      ...{ enabled: request !== null && target === settledTarget, staleTime: 0, gcTime: 0 },
      placeholderData: keepPreviousData,
    }),
  );
  const start = useMutation(
    trpc.sends.start.mutationOptions({
      onSuccess: () => router.push("/"),
      onError: () => void planning.refetch(),
    }),
  );

  const looking = request !== null && (planning.isFetching || target !== settledTarget);
  const send = request !== null && !planning.error ? planning.data : undefined;
  const current = looking ? undefined : send;
  const error = plainError(start.error) ?? (looking ? null : plainError(planning.error));
  const mayNot = useRefusal("sends.start");
  const missing =
    snapshot === null
      ? say`Choose a snapshot first.`
      : request === null
        ? say`Say where to send it first.`
        : null;
  const refusal = mayNot ?? missing ?? (current ? whyNot(current) : null);
  const problemAt = (field: ReturnType<typeof fieldOf>) =>
    current?.obstacles.find((one) => one.certain && fieldOf(one) === field)?.sentence ?? null;
  const targetProblem = problemAt("target");
  const startSend = () => {
    if (request && current?.plan && refusal === null) start.mutate({ ...request, plan: current.plan.digest });
  };

  return (
    <form
      aria-label={t`Send a snapshot`}
      className="mt-6 space-y-6"
      onSubmit={(event: FormEvent) => event.preventDefault()}
      onChange={() => start.reset()}
    >
      <Part legend={t`1. What to send`}>
        <SelectHost
          label={t`From host`}
          hosts={hosts}
          value={sourceHost}
          onChoose={(name) => {
            setSourceHost(name);
            setSourceDataset(null);
            setSnapshot(null);
          }}
        />
        <ChooseDataset
          key={`dataset ${sourceHost}`}
          host={sourceHost}
          value={sourceDataset}
          onChoose={(name) => {
            setSourceDataset(name);
            setSnapshot(null);
          }}
        />
        <div className="sm:col-span-2">
          <ChooseSnapshot
            key={`snapshot ${sourceHost} ${sourceDataset}`}
            host={sourceHost}
            dataset={sourceDataset}
            problem={problemAt("snapshot")}
            onChoose={setSnapshot}
          />
        </div>
      </Part>
      <Part legend={t`2. Where to`}>
        <SelectHost label={t`To host`} hosts={hosts} value={targetHost} onChoose={setTargetHost} />
        <Suggest
          label={t`Into dataset`}
          help={
            targetProblem === null ? (
              t(
                existsWords(
                  target,
                  targetHost,
                  known?.map(({ name }) => name),
                ),
              )
            ) : (
              <FieldProblem text={targetProblem} />
            )
          }
          items={known?.map(({ name }) => name) ?? []}
          value={target}
          disabled={targetHost === ""}
          invalid={targetProblem !== null}
          onType={setTypedTarget}
        />
        {targetDatasets.error && (
          <div className="sm:col-span-2">
            <Trouble error={targetDatasets.error} onLookAgain={() => void targetDatasets.refetch()} />
          </div>
        )}
      </Part>
      <SendOptionsForm
        options={options}
        send={send ?? null}
        rawProblem={problemAt("raw")}
        onChange={setOptions}
      />
      <section aria-labelledby="look" aria-busy={looking} className="space-y-4">
        <h2 id="look" className="text-base font-semibold">{t`3. Look, then start`}</h2>
        {request === null && (
          <p className="text-muted">
            {t`What this would run, and how much it moves, shows here when snapshot and target are chosen.`}
          </p>
        )}
        {looking && (
          <p role="status" className="flex items-center gap-2 text-muted">
            <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin" />{" "}
            {t`Asking both hosts what this would do…`}
          </p>
        )}
        {error && (
          <ErrorProblem error={error}>
            {error.reason !== "BAD_INPUT" && (
              <Button onClick={() => void planning.refetch()}>{t`Look again`}</Button>
            )}
          </ErrorProblem>
        )}
        {request && send && (
          <SendPreview
            send={send}
            request={request}
            old={looking}
            onLookAgain={() => void planning.refetch()}
          />
        )}
      </section>
      <div className="flex flex-col items-stretch gap-x-4 gap-y-2 border-t border-line pt-4 sm:flex-row sm:items-center">
        <RefusableButton
          tone="primary"
          label={t(buttonWords(current))}
          refusal={refusal === null ? null : t(refusal)}
          disabled={start.isPending || !current}
          onClick={startSend}
        >
          {start.isPending ? <LoaderCircle aria-hidden className="animate-spin" /> : <Send aria-hidden />}
          {start.isPending ? t`Starting…` : t(buttonWords(current))}
        </RefusableButton>
        <p className="min-w-0 text-muted wrap-anywhere">
          {refusal === null
            ? current && t`It runs without this page, and without Halfway's server.`
            : t(mayNot ?? missing ?? say`Something is in the way, see above.`)}
        </p>
      </div>
    </form>
  );
}

/** For a query that is not asked. */
const nothing: SendRequest = {
  source: { host: "", snapshot: "" },
  target: { host: "", dataset: "" },
  options: recommended,
};

/** Why what was looked at cannot be started; an estimate alone stands in nobody's way. */
function whyNot({ obstacles, plan }: NewSend): string | null {
  const certain = obstacles.find((one) => one.certain);
  return certain?.sentence ?? (plan ? null : say`This cannot be sent.`);
}

function buttonWords(send: NewSend | undefined): Said {
  if (!send?.plan || whyNot(send) !== null) return say`Send`;
  if (send.obstacles.length > 0) return say`Send anyway`;
  const { remaining } = send.plan;
  return remaining === null ? say`Send` : say`Send ${formatBytes(remaining)}`;
}

function existsWords(target: string, host: string, known: string[] | undefined): Said {
  if (!known || target.trim() === "")
    return say`A new one, or one that has a snapshot in common with the source.`;
  return known.includes(target.trim()) ? say`${host} has it already.` : say`It would be new on ${host}.`;
}

function Part({ legend, children }: { legend: string; children: React.ReactNode }) {
  return (
    <fieldset className="rounded-lg border border-line bg-surface px-4 pt-2 pb-4 sm:px-5">
      <legend className="-ml-1 px-1 font-semibold">{legend}</legend>
      <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">{children}</div>
    </fieldset>
  );
}

function SelectHost({
  label,
  hosts,
  value,
  onChoose,
}: {
  label: string;
  hosts: readonly HostSummary[];
  value: string;
  onChoose: (name: string) => void;
}) {
  const t = useT();
  const id = useId();
  const chosen = hosts.find(({ name }) => name === value);
  return (
    <Field id={id} label={label} help={chosen?.problem && <FieldProblem text={chosen.problem} />}>
      <select
        id={id}
        aria-describedby={`${id}-help`}
        value={value}
        onChange={(event) => onChoose(event.target.value)}
        className={inputClass}
      >
        {value === "" && <option value="">{t`Choose a host`}</option>}
        {hosts.map(({ name, status }) => (
          <option key={name} value={name}>
            {status === "offline" ? t`${name} (does not answer)` : name}
          </option>
        ))}
      </select>
    </Field>
  );
}

function Trouble({
  error,
  onLookAgain,
}: {
  error: Parameters<typeof plainError>[0];
  onLookAgain: () => void;
}) {
  const t = useT();
  const plain = plainError(error);
  if (!plain) return null;
  return (
    <ErrorProblem error={plain}>
      <Button onClick={onLookAgain}>{t`Look again`}</Button>
    </ErrorProblem>
  );
}
