"use client";

import { formatBytes } from "@/components/format";
import { useT } from "@/components/language/language";
import { TokenFacts } from "@/components/tokens/token-facts";
import { tokenInWords } from "@/components/tokens/words";
import { Ago } from "@/components/ui/clock";
import { Card } from "./card";
import type { ReceiveState } from "./use-receive";

/** What is being sent, as the token has it, and where it lies. */
export function Sent({
  receive,
}: {
  receive: NonNullable<ReceiveState["listed"] | ReceiveState["inspected"]>;
}) {
  const t = useT();
  const { token, type, stateIn, dataset, spaceHeld, began } = receive;
  const where =
    stateIn === "dataset"
      ? type === "volume"
        ? t`This receive creates the volume. Aborting it removes the volume.`
        : t`This receive creates the filesystem. Aborting it removes the filesystem.`
      : type === "volume"
        ? t`It goes into a volume that is there already. What was received is kept in ${`${dataset}/%recv`}, apart from its own data.`
        : t`It goes into a filesystem that is there already. What was received is kept in ${`${dataset}/%recv`}, apart from its own data.`;
  return (
    <Card title={t`What is received`}>
      {token.ok ? (
        <p className="max-w-prose wrap-anywhere">{t(tokenInWords(token.value, t.language) ?? "")}</p>
      ) : (
        <p className="wrap-anywhere">{t(token.problem)}</p>
      )}
      <p className="mt-1 max-w-prose text-muted wrap-anywhere">{where}</p>
      <p className="mt-1 text-muted">
        {t.rich`It began ${<Ago at={began} />} and holds ${formatBytes(spaceHeld)} on its pool.`}
      </p>
      {token.ok && (
        <details className="mt-2">
          <summary className="w-fit rounded py-1 text-muted hover:text-ink pointer-coarse:py-3">
            {t`All that the resume token says`}
          </summary>
          <div className="mt-2">
            <TokenFacts token={token.value} />
          </div>
        </details>
      )}
    </Card>
  );
}
