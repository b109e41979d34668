import { useMemo } from "react";
import { useLive } from "@/components/live/live";
import type { ListedReceive } from "@/server/api/hub";

/** The receives of hosts that answer, once all of them are here: before that, none of them is missing. */
export function useAnswering(): ReadonlyMap<string, readonly ListedReceive[]> {
  const { receivesByHost, hosts, complete } = useLive();
  return useMemo(
    () => new Map([...receivesByHost].filter(([name]) => complete && hosts.get(name)?.status === "online")),
    [receivesByHost, hosts, complete],
  );
}
