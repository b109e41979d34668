"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTRPC } from "@/components/live/client";
import type { ListedReceive } from "@/server/api/hub";

type Lists = ReadonlyMap<string, readonly ListedReceive[]>;
type Departed = ReadonlyMap<string, ListedReceive>;

/**
 * Receives that were finished or discarded while somebody looked at the list. Their rows keep their places until they are
 * dismissed: else the next one's Resume moves under the pointer, and nothing says what became of this one.
 * @param complete whether what is not in the lists is not there.
 * @returns the lists with these in them, and these as they were last.
 */
export function useDeparted(receivesByHost: Lists, complete: boolean) {
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
      departed = departedAfter(seen.departed, seen.lists, receivesByHost, abortedHere);
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
 * Which have departed, after a change. What stood still and is gone without us was dealt with elsewhere, or its pool was taken
 * away: of that nothing can be said.
 */
export function departedAfter(
  departed: Departed,
  before: Lists,
  now: Lists,
  abortedHere: (id: string) => boolean,
): Departed {
  const there = new Set([...now.values()].flatMap((list) => list.map(({ id }) => id)));
  const left = [...before].flatMap(([host, list]) =>
    now.has(host) && list !== now.get(host)
      ? list.filter(
          ({ id, activity }) => !there.has(id) && (activity.kind === "receiving" || abortedHere(id)),
        )
      : [],
  );
  const kept = [...departed].filter(([id, { host }]) => !there.has(id) && now.has(host));
  if (left.length === 0 && kept.length === departed.size) return departed;
  return new Map([...kept, ...left.map((one) => [one.id, one] as const)]);
}

function withDeparted(lists: Lists, departed: Departed): Lists {
  if (departed.size === 0) return lists;
  const all = new Map(lists);
  for (const one of departed.values()) all.set(one.host, [...(all.get(one.host) ?? []), one]);
  return all;
}

function idIn(variables: unknown): unknown {
  return typeof variables === "object" && variables !== null && "id" in variables ? variables.id : null;
}
