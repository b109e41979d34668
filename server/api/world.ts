import type { World } from "../notices/rules";
import type { HalfwayEvent } from "./hub";

/** What pages are told, as rules and metrics look at it: one picture for all. */
export function worldOf(snapshot: readonly HalfwayEvent[]): World {
  return {
    hosts: snapshot.flatMap((event) => (event.type === "host" ? [event.host] : [])),
    receives: snapshot.flatMap((event) => (event.type === "receives" ? event.receives : [])),
    transfers: snapshot.flatMap((event) => (event.type === "transfer" ? [event.transfer] : [])),
  };
}
