"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTRPC } from "@/components/live/client";
import { hasEnded } from "@/components/transfers/words";
import type { ListedReceive } from "@/server/api/hub";
import type { Transfer } from "@/server/transfers/types";

type Lists = ReadonlyMap<string, readonly ListedReceive[]>;

/** A receive as it was last, and what took it off the list: an abort on this page, or a transfer of Halfway's. */
export type DepartedReceive = { receive: ListedReceive; by: "abort" | "transfer" };
export type Departed = ReadonlyMap<string, DepartedReceive>;

/** In a page that nobody looks at for a week they would pile up. */
const keptAtMost = 20;

/**
 * Receives that were finished or discarded while somebody looked at the list. Their rows keep their places until they are
 * dismissed: else the next one's Resume moves under the pointer, and nothing says what became of this one.
 * @param complete whether what is not in the lists is not there.
 * @param newest the newest transfer into each receive, by its id.
 * @returns the lists with these in them, and these.
 */
export function useDeparted(
  receivesByHost: Lists,
  complete: boolean,
  newest: ReadonlyMap<string, Transfer>,
): { lists: Lists; departed: Departed; dismiss: (id: string) => void } {
  const aborts = useTRPC().receives.abort.mutationKey();
  const mutations = useQueryClient().getMutationCache();
  const [seen, setSeen] = useState<{ lists: Lists; complete: boolean; departed: Departed }>({
    ...{ lists: receivesByHost, complete, departed: new Map() },
  });
  // While it is rendered, so that no row is gone for a moment.
  let { departed } = seen;
  if (seen.lists !== receivesByHost || seen.complete !== complete) {
    const abortedHere = (id: string) =>
      mutations
        .findAll({ mutationKey: aborts })
        .some(({ state }) => state.status !== "error" && idIn(state.variables) === id);
    if (seen.complete && complete) {
      departed = departedAfter(seen.departed, seen.lists, receivesByHost, (receive) =>
        abortedHere(receive.id) ? "abort" : endedBy(receive, newest.get(receive.id)) ? "transfer" : null,
      );
    }
    setSeen({ lists: receivesByHost, complete, departed });
  }
  const lists = useMemo(() => withDeparted(receivesByHost, departed), [receivesByHost, departed]);
  const dismiss = (id: string) =>
    setSeen(({ departed, ...rest }) => ({
      ...rest,
      departed: new Map([...departed].filter(([one]) => one !== id)),
    }));
  return { lists, departed, dismiss };
}

/**
 * Whether a receive that is gone was ended by a transfer of ours. One that has just finished may have been listed as standing
 * still for a moment.
 */
export function endedBy({ activity, began }: ListedReceive, transfer: Transfer | undefined): boolean {
  if (!transfer) return false;
  if (activity.kind === "receiving") return activity.by === "halfway";
  const { state, endedAt } = transfer;
  return !hasEnded(state) || (state === "finished" && endedAt !== null && endedAt >= began);
}

/**
 * Which have departed, after a change. What is gone without us was dealt with elsewhere, or its pool was taken away: of that
 * nothing can be said.
 * @param by what took a receive off the list; null where that was not us.
 */
export function departedAfter(
  departed: Departed,
  before: Lists,
  now: Lists,
  by: (receive: ListedReceive) => DepartedReceive["by"] | null,
): Departed {
  const there = new Set([...now.values()].flatMap((list) => list.map(({ id }) => id)));
  const left = [...before].flatMap(([host, list]) =>
    now.has(host) && list !== now.get(host)
      ? list.flatMap((receive): DepartedReceive[] => {
          const who = there.has(receive.id) ? null : by(receive);
          return who === null ? [] : [{ receive, by: who }];
        })
      : [],
  );
  const kept = [...departed].filter(([id, { receive }]) => !there.has(id) && now.has(receive.host));
  if (left.length === 0 && kept.length === departed.size) return departed;
  return new Map([...kept, ...left.map((one) => [one.receive.id, one] as const)].slice(-keptAtMost));
}

function withDeparted(lists: Lists, departed: Departed): Lists {
  if (departed.size === 0) return lists;
  const all = new Map(lists);
  for (const { receive } of departed.values()) {
    all.set(receive.host, [...(all.get(receive.host) ?? []), receive]);
  }
  return all;
}

function idIn(variables: unknown): unknown {
  return typeof variables === "object" && variables !== null && "id" in variables ? variables.id : null;
}
