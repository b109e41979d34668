import { isIP } from "node:net";

/**
 * Where a request comes from, as far as that can be believed: as the nearest hop says, which is the proxy in front. Whoever
 * reaches Halfway without one, from its own machine, can say what they like (decision 18). Null where nobody says.
 */
export function addressOf(headers: Headers): string | null {
  // A proxy adds what it sees behind what its own client claims.
  const last = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  return isIP(last) === 0 ? null : last;
}
