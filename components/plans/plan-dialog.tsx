"use client";

import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useRef,
  useState,
} from "react";
import { useT } from "@/components/language/language";
import { Dialog } from "@/components/ui/dialog";
import { StatusNote } from "@/components/ui/status-note";
import type { ListedReceive } from "@/server/api/hub";
import type { Intent } from "@/server/receives/types";

// The list comes first: what a plan needs is loaded with the first one.
const PlanForm = lazy(async () => ({ default: (await import("./plan-form")).PlanForm }));

type Request = { receive: ListedReceive; intent: Intent };
type OpenPlan = (receive: ListedReceive, intent: Intent) => void;

const OpenPlanContext = createContext<OpenPlan>(() => {});

/** Opens the dialog that shows what an intent means for a receive, before anything runs. */
export function useOpenPlan(): OpenPlan {
  return useContext(OpenPlanContext);
}

/** The one plan dialog of the page; the rows only ask for it, so that thousands of them stay light. */
export function PlanDialogProvider({ children }: { children: ReactNode }) {
  const t = useT();
  const [request, setRequest] = useState<Request | null>(null);
  const [open, setOpen] = useState(false);
  const busy = useRef(false);
  const opener = useRef<HTMLElement | null>(null);
  const [done, setDone] = useState<string | null>(null);

  const openPlan = useCallback<OpenPlan>((receive, intent) => {
    opener.current = openerFor(document.activeElement);
    setDone(null);
    setRequest({ receive, intent });
    setOpen(true);
  }, []);

  return (
    <OpenPlanContext value={openPlan}>
      {children}
      <Dialog
        open={open}
        onClose={() => {
          // What was asked for is under way: its answer must find somebody who reads it.
          if (!busy.current) setOpen(false);
        }}
        onClosed={() => setRequest(null)}
        returnFocusTo={() =>
          // The row of what was aborted is gone, or about to be.
          done === null && opener.current?.isConnected ? opener.current : document.querySelector("h1")
        }
      >
        <Suspense>
          {request && (
            <PlanForm
              key={request.intent}
              {...request}
              onBusy={(now) => {
                busy.current = now;
              }}
              onInstead={(receive, intent) => setRequest({ receive, intent })}
              onClose={() => setOpen(false)}
              onAborted={(words) => {
                setDone(words);
                setOpen(false);
              }}
            />
          )}
        </Suspense>
      </Dialog>
      <StatusNote text={done === null ? null : t(done)} onDismiss={() => setDone(null)} />
    </OpenPlanContext>
  );
}

/** A menu's item is gone by the time the dialog closes; focus then goes to the button that opened the menu. */
function openerFor(active: Element | null): HTMLElement | null {
  const menu = active?.closest("[role=menu]");
  const button = menu?.id ? document.querySelector(`[aria-controls="${CSS.escape(menu.id)}"]`) : active;
  return button instanceof HTMLElement ? button : null;
}
