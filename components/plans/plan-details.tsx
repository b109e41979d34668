import { CircleMinus, CirclePlus } from "lucide-react";
import type { ReactNode } from "react";
import { formatBytes } from "@/components/format";
import { CommandLine } from "@/components/ui/command-line";
import { Notice } from "@/components/ui/notice";
import type { Loss, Plan } from "@/server/receives/plan";
import type { PartialReceive } from "@/server/receives/types";
import { alsoLost, lossSize, lossWords, rollsBackTo, whatIsKept } from "./words";

/** What a plan costs and what it brings: what looks wrong, what is lost, what is kept, and what is sent from where. */
export function PlanDetails({ plan, receive }: { plan: Plan; receive: PartialReceive }) {
  const { cautions, losses } = plan;
  const kept = whatIsKept(plan, receive);
  const also = alsoLost(plan);
  return (
    <>
      {cautions.length > 0 && (
        <section aria-label="Read this first" className="space-y-2">
          {cautions.map((caution) => (
            <Notice key={caution}>{caution}</Notice>
          ))}
        </section>
      )}
      <section aria-label="What is lost">
        <h3 className="mb-1 font-semibold">What is lost</h3>
        {losses.length === 0 ? (
          <p className="text-muted">{also === null ? "Nothing." : "Nothing so far."}</p>
        ) : (
          <ul className="space-y-1">
            {losses.map((loss) => (
              <li key={`${loss.what} ${loss.name}`} className="flex gap-2">
                <CircleMinus aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
                <div className="min-w-0 flex-1">
                  <p className="flex gap-2">
                    <span className="min-w-0 flex-1 whitespace-pre-wrap wrap-anywhere">
                      {lossWords(loss)}
                    </span>
                    <span className="shrink-0 font-medium">{lossSize(loss)}</span>
                  </p>
                  <Look loss={loss} host={receive.host} />
                </div>
              </li>
            ))}
          </ul>
        )}
        {also !== null && <p className="mt-1">{also}</p>}
      </section>
      {kept.length > 0 && (
        <section aria-label="What is kept">
          <h3 className="mb-1 font-semibold">What is kept</h3>
          <ul className="space-y-1">
            {kept.map((words) => (
              <li key={words} className="flex gap-2">
                <CirclePlus aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
                <span className="min-w-0 whitespace-pre-wrap wrap-anywhere">{words}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Facts plan={plan} host={receive.host} />
    </>
  );
}

/** How to see what was changed, before it is gone. */
function Look({ loss, host }: { loss: Loss; host: string }) {
  if (loss.what !== "changes" || loss.look === null) return null;
  return (
    <div className="mt-1 text-xs">
      <p className="text-muted">See what was changed, on {host}:</p>
      <CommandLine host={host} command={loss.look} label={`see what was changed in ${loss.name}`} />
    </div>
  );
}

function Facts({ plan, host }: { plan: Plan; host: string }) {
  const { source, remaining, frees } = plan;
  const backTo = rollsBackTo(plan);
  if (!source && backTo === null && frees === 0n) return null;
  return (
    <dl className="grid grid-cols-[minmax(0,auto)_1fr] gap-x-4 gap-y-1">
      {backTo !== null && <Fact name="Rolls back to">{backTo}</Fact>}
      {source && (
        <>
          <Fact name="Sent from">
            {source.snapshot} on {source.host}
          </Fact>
          {source.base !== null && <Fact name="Builds on">{source.base}</Fact>}
          <Fact name="Still to send">
            {remaining === null ? "not known; ZFS gave no estimate" : formatBytes(remaining)}
          </Fact>
        </>
      )}
      {frees > 0n && (
        <Fact name="Space that comes back">
          {formatBytes(frees)} on {host}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 whitespace-pre-wrap wrap-anywhere">{children}</dd>
    </>
  );
}
