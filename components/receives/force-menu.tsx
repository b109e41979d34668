"use client";

import { Menu } from "@base-ui/react/menu";
import { CircleSlash, RotateCcw, Undo2 } from "lucide-react";
import { type ReactNode, useId } from "react";
import { useRefusal } from "@/components/account/me";
import { useOpenPlan } from "@/components/plans/plan-dialog";
import type { PartialReceive } from "@/server/receives/types";
import { refusalOf } from "./words";

/** Ties the rows' buttons to the one menu that serves them all. */
export const forceMenu = Menu.createHandle<PartialReceive>();

/** The two ways to force a receive, for whichever row asked. One that is not offered says why instead of what it does. */
export function ForceMenu() {
  const openPlan = useOpenPlan();
  const mayNot = useRefusal("transfers.start start-over");
  return (
    <Menu.Root handle={forceMenu}>
      {({ payload: receive }) => (
        <Menu.Portal>
          <Menu.Positioner sideOffset={6} align="end" className="outline-none">
            <Menu.Popup className="w-80 max-w-[calc(100vw-2rem)] rounded-lg border border-line bg-surface max-h-(--available-height) overflow-y-auto p-1 shadow-xl outline-none transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0">
              <Item
                icon={<Undo2 aria-hidden />}
                label="Resume with rollback…"
                explanation="Keeps what was received and sends the rest. Undoes what changed on the target."
                refusal={(receive && refusalOf(receive, "resume-with-rollback")) ?? mayNot}
                onClick={() => receive && openPlan(receive, "resume-with-rollback")}
              />
              <Item
                icon={<RotateCcw aria-hidden />}
                label="Start over…"
                explanation="Discards what was received and sends the whole snapshot again."
                refusal={(receive && refusalOf(receive, "start-over")) ?? mayNot}
                onClick={() => receive && openPlan(receive, "start-over")}
              />
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      )}
    </Menu.Root>
  );
}

function Item({
  icon,
  label,
  explanation,
  refusal,
  onClick,
}: {
  icon: ReactNode;
  label: string;
  explanation: string;
  refusal: string | null;
  onClick: () => void;
}) {
  const labelId = useId();
  const explanationId = useId();
  return (
    <Menu.Item
      aria-labelledby={labelId}
      aria-describedby={explanationId}
      disabled={refusal !== null}
      onClick={onClick}
      className="flex min-h-11 cursor-pointer gap-2.5 rounded-md px-3 py-2 outline-none select-none data-disabled:cursor-not-allowed data-highlighted:bg-sunken [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted"
    >
      {refusal === null ? icon : <CircleSlash aria-hidden />}
      <span className="min-w-0">
        <span id={labelId} className={`block font-medium ${refusal === null ? "" : "text-muted"}`}>
          {label}
        </span>
        <span id={explanationId} className="mt-0.5 block text-xs text-muted wrap-anywhere">
          {refusal ?? explanation}
        </span>
      </span>
    </Menu.Item>
  );
}
