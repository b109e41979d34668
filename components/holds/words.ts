import { hasEnded } from "@/components/transfers/words";
import type { ListedReceive } from "@/server/api/hub";
import { counted, type Said, say } from "@/server/say";
import type { HeldSnapshot, HostHolds } from "@/server/transfers/holds";
import type { Transfer } from "@/server/transfers/types";

/** Whether something still needs a hold: a transfer that goes on, a receive that stopped half-way, nothing, or not known. */
export type Need = { kind: "transfer" | "receive" | "nothing" | "unknown"; words: Said };

/**
 * Finds out who needs a hold.
 * @param receives what each host has half-way; a host that does not answer now is not among them.
 */
export function needOf(
  { for: target }: HeldSnapshot,
  transfers: readonly Transfer[],
  receives: ReadonlyMap<string, readonly ListedReceive[]>,
): Need {
  if (!target) {
    return {
      kind: "unknown",
      words: say`Halfway does not remember making it; its tag says which receive it was for.`,
    };
  }
  const { host, dataset } = target;
  const active = transfers.find(
    (one) => one.host === host && one.dataset === dataset && !hasEnded(one.state),
  );
  if (active) return { kind: "transfer", words: neededBy(active) };
  const listed = receives.get(host);
  if (!listed) {
    return {
      kind: "unknown",
      words: say`${host} does not answer, so whether it is still needed is not known.`,
    };
  }
  return listed.some((one) => one.dataset === dataset)
    ? { kind: "receive", words: say`The receive has stopped half-way and needs it to be finished.` }
    : { kind: "nothing", words: say`Nothing needs it any more; Halfway releases it within ten minutes.` };
}

function neededBy({ state }: Transfer): Said {
  switch (state) {
    case "queued":
      return say`A transfer needs it, which is queued.`;
    case "waiting":
      return say`A transfer needs it, which is waiting.`;
    case "stopping":
      return say`A transfer needs it, which is stopping.`;
    default:
      return say`A transfer needs it, which is under way.`;
  }
}

/** All that is held, in a sentence; null while some host has not said. */
export function totalWords(hosts: readonly HostHolds[]): Said | null {
  const silent = hosts.filter(({ problem }) => problem !== null);
  const held = hosts.reduce((sum, { holds }) => sum + holds.length, 0);
  if (silent.length === 0) {
    if (held === 0) return null;
    return counted(held, say`Halfway holds 1 snapshot.`, say`Halfway holds ${held} snapshots.`);
  }
  const names = silent.map(({ host }) => host).join(", ");
  return counted(
    held,
    say`Halfway holds 1 snapshot on the hosts that answered. What it holds on ${names} is not known.`,
    say`Halfway holds ${held} snapshots on the hosts that answered. What it holds on ${names} is not known.`,
  );
}
