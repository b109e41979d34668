"use client";

import { Menu } from "@base-ui/react/menu";
import { Ban, ChevronDown, Play, SquareTerminal, Undo2 } from "lucide-react";
import { useRefusal } from "@/components/account/me";
import { useOpenPlan } from "@/components/plans/plan-dialog";
import { Button, buttonClass } from "@/components/ui/button";
import { RefusableButton } from "@/components/ui/refusable-button";
import type { PartialReceive } from "@/server/receives/types";
import { forceMenu } from "./force-menu";
import { needsDialog, primaryAction, refusalOf, wayToFinish } from "./words";

type Common = { disabled: boolean; describedBy: string | undefined };

/**
 * What can be done with an idle receive. What the verdict does not allow stays in its place and says why.
 * @param starting whether what was pressed here is being started.
 * @param unavailable id of the element that says why nothing can be done here now; null where it can.
 */
export function Actions({
  receive,
  starting,
  unavailable,
  onResume,
}: {
  receive: PartialReceive;
  starting: boolean;
  unavailable: string | null;
  onResume: () => void;
}) {
  const common: Common = {
    disabled: unavailable !== null || starting,
    describedBy: unavailable ?? undefined,
  };
  return (
    <div className="flex flex-wrap gap-2 xl:flex-nowrap">
      <Finish receive={receive} starting={starting} common={common} onResume={onResume} />
      <Abort receive={receive} common={common} />
      <Menu.Trigger
        disabled={common.disabled}
        aria-describedby={common.describedBy}
        handle={forceMenu}
        payload={receive}
        aria-label={`Force ${receive.dataset}`}
        className={buttonClass("plain", "max-sm:grow")}
      >
        Force <ChevronDown aria-hidden />
      </Menu.Trigger>
    </div>
  );
}

/** One button for every way to finish: verdicts change while the page is open, and the focus may be on it. */
function Finish({
  receive,
  starting,
  common,
  onResume,
}: {
  receive: PartialReceive;
  starting: boolean;
  common: Common;
  onResume: () => void;
}) {
  const openPlan = useOpenPlan();
  const { dataset } = receive;
  const way = wayToFinish(receive);
  const mayNot = useRefusal(
    `transfers.start ${way?.intent === "resume-with-rollback" ? way.intent : "resume"}`,
  );
  const label = way?.label ?? "Resume";
  const asks = way !== null && needsDialog(receive, way.intent);
  const atOnce = way !== null && !asks;
  const words = asks ? `${label}…` : label;
  return (
    <span className="flex max-sm:basis-full">
      <RefusableButton
        {...common}
        refusal={way ? mayNot : (refusalOf(receive, "resume") ?? "")}
        tone="primary"
        className={`max-sm:grow ${atOnce ? "rounded-r-none" : ""}`}
        label={`${label} ${dataset}`}
        onClick={() => (asks ? openPlan(receive, way.intent) : onResume())}
      >
        {way?.intent === "resume-with-rollback" ? <Undo2 aria-hidden /> : <Play aria-hidden />}{" "}
        {way && starting ? "Starting…" : words}
      </RefusableButton>
      {atOnce && (
        <Button
          disabled={common.disabled}
          aria-describedby={common.describedBy}
          tone="primary"
          className="rounded-l-none border-l border-surface/40 px-2! max-lg:w-11"
          aria-label={`Show commands for ${dataset}`}
          title="Show the commands that Resume runs"
          onClick={() => openPlan(receive, "resume")}
        >
          <SquareTerminal aria-hidden />
        </Button>
      )}
    </span>
  );
}

function Abort({ receive, common }: { receive: PartialReceive; common: Common }) {
  const openPlan = useOpenPlan();
  const mayNot = useRefusal("receives.abort");
  return (
    <RefusableButton
      {...common}
      refusal={refusalOf(receive, "abort") ?? mayNot}
      tone={primaryAction(receive) === "abort" ? "primary" : "plain"}
      className="max-sm:grow"
      label={`Abort ${receive.dataset}`}
      onClick={() => openPlan(receive, "abort")}
    >
      <Ban aria-hidden /> Abort…
    </RefusableButton>
  );
}
