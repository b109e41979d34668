/** A transfer that waits for room, or is at work: the hosts it uses, and its place; smaller is earlier. */
export type Claim = { id: string; hosts: readonly string[]; place: number };

/** How many transfers may be at work at once. */
export type Limits = { overall: number; perHost: number };

/**
 * Which of those that wait may begin now. Who comes first begins first; one whose host is busy lets others pass.
 * @param waiting in any order.
 * @param atWork also those between two attempts that keep their room, and may be waiting at the same time.
 */
export function mayBegin(waiting: readonly Claim[], atWork: readonly Claim[], limits: Limits): string[] {
  const busy = atWork.filter(({ id }) => !waiting.some((one) => one.id === id));
  const chosen: string[] = [];
  for (const claim of waiting.toSorted((one, other) => one.place - other.place)) {
    const onHost = (host: string) => busy.filter(({ hosts }) => hosts.includes(host)).length;
    if (busy.length >= limits.overall) break;
    if (claim.hosts.some((host) => onHost(host) >= limits.perHost)) continue;
    busy.push(claim);
    chosen.push(claim.id);
  }
  return chosen;
}

/**
 * The order after one was moved.
 * @param ids the queue from first to last.
 * @param before the id it shall stand before; null for the end.
 */
export function reordered(ids: readonly string[], moved: string, before: string | null): string[] {
  const others = ids.filter((id) => id !== moved);
  const at = before === null ? -1 : others.indexOf(before);
  return at < 0 ? [...others, moved] : [...others.slice(0, at), moved, ...others.slice(at)];
}
