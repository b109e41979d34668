import { replaceEqualDeep } from "@tanstack/react-query";
import type { HalfwayEvent, HostSummary } from "@/server/api/hub";
import type { PartialReceive } from "@/server/receives/types";
import type { Memory } from "@/server/store/store";
import type { Transfer } from "@/server/transfers/types";

/** Everything the server has told this tab. */
export type LiveState = {
  hosts: ReadonlyMap<string, HostSummary>;
  receivesByHost: ReadonlyMap<string, readonly PartialReceive[]>;
  transfers: ReadonlyMap<string, Transfer>;
  memory: Memory;
};

/** Events as they came; a `whole` batch is all there is, so that what it lacks is gone. */
export type LiveBatch = { events: readonly HalfwayEvent[]; whole: boolean };

export const nothingYet: LiveState = {
  ...{ hosts: new Map(), receivesByHost: new Map(), transfers: new Map() },
  memory: { state: "kept" },
};

/** Takes a batch in. What did not change stays the same object, so that only rows that did are rendered again. */
export function takeIn(state: LiveState, { events, whole }: LiveBatch): LiveState {
  const from = whole ? nothingYet : state;
  const hosts = new Map(from.hosts);
  // A host that has not answered since the server was started has no list yet: what was last known stays.
  const receivesByHost = new Map(state.receivesByHost);
  const transfers = new Map(from.transfers);
  let { memory } = from;
  for (const event of events) {
    switch (event.type) {
      case "host":
        hosts.set(event.host.name, replaceEqualDeep(state.hosts.get(event.host.name), event.host));
        break;
      case "host-gone":
        hosts.delete(event.host);
        receivesByHost.delete(event.host);
        break;
      case "receives":
        receivesByHost.set(event.host, keepEqual(state.receivesByHost.get(event.host), event.receives));
        break;
      case "transfer":
        transfers.set(
          event.transfer.id,
          replaceEqualDeep(state.transfers.get(event.transfer.id), event.transfer),
        );
        break;
      case "memory":
        memory = event.memory;
        break;
    }
  }
  if (whole) for (const name of receivesByHost.keys()) if (!hosts.has(name)) receivesByHost.delete(name);
  return { hosts, receivesByHost, transfers, memory };
}

function keepEqual(
  before: readonly PartialReceive[] | undefined,
  after: readonly PartialReceive[],
): readonly PartialReceive[] {
  if (!before) return after;
  const known = new Map(before.map((receive) => [receive.id, receive]));
  const next = after.map((receive) => replaceEqualDeep(known.get(receive.id), receive));
  const same = next.length === before.length && next.every((receive, at) => receive === before[at]);
  return same ? before : next;
}
