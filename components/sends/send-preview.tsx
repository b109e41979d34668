import { CircleX, TriangleAlert } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { formatBytes } from "@/components/format";
import { useT } from "@/components/language/language";
import { Button, buttonClass } from "@/components/ui/button";
import { CommandLine } from "@/components/ui/command-line";
import { Commands } from "@/components/ui/commands";
import { Notice } from "@/components/ui/notice";
import type { NewSend, SendRequest } from "@/server/receives/new-send";
import type { SendObstacle } from "@/server/receives/types";
import { streamWords } from "./words";

/**
 * What a send would do: what is in its way, what goes over the wire and why, and the commands.
 * @param old whether something was chosen anew since.
 */
export function SendPreview({
  send,
  request,
  old,
  onLookAgain,
}: {
  send: NewSend;
  request: SendRequest;
  old: boolean;
  onLookAgain: () => void;
}) {
  const t = useT();
  const { obstacles, stream, plan } = send;
  const { source, target, options } = request;
  const from = { host: source.host, dataset: source.snapshot.replace(/@.*$/s, "") };
  return (
    <div className={`space-y-4 ${old ? "opacity-50" : ""}`}>
      <div aria-live="polite">
        {obstacles.length > 0 && <Obstacles obstacles={obstacles} onLookAgain={onLookAgain} />}
      </div>
      {plan && plan.cautions.length > 0 && (
        <section aria-label={t`Read this first`} className="space-y-2">
          {plan.cautions.map((caution) => (
            <Notice key={caution}>{t(caution)}</Notice>
          ))}
        </section>
      )}
      {stream && plan && (
        <section aria-labelledby="what-happens" className="space-y-3">
          <h3 id="what-happens" className="font-semibold">
            {obstacles.some(({ certain }) => certain) ? t`What would happen without that` : t`What happens`}
          </h3>
          <div className="max-w-prose space-y-1.5 wrap-anywhere">
            {streamWords(stream, from, target, options.steps).map((words) => (
              <p key={words}>{t(words)}</p>
            ))}
          </div>
          <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[auto_1fr]">
            <Fact name={t`From`}>{t`${source.snapshot} on ${source.host}`}</Fact>
            <Fact name={t`To`}>{t`${target.dataset} on ${target.host}`}</Fact>
            <Fact name={t`To send`}>
              {plan.remaining === null
                ? t`not known; ZFS gave no estimate`
                : t`about ${formatBytes(plan.remaining)}, by ZFS's estimate`}
            </Fact>
            <Fact name={t`Afterwards`}>
              {stream.kind === "full"
                ? t`${target.dataset} is there, and not mounted.`
                : t`${target.dataset} is as the source was at that snapshot.`}
            </Fact>
          </dl>
          <div>
            <h4 className="mb-1 font-semibold">{t`What runs`}</h4>
            <Commands steps={[...plan.steps, ...plan.holds]} />
          </div>
        </section>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 whitespace-pre-wrap wrap-anywhere max-sm:mb-1.5">{children}</dd>
    </>
  );
}

function Obstacles({
  obstacles,
  onLookAgain,
}: {
  obstacles: readonly SendObstacle[];
  onLookAgain: () => void;
}) {
  const t = useT();
  const certain = obstacles.some((one) => one.certain);
  const Icon = certain ? CircleX : TriangleAlert;
  return (
    <section
      aria-labelledby="in-the-way"
      className={`flex gap-2.5 rounded-md px-3 py-2.5 ${certain ? "bg-danger-soft" : "bg-attention-soft"}`}
    >
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${certain ? "text-danger" : "text-attention"}`} />
      <div className="min-w-0 flex-1 space-y-2">
        <h3 id="in-the-way" className="font-semibold">
          {certain ? t`This is in the way` : t`This may be in the way; it is an estimate`}
        </h3>
        <ul className="space-y-3">
          {obstacles.map((obstacle) => (
            <li key={`${obstacle.what} ${obstacle.sentence}`}>
              <p className="wrap-anywhere">{t(obstacle.sentence)}</p>
              {obstacle.remedies.map(({ says, host, command }) => (
                <div key={command} className="mt-1.5 text-xs/5">
                  <p className="wrap-anywhere">{t`${says}, on ${host}:`}</p>
                  <CommandLine host={host} command={command} label={t(says)} />
                </div>
              ))}
            </li>
          ))}
        </ul>
        <div className="flex flex-wrap gap-2">
          {obstacles.some(({ what }) => what === "unfinished-receive") && (
            <Link href="/" className={buttonClass("plain")}>
              {t`To the interrupted receives`}
            </Link>
          )}
          <Button onClick={onLookAgain}>{t`Look again`}</Button>
        </div>
      </div>
    </section>
  );
}
