import { sh } from "./lab";

/** The device by which `tower` reaches an address. */
const deviceTo = (address: string) => `$(ip -o route get ${address} | sed 's/.* dev \\([^ ]*\\).*/\\1/')`;

function linkTo(address: string) {
  return {
    slow: () =>
      sh("tower", `tc qdisc replace dev ${deviceTo(address)} root tbf rate 24mbit burst 64k latency 300ms`),
    quick: () => sh("tower", `tc qdisc del dev ${deviceTo(address)} root 2>/dev/null || true`),
  };
}

/** What `tower` sends goes through this: a thin uplink leaves time to act, or to look, in the middle of a transfer. */
export const uplink = linkTo("10.0.2.2");

/** What `tower` sends to `nas` by itself. */
export const crosslink = linkTo("$(getent ahostsv4 nas | cut -d' ' -f1 | head -1)");
