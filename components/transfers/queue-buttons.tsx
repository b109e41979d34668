"use client";

import { useMutation } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, ArrowUpToLine } from "lucide-react";
import { useMemo } from "react";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";
import { plainError } from "@/components/live/errors";
import { useLive } from "@/components/live/live";
import { RefusableButton } from "@/components/ui/refusable-button";
import { type Said, say } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";
import { type QueueMove, queueMoves, queueOf } from "./queue-words";

const icons = { first: ArrowUpToLine, up: ArrowUp, down: ArrowDown } as const;

function moveWords(to: QueueMove, dataset: string): Said {
  switch (to) {
    case "first":
      return say`Move ${dataset} to the front of the queue`;
    case "up":
      return say`Move ${dataset} up in the queue`;
    case "down":
      return say`Move ${dataset} down in the queue`;
  }
}

/** Moves a transfer in the queue; nothing for one that is not in it, or alone there. */
export function QueueButtons({ transfer: { id, state, dataset, place } }: { transfer: Transfer }) {
  const t = useT();
  const trpc = useTRPC();
  const mayNot = useRefusal("transfers.move");
  const { transfers } = useLive();
  const queue = useMemo(() => queueOf([...transfers.values()]), [transfers]);
  const move = useMutation(trpc.transfers.move.mutationOptions());
  const error = plainError(move.error);
  if (state !== "queued" || queue.length < 2) return null;
  const moves = queueMoves(queue, id);
  return (
    <div>
      <div className="flex gap-1">
        {(["first", "up", "down"] as const satisfies QueueMove[]).map((to) => {
          const Icon = icons[to];
          const found = moves[to];
          return (
            <RefusableButton
              key={to}
              className="w-11 px-0! lg:w-8"
              label={t(moveWords(to, dataset))}
              refusal={
                found ? mayNot : to === "down" ? t`It is the last in the queue.` : t`It is the first already.`
              }
              disabled={move.isPending}
              onClick={() => found && move.mutate({ id, before: found.before })}
            >
              <Icon aria-hidden />
            </RefusableButton>
          );
        })}
      </div>
      <p aria-live="polite" className="sr-only">
        {move.isSuccess && place !== null && t`${dataset} is number ${place} in the queue now.`}
      </p>
      {error && (
        <p role="alert" className="mt-1 max-w-56 text-xs text-danger">
          {t(error.sentence)}
        </p>
      )}
    </div>
  );
}
