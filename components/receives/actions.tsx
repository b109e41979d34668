"use client";

import { Ban, ChevronDown, Play, SquareTerminal, Undo2 } from "lucide-react";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { useOpenPlan } from "@/components/plans/plan-dialog";
import { Button } from "@/components/ui/button";
import { RefusableButton } from "@/components/ui/refusable-button";
import type { ListedReceive } from "@/server/api/hub";
import { forceMenu } from "./force-menu";
import { finishName, needsDialog, primaryAction, refusalOf, wayToFinish } from "./words";

type Common = { disabled: boolean; describedBy: string | undefined };

/**
 * What can be done with an idle receive, for a line that wraps. What the verdict does not allow stays in its place and says why.
 * @param starting whether what was pressed here is being started.
 * @param unavailable id of the element that says why nothing can be done here now; null where it can.
 */
export function Actions({
  receive,
  starting,
  unavailable,
  onResume,
}: {
  receive: ListedReceive;
  starting: boolean;
  unavailable: string | null;
  onResume: () => void;
}) {
  const t = useT();
  const common: Common = {
    disabled: unavailable !== null || starting,
    describedBy: unavailable ?? undefined,
  };
  return (
    <>
      <Finish receive={receive} starting={starting} common={common} onResume={onResume} />
      <Abort receive={receive} common={common} />
      <Button
        disabled={common.disabled}
        aria-describedby={common.describedBy}
        aria-haspopup="menu"
        tone="quiet"
        aria-label={t`Force ${receive.dataset}`}
        className="px-2.5! max-sm:grow max-sm:border max-sm:border-line-strong"
        onClick={(event) => forceMenu.open(event.currentTarget, receive)}
      >
        {t`Force`} <ChevronDown aria-hidden />
      </Button>
    </>
  );
}

/** One button for every way to finish: verdicts change while the page is open, and the focus may be on it. */
function Finish({
  receive,
  starting,
  common,
  onResume,
}: {
  receive: ListedReceive;
  starting: boolean;
  common: Common;
  onResume: () => void;
}) {
  const t = useT();
  const openPlan = useOpenPlan();
  const { dataset } = receive;
  const way = wayToFinish(receive);
  const mayNot = useRefusal(
    `transfers.start ${way?.intent === "resume-with-rollback" ? way.intent : "resume"}`,
  );
  const asks = way !== null && needsDialog(receive, way.intent);
  const atOnce = way !== null && !asks;
  return (
    <span data-act="resume" className="flex max-sm:basis-full">
      <RefusableButton
        {...common}
        refusal={way ? mayNot : (refusalOf(receive, "resume") ?? "")}
        tone="primary"
        className={`max-sm:grow ${atOnce ? "rounded-r-none" : ""}`}
        label={t(finishName(way, dataset))}
        onClick={() => (asks ? openPlan(receive, way.intent) : onResume())}
      >
        {way?.intent === "resume-with-rollback" ? <Undo2 aria-hidden /> : <Play aria-hidden />}{" "}
        {/* The column is as wide as one word; what kind of resuming it is stands beside it, and in the button's name. */}
        {way && starting ? t`Starting…` : asks ? t`Resume…` : t`Resume`}
      </RefusableButton>
      {atOnce && (
        <Button
          disabled={common.disabled}
          aria-describedby={common.describedBy}
          tone="primary"
          className="rounded-l-none border-l border-surface/40 px-2! max-xl:w-11 xl:px-1.5!"
          aria-label={t`Show commands for ${dataset}`}
          title={t`Show the commands that Resume runs`}
          onClick={() => openPlan(receive, "resume")}
        >
          <SquareTerminal aria-hidden />
        </Button>
      )}
    </span>
  );
}

function Abort({ receive, common }: { receive: ListedReceive; common: Common }) {
  const t = useT();
  const openPlan = useOpenPlan();
  const mayNot = useRefusal("receives.abort");
  const stands = primaryAction(receive) === "abort";
  return (
    <span data-act="abort" className="flex max-sm:grow">
      <RefusableButton
        {...common}
        refusal={refusalOf(receive, "abort") ?? mayNot}
        // What destroys is pointed out, and never beckons.
        tone={stands ? "plain" : "quiet"}
        className={`max-sm:grow px-2.5! ${stands ? "" : "max-sm:border max-sm:border-line-strong"}`}
        label={t`Abort ${receive.dataset}`}
        onClick={() => openPlan(receive, "abort")}
      >
        <Ban aria-hidden /> {t`Abort…`}
      </RefusableButton>
    </span>
  );
}
