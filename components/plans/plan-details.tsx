import { CirclePlus } from "lucide-react";
import type { ReactNode } from "react";
import { formatBytes } from "@/components/format";
import { useT } from "@/components/language/language";
import { Notice } from "@/components/ui/notice";
import type { ListedReceive } from "@/server/api/hub";
import type { Plan } from "@/server/receives/plan";
import { Losses } from "./losses";
import { alsoLost, rollsBackTo, whatIsKept } from "./words";

/** What a plan costs and what it brings: what looks wrong, what is lost, what is kept, and what is sent from where. */
export function PlanDetails({ plan, receive }: { plan: Plan; receive: ListedReceive }) {
  const t = useT();
  const { cautions, losses } = plan;
  const kept = whatIsKept(plan, receive);
  const also = alsoLost(plan);
  return (
    <>
      {cautions.length > 0 && (
        <section aria-label={t`Read this first`} className="space-y-2">
          {cautions.map((caution) => (
            <Notice key={caution}>{t(caution)}</Notice>
          ))}
        </section>
      )}
      <section aria-label={t`What is lost`}>
        <h3 className="mb-1 font-semibold">{t`What is lost`}</h3>
        {losses.length === 0 ? (
          <p className="text-muted">{also === null ? t`Nothing.` : t`Nothing so far.`}</p>
        ) : (
          <Losses losses={losses} dataset={receive.dataset} host={receive.host} />
        )}
        {also !== null && <p className="mt-2">{t(also)}</p>}
      </section>
      {kept.length > 0 && (
        <section aria-label={t`What is kept`}>
          <h3 className="mb-1 font-semibold">{t`What is kept`}</h3>
          <ul className="space-y-1">
            {kept.map((words) => (
              <li key={words} className="flex gap-2">
                <CirclePlus aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
                <span className="min-w-0 whitespace-pre-wrap wrap-anywhere">{t(words)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Facts plan={plan} host={receive.host} />
    </>
  );
}

function Facts({ plan, host }: { plan: Plan; host: string }) {
  const t = useT();
  const { source, remaining, frees } = plan;
  const backTo = rollsBackTo(plan);
  if (!source && backTo === null && frees === 0n) return null;
  return (
    <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[minmax(0,auto)_1fr]">
      {backTo !== null && <Fact name={t`Rolls back to`}>{backTo}</Fact>}
      {source && (
        <>
          <Fact name={t`Sent from`}>{t`${source.snapshot} on ${source.host}`}</Fact>
          {source.base !== null && <Fact name={t`Builds on`}>{source.base}</Fact>}
          <Fact name={t`Still to send`}>
            {remaining === null ? t`not known; ZFS gave no estimate` : formatBytes(remaining)}
          </Fact>
        </>
      )}
      {frees > 0n && <Fact name={t`Space that comes back`}>{t`${formatBytes(frees)} on ${host}`}</Fact>}
    </dl>
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
