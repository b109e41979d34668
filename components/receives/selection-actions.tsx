"use client";

import { Play, X } from "lucide-react";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { Button } from "@/components/ui/button";
import { RefusableButton } from "@/components/ui/refusable-button";
import type { ListedReceive } from "@/server/api/hub";
import { leftOfAll, notTogether } from "./words";

/** What can be done with all that is selected: only what is gentle. */
export function SelectionActions({
  receives,
  silent,
  onClear,
  onResume,
}: {
  receives: readonly ListedReceive[];
  silent: ReadonlySet<string>;
  onClear: () => void;
  onResume: (opener: Element) => void;
}) {
  const t = useT();
  const mayNot = useRefusal("transfers.start resume");
  const can = receives.filter((one) => notTogether(one, silent) === null);
  return (
    <div className="pointer-events-auto flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line-strong bg-surface px-4 py-3 shadow-[0_-8px_24px_-16px_rgb(0_0_0/0.4)] sm:mb-3 sm:rounded-xl sm:border sm:px-6">
      <p className="mr-auto">
        <span className="font-semibold">{t`${receives.length} selected`}</span>{" "}
        <span className="text-muted">· {t(leftOfAll(can))}</span>
      </p>
      <Button tone="quiet" onClick={onClear}>
        <X aria-hidden /> {t`Select none`}
      </Button>
      <RefusableButton
        tone="primary"
        className="max-sm:grow"
        refusal={mayNot ?? (can.length === 0 ? t`None of these can be resumed by one click.` : null)}
        onClick={onResume}
      >
        <Play aria-hidden /> {t`Resume ${can.length}…`}
      </RefusableButton>
    </div>
  );
}
