"use client";

import { Menu } from "@base-ui/react/menu";
import { Ban, ChevronDown, Play, SquareTerminal, Undo2 } from "lucide-react";
import { useOpenPlan } from "@/components/plans/plan-dialog";
import { Button, buttonClass } from "@/components/ui/button";
import { RefusedButton } from "@/components/ui/refused-button";
import type { PartialReceive } from "@/server/receives/types";
import { forceMenu } from "./force-menu";
import { needsDialog, primaryAction, refusalOf, type WayToFinish, wayToFinish } from "./words";

type Common = { disabled: boolean; "aria-describedby": string | undefined };

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
    "aria-describedby": unavailable ?? undefined,
  };
  const way = wayToFinish(receive);
  return (
    <div className="flex flex-wrap gap-2 xl:flex-nowrap">
      {way ? (
        <Finish receive={receive} way={way} starting={starting} common={common} onResume={onResume} />
      ) : (
        <RefusedButton
          reason={refusalOf(receive, "resume") ?? ""}
          label={`Resume ${receive.dataset}`}
          className="max-sm:basis-full"
        >
          <Play aria-hidden /> Resume
        </RefusedButton>
      )}
      <Abort receive={receive} common={common} />
      <Menu.Trigger
        {...common}
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

function Finish({
  receive,
  way: { intent, label },
  starting,
  common,
  onResume,
}: {
  receive: PartialReceive;
  way: WayToFinish;
  starting: boolean;
  common: Common;
  onResume: () => void;
}) {
  const openPlan = useOpenPlan();
  const { dataset } = receive;
  if (needsDialog(receive, intent)) {
    return (
      <Button
        {...common}
        tone="primary"
        className="max-sm:basis-full"
        aria-label={`${label} ${dataset}`}
        onClick={() => openPlan(receive, intent)}
      >
        {intent === "resume" ? <Play aria-hidden /> : <Undo2 aria-hidden />}
        {starting ? "Starting…" : `${label}…`}
      </Button>
    );
  }
  return (
    <span className="flex max-sm:basis-full">
      <Button
        {...common}
        tone="primary"
        className="rounded-r-none max-sm:grow"
        aria-label={`${label} ${dataset}`}
        onClick={onResume}
      >
        <Play aria-hidden /> {starting ? "Starting…" : label}
      </Button>
      <Button
        {...common}
        tone="primary"
        className="rounded-l-none border-l border-surface/40 px-2! max-lg:w-11"
        aria-label={`Show commands for ${dataset}`}
        title="Show the commands that Resume runs"
        onClick={() => openPlan(receive, "resume")}
      >
        <SquareTerminal aria-hidden />
      </Button>
    </span>
  );
}

function Abort({ receive, common }: { receive: PartialReceive; common: Common }) {
  const openPlan = useOpenPlan();
  const label = `Abort ${receive.dataset}`;
  const refusal = refusalOf(receive, "abort");
  const inside = (
    <>
      <Ban aria-hidden /> Abort…
    </>
  );
  if (refusal !== null) {
    return (
      <RefusedButton reason={refusal} label={label} className="max-sm:grow">
        {inside}
      </RefusedButton>
    );
  }
  return (
    <Button
      {...common}
      tone={primaryAction(receive) === "abort" ? "primary" : "plain"}
      className="max-sm:grow"
      aria-label={label}
      onClick={() => openPlan(receive, "abort")}
    >
      {inside}
    </Button>
  );
}
