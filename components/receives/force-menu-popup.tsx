"use client";

import { Menu } from "@base-ui/react/menu";
import { CircleSlash, RotateCcw, Undo2 } from "lucide-react";
import { type ReactNode, useEffect, useId } from "react";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { useOpenPlan } from "@/components/plans/plan-dialog";
import type { Opened } from "@/components/ui/popup-for-many";
import type { ListedReceive } from "@/server/api/hub";

import { refusalOf } from "./words";

/** The menu itself. A way that is not offered says why instead of what it does. */
export function ForceMenuPopup({
  button,
  about: receive,
  open,
  onClose,
}: Opened<ListedReceive> & { open: boolean; onClose: () => void }) {
  const t = useT();
  const openPlan = useOpenPlan();
  const mayNot = useRefusal("transfers.start start-over");
  const id = useId();
  const noRollback = refusalOf(receive, "resume-with-rollback") ?? mayNot;
  const noStartOver = refusalOf(receive, "start-over") ?? mayNot;
  // One reason for both is said once.
  const neither = noRollback === noStartOver ? noRollback : null;
  useEffect(() => {
    if (!open) return;
    button.setAttribute("aria-expanded", "true");
    // The dialog that an item opens gives the focus back to what controls the menu.
    button.setAttribute("aria-controls", id);
    return () => {
      button.setAttribute("aria-expanded", "false");
      button.removeAttribute("aria-controls");
    };
  }, [open, button, id]);
  return (
    <Menu.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Menu.Portal>
        <Menu.Positioner anchor={button} sideOffset={6} align="end" className="outline-none">
          <Menu.Popup
            id={id}
            finalFocus={() => button}
            className="w-80 max-w-[calc(100vw-2rem)] rounded-lg border border-line bg-surface max-h-(--available-height) overflow-y-auto p-1 shadow-xl outline-none transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0"
          >
            <Item
              icon={<Undo2 aria-hidden />}
              label={t`Resume with rollback…`}
              explanation={t`Keeps what was received and sends the rest. Undoes what changed on the target.`}
              refusal={noRollback}
              explained={neither !== null}
              onClick={() => openPlan(receive, "resume-with-rollback")}
            />
            <Item
              icon={<RotateCcw aria-hidden />}
              label={t`Start over…`}
              explanation={t`Discards what was received and sends the whole snapshot again.`}
              refusal={noStartOver}
              onClick={() => openPlan(receive, "start-over")}
            />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Item({
  icon,
  label,
  explanation,
  refusal,
  explained = false,
  onClick,
}: {
  icon: ReactNode;
  label: string;
  explanation: string;
  refusal: string | null;
  /** What follows says why it is refused, in the same words. */
  explained?: boolean;
  onClick: () => void;
}) {
  const t = useT();
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
        <span id={explanationId} hidden={explained} className="mt-0.5 block text-xs text-muted wrap-anywhere">
          {refusal === null ? explanation : t(refusal)}
        </span>
      </span>
    </Menu.Item>
  );
}
