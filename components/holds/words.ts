import { plural } from "@/components/format";
import { hasEnded, stateWords } from "@/components/transfers/words";
import type { PartialReceive } from "@/server/receives/types";
import type { HeldSnapshot, HostHolds } from "@/server/transfers/holds";
import type { Transfer } from "@/server/transfers/types";

/** Whether something still needs a hold: a transfer that goes on, a receive that stopped half-way, nothing, or not known. */
export type Need = { kind: "transfer" | "receive" | "nothing" | "unknown"; words: string };

/**
 * Finds out who needs a hold.
 * @param receives what each host has half-way; a host that does not answer now is not among them.
 */
export function needOf(
  { for: target }: HeldSnapshot,
  transfers: readonly Transfer[],
  receives: ReadonlyMap<string, readonly PartialReceive[]>,
): Need {
  if (!target) {
    return {
      kind: "unknown",
      words: "Halfway does not remember making it; its tag says which receive it was for.",
    };
  }
  const { host, dataset } = target;
  const active = transfers.find(
    (one) => one.host === host && one.dataset === dataset && !hasEnded(one.state),
  );
  if (active)
    return {
      kind: "transfer",
      words: `A transfer needs it, which is ${stateWords[active.state].toLowerCase()}.`,
    };
  const listed = receives.get(host);
  if (!listed) {
    return { kind: "unknown", words: `${host} does not answer, so whether it is still needed is not known.` };
  }
  return listed.some((one) => one.dataset === dataset)
    ? { kind: "receive", words: "The receive has stopped half-way and needs it to be finished." }
    : { kind: "nothing", words: "Nothing needs it any more; Halfway releases it within ten minutes." };
}

/** All that is held, in a sentence; null while some host has not said. */
export function totalWords(hosts: readonly HostHolds[]): string | null {
  const silent = hosts.filter(({ problem }) => problem !== null);
  const held = hosts.reduce((sum, { holds }) => sum + holds.length, 0);
  const [first] = silent;
  if (!first) return held === 0 ? null : `Halfway holds ${plural(held, "snapshot")}.`;
  const names = silent.map(({ host }) => host).join(", ");
  return `Halfway holds ${plural(held, "snapshot")} on the hosts that answered. What it holds on ${names} is not known.`;
}
