import type { HalfwayEvent, HostSummary, ListedReceive } from "@/server/api/hub";
import { arrange, ranksOf } from "./order";

/** Of a longer list than this a page is sent with the first ones only, as many as a screen may show. */
const allUpTo = 60;
const first = 30;

/** What a page is sent with: everything, but of a long list only what stands first. The events bring the rest. */
export function firstOf(events: readonly HalfwayEvent[]): HalfwayEvent[] {
  const hosts = events.flatMap((event): HostSummary[] => (event.type === "host" ? [event.host] : []));
  const byHost = new Map(
    events.flatMap((event): [string, ListedReceive[]][] =>
      event.type === "receives" ? [[event.host, event.receives]] : [],
    ),
  );
  const all = [...byHost.values()].flat();
  if (all.length <= allUpTo) return [...events, { type: "complete" }];
  const groups = arrange(
    hosts,
    byHost,
    { q: "", host: "", kind: "", sort: "" },
    ranksOf(all, new Map()),
    null,
  );
  const shown = new Set(
    groups
      .flatMap(({ receives }) => receives)
      .slice(0, first)
      .map(({ id }) => id),
  );
  return events.map((event) =>
    event.type === "receives"
      ? { ...event, receives: event.receives.filter(({ id }) => shown.has(id)) }
      : event,
  );
}
