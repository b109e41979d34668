import { replaceEqualDeep } from "@tanstack/react-query";
import { hasEnded } from "@/components/transfers/words";
import type { HalfwayEvent, HostSummary, ListedReceive, Tally } from "@/server/api/hub";
import type { Memory } from "@/server/store/store";
import type { Transfer } from "@/server/transfers/types";

/** Everything the server has told this tab. */
export type LiveState = {
  hosts: ReadonlyMap<string, HostSummary>;
  /** Of a long list only the first ones, until `complete`. */
  receivesByHost: ReadonlyMap<string, readonly ListedReceive[]>;
  /** All receives of a host in numbers, also of those that are still on their way. */
  tallies: ReadonlyMap<string, Tally>;
  transfers: ReadonlyMap<string, Transfer>;
  memory: Memory;
  /** Whether every receive there is has been told; what is not here then is not there. */
  complete: boolean;
  /** Ids of the receives told since the stream began, by host; null once it is complete. */
  told: ReadonlyMap<string, ReadonlySet<string>> | null;
};

/** Events as they came. A `whole` batch begins with all there is: the hosts and transfers that it lacks are gone. */
export type LiveBatch = { events: readonly HalfwayEvent[]; whole: boolean };

/** Ended transfers that are kept, as many as the server keeps in view: a tab may be open for weeks. */
export const endedKept = 50;

export const nothingYet: LiveState = {
  ...{ hosts: new Map(), receivesByHost: new Map(), tallies: new Map(), transfers: new Map() },
  ...{ memory: { state: "kept" }, complete: false, told: new Map() },
};

/** Takes a batch in. What did not change stays the same object, so that only rows that did are rendered again. */
export function takeIn(state: LiveState, { events, whole }: LiveBatch): LiveState {
  const from = whole ? nothingYet : state;
  const hosts = new Map(from.hosts);
  // A host that has not answered since the server was started has no list yet: what was last known stays.
  const receivesByHost = new Map(state.receivesByHost);
  const tallies = new Map(state.tallies);
  const transfers = new Map(from.transfers);
  let { memory } = from;
  // What was known stays on the page while a stream begins anew.
  let complete = state.complete;
  let told = from.told && new Map(from.told);
  for (const event of events) {
    switch (event.type) {
      case "host":
        hosts.set(event.host.name, replaceEqualDeep(state.hosts.get(event.host.name), event.host));
        break;
      case "host-gone":
        hosts.delete(event.host);
        receivesByHost.delete(event.host);
        tallies.delete(event.host);
        break;
      case "receives":
        receivesByHost.set(event.host, changed(receivesByHost.get(event.host), event));
        tallies.set(event.host, replaceEqualDeep(tallies.get(event.host), event.tally));
        told?.set(
          event.host,
          new Set([...(told.get(event.host) ?? []), ...event.receives.map(({ id }) => id)]),
        );
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
      case "complete":
        for (const [host, ids] of told ?? []) {
          const known = receivesByHost.get(host) ?? [];
          if (known.some(({ id }) => !ids.has(id))) {
            receivesByHost.set(
              host,
              known.filter(({ id }) => ids.has(id)),
            );
          }
        }
        [complete, told] = [true, null];
        break;
    }
  }
  leaveToHistory(transfers);
  if (whole) {
    for (const name of receivesByHost.keys()) if (!hosts.has(name)) receivesByHost.delete(name);
    for (const name of tallies.keys()) if (!hosts.has(name)) tallies.delete(name);
  }
  return { hosts, receivesByHost, tallies, transfers, memory, complete, told };
}

/** Of what has ended only the newest stay. */
function leaveToHistory(transfers: Map<string, Transfer>): void {
  if (transfers.size <= endedKept) return;
  const ended = [...transfers.values()].filter(({ state }) => hasEnded(state));
  ended.sort((one, other) => other.startedAt - one.startedAt);
  for (const { id } of ended.slice(endedKept)) transfers.delete(id);
}

/** A list with what changed in it; the same one where nothing did. */
function changed(
  before: readonly ListedReceive[] = [],
  { receives, gone }: Extract<HalfwayEvent, { type: "receives" }>,
): readonly ListedReceive[] {
  const after = new Map(before.map((receive) => [receive.id, receive]));
  for (const receive of receives) after.set(receive.id, replaceEqualDeep(after.get(receive.id), receive));
  for (const id of gone) after.delete(id);
  const next = [...after.values()];
  const same = next.length === before.length && next.every((receive, at) => receive === before[at]);
  return same ? before : next;
}

/** How many receives a host has. */
export function countOf(tally: Tally | undefined): number {
  return tally ? tally.stopped + tally.arriving : 0;
}
