import { CircleMinus, CirclePlus } from "lucide-react";
import type { ReactNode } from "react";
import { formatBytes } from "@/components/format";
import type { Plan } from "@/server/receives/plan";
import type { PartialReceive } from "@/server/receives/types";
import { lossSize, lossWords, whatIsKept } from "./words";

/** What a plan costs and what it brings: lost, kept, still to send, and from where. */
export function PlanDetails({ plan, receive }: { plan: Plan; receive: PartialReceive }) {
  const { source, losses, remaining } = plan;
  const kept = whatIsKept(plan, receive);
  return (
    <>
      <section aria-label="What is lost">
        <h3 className="mb-1 font-semibold">What is lost</h3>
        {losses.length === 0 ? (
          <p className="text-muted">Nothing.</p>
        ) : (
          <ul className="space-y-1">
            {losses.map((loss) => (
              <li key={`${loss.what} ${loss.name}`} className="flex gap-2">
                <CircleMinus aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
                <span className="min-w-0 flex-1 whitespace-pre-wrap wrap-anywhere">{lossWords(loss)}</span>
                <span className="shrink-0 font-medium">{lossSize(loss)}</span>
              </li>
            ))}
          </ul>
        )}
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
      {source && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          <Fact name="Sent from">
            {source.snapshot} on {source.host}
          </Fact>
          {source.base !== null && <Fact name="Builds on">{source.base}</Fact>}
          <Fact name="Still to send">
            {remaining === null ? "not known; ZFS gave no estimate" : formatBytes(remaining)}
          </Fact>
        </dl>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="whitespace-pre-wrap wrap-anywhere">{children}</dd>
    </>
  );
}
