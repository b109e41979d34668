"use client";

import { Menu } from "@base-ui/react/menu";
import { useMutation } from "@tanstack/react-query";
import { Ban, ChevronDown, Play, SquareTerminal, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { useOpenPlan } from "@/components/plans/plan-dialog";
import { hasEnded } from "@/components/transfers/words";
import { Button, buttonClass } from "@/components/ui/button";
import { Problem } from "@/components/ui/problem";
import type { PartialReceive } from "@/server/receives/types";
import type { Transfer } from "@/server/transfers/types";
import { forceMenu } from "./force-menu";

/** The last two cells of a row where nothing moves: what is the matter, and what can be done about it. */
export function IdleCells({
  receive,
  transfer,
  unavailable,
  cell,
  children,
}: {
  receive: PartialReceive;
  transfer: Transfer | undefined;
  unavailable: string | null;
  cell: string;
  children: ReactNode;
}) {
  const trpc = useTRPC();
  const openPlan = useOpenPlan();
  const start = useMutation(trpc.transfers.start.mutationOptions());
  const error = plainError(start.error);
  const { id, fingerprint, dataset } = receive;

  // Between the server's yes and the list that shows it, the button must not look as if nothing had happened.
  const startedId = start.data?.id;
  const settled = transfer !== undefined && transfer.id === startedId && hasEnded(transfer.state);
  const starting = start.isPending || (startedId !== undefined && !settled);
  const disabled = unavailable !== null || starting;
  const common = { disabled, "aria-describedby": unavailable ?? undefined };

  return (
    <>
      <td className={`${cell} max-lg:col-span-3`}>
        {children}
        {error && (
          <div className="mt-2 text-xs">
            <Problem sentence={error.sentence} stderr={error.stderr}>
              <Button tone="quiet" className="-ml-3" onClick={() => start.reset()}>
                <X aria-hidden /> Dismiss
              </Button>
            </Problem>
          </div>
        )}
      </td>
      <td className={`${cell} max-lg:col-span-3 lg:pr-4`}>
        <div className="flex flex-wrap gap-2 lg:flex-nowrap lg:justify-end">
          <span className="flex max-sm:basis-full">
            <Button
              {...common}
              tone="primary"
              className="rounded-r-none max-sm:grow"
              aria-label={`Resume ${dataset}`}
              onClick={() => start.mutate({ id, fingerprint, intent: "resume" })}
            >
              <Play aria-hidden /> {starting ? "Starting…" : "Resume"}
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
          <Button
            {...common}
            className="max-sm:grow"
            aria-label={`Abort ${dataset}`}
            onClick={() => openPlan(receive, "abort")}
          >
            <Ban aria-hidden /> Abort
          </Button>
          <Menu.Trigger
            {...common}
            handle={forceMenu}
            payload={receive}
            aria-label={`Force ${dataset}`}
            className={buttonClass("plain", "max-sm:grow")}
          >
            Force <ChevronDown aria-hidden />
          </Menu.Trigger>
        </div>
      </td>
    </>
  );
}
