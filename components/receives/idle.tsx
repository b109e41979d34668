"use client";

import { Menu } from "@base-ui/react/menu";
import { useMutation } from "@tanstack/react-query";
import { Ban, ChevronDown, CirclePause, Play, SquareTerminal, TriangleAlert, X } from "lucide-react";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { useOpenPlan } from "@/components/plans/plan-dialog";
import { hasEnded } from "@/components/transfers/words";
import { Button, buttonClass } from "@/components/ui/button";
import { Ago } from "@/components/ui/clock";
import { Problem } from "@/components/ui/problem";
import type { PartialReceive } from "@/server/receives/types";
import type { Transfer } from "@/server/transfers/types";
import { forceMenu } from "./force-menu";
import { StateLine } from "./state-line";

/** A receive where nothing moves: what is the matter, and what can be done about it. */
export function Idle({
  receive,
  transfer,
  unavailable,
}: {
  receive: PartialReceive;
  transfer: Transfer | undefined;
  unavailable: string | null;
}) {
  const trpc = useTRPC();
  const openPlan = useOpenPlan();
  const start = useMutation(trpc.transfers.start.mutationOptions());
  const error = plainError(start.error);
  const { id, fingerprint, dataset } = receive;

  // Between the server's yes and the list that shows it, the button must not look as if nothing had happened.
  const started = start.data;
  const settled = started && transfer && transfer.startedAt >= started.startedAt && hasEnded(transfer.state);
  const starting = start.isPending || (started !== undefined && !settled);
  const disabled = unavailable !== null || starting;
  const common = { disabled, "aria-describedby": unavailable ?? undefined };

  return (
    <>
      <div className="flex flex-col gap-3 xl:flex-row xl:items-start xl:justify-between">
        <div className="min-w-0">
          <Stopped receive={receive} transfer={transfer} />
        </div>
        <div className="flex flex-wrap gap-2 xl:shrink-0 xl:flex-nowrap">
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
      </div>
      {error && (
        <div className="mt-3">
          <Problem sentence={error.sentence} stderr={error.stderr}>
            <Button onClick={() => start.reset()}>
              <X aria-hidden /> Dismiss
            </Button>
          </Problem>
        </div>
      )}
    </>
  );
}

function Stopped({ receive, transfer }: { receive: PartialReceive; transfer: Transfer | undefined }) {
  const lastTry =
    transfer?.endedAt != null && transfer.endedAt >= receive.began && transfer.message !== null
      ? transfer
      : null;
  return (
    <>
      <StateLine icon={<CirclePause aria-hidden className="text-attention" />}>Stopped half-way</StateLine>
      {!receive.token.ok && (
        <p className="mt-1 text-xs wrap-anywhere">
          <TriangleAlert aria-hidden className="inline size-3.5 align-[-2px]" /> {receive.token.problem}
        </p>
      )}
      {lastTry?.endedAt != null && (
        <p className="mt-1 text-xs text-muted wrap-anywhere">
          Last try, <Ago at={lastTry.endedAt} />: {lastTry.message}
        </p>
      )}
    </>
  );
}
